internal import ArgumentParser
internal import JSON

/// `trainyard models show NAME`: one model, layer by layer.
struct ModelsShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one model, its layers, and its newest versions with their aliases."
    )

    @Argument(help: "The model's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let model = try client.answer(to: Request("GET", "models", name)).json()
        guard !server.output.isJSON else { return try server.output.json(model) }
        try server.output.table(
            Table(pairs: [
                ("model", Table.Cell(name)), ("version", .number(model.number("version"))),
                ("parameters", Table.Cell(model["parameters"]?.line ?? "")),
                ("input", Table.Cell(model["input_shape"]?.line ?? "")),
                ("output", Table.Cell(model["output_shape"]?.line ?? "")),
                ("created", Table.Cell(Figures.instant(model.text("created_at") ?? ""))),
            ])
        )
        var layers = Table("layer", "type", "output", "parameters")
        for layer in model.list("layers") {
            layers.add([
                Table.Cell(layer.text("name") ?? ""), Table.Cell(layer.text("type") ?? ""),
                Table.Cell(layer["output_shape"]?.line ?? ""),
                Table.Cell(layer["parameters"]?.line ?? "", isNumber: true),
            ])
        }
        try server.output.line("")
        try server.output.table(layers)
        var request = Request("GET", "models", name, "versions")
        request.query = [("limit", "10")]
        let versions = try client.answer(to: request).json().list("versions")
        guard !versions.isEmpty else { return }
        var table = Table("version", "aliases", "job", "metrics", "created")
        for version in versions {
            let aliases = version.list("aliases").compactMap { try? $0.string() }
            table.add([
                .number(version.number("version")), Table.Cell(aliases.joined(separator: " ")),
                Table.Cell(version.text("job") ?? ""), Table.Cell(Figures.metrics(version["metrics"]?.numbers ?? [])),
                Table.Cell(Figures.instant(version.text("created_at") ?? "")),
            ])
        }
        try server.output.line("")
        try server.output.table(table)
    }
}
