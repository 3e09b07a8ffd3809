internal import ArgumentParser
internal import JSON

/// `trainyard models create FILE`: defines a model.
struct ModelsCreate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Define a model; prints its name."
    )

    @Argument(
        help: "What POST /models takes, as JSON: name, input_shape, layers and so on; - is standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let source = try JSONFile(InputFile(file))
        var request = Request("POST", "models")
        request.body = .bytes(Array(source.root.document.bytes), type: "application/json")
        let model = try client.answer(to: request, source: source).json()
        if server.output.isJSON {
            try server.output.json(model)
        } else {
            try server.output.line(model.text("name") ?? "")
        }
    }
}
