internal import ArgumentParser
internal import JSON

/// `trainyard datasets list`: a line a dataset.
struct DatasetsList: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List datasets by name.")

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let datasets = try server.client().answer(to: Request("GET", "datasets")).json().list("datasets")
        guard !server.output.isJSON else {
            for dataset in datasets { try server.output.json(dataset) }
            return
        }
        var table = Table("dataset", "kind", "rows", "test", "columns", "size", "created")
        for dataset in datasets {
            table.add([
                Table.Cell(dataset.text("name") ?? ""), Table.Cell(dataset.text("kind") ?? ""),
                Table.Cell(dataset["rows"]?.line ?? "", isNumber: true),
                Table.Cell(dataset["test_rows"]?.line ?? "", isNumber: true),
                .number(Double(dataset.list("columns").count)),
                Table.Cell(dataset.number("bytes").map(Figures.bytes) ?? "", isNumber: true),
                Table.Cell(Figures.instant(dataset.text("created_at") ?? "")),
            ])
        }
        try server.output.table(table)
    }
}
