internal import ArgumentParser
internal import JSON

/// `trainyard models list`: a line a model.
struct ModelsList: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List models by name.")

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let models = try server.client().answer(to: Request("GET", "models")).json().list("models")
        guard !server.output.isJSON else {
            for model in models { try server.output.json(model) }
            return
        }
        var table = Table("model", "version", "parameters", "input", "output", "created")
        for model in models {
            table.add([
                Table.Cell(model.text("name") ?? ""), .number(model.number("version")),
                Table.Cell(model["parameters"]?.line ?? "", isNumber: true),
                Table.Cell(model["input_shape"]?.line ?? ""),
                Table.Cell(model["output_shape"]?.line ?? ""),
                Table.Cell(Figures.instant(model.text("created_at") ?? "")),
            ])
        }
        try server.output.table(table)
    }
}
