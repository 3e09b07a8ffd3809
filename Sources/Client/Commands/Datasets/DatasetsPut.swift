internal import ArgumentParser
internal import JSON

/// `trainyard datasets put NAME FILE`: uploads a dataset.
struct DatasetsPut: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Upload a dataset, or another in its place.",
        discussion: """
            What the file is, is told by its extension (csv, tsv, json, ndjson, jsonl, npy, npz, zip, txt, gz), else by its \
            first bytes. It is sent as it is read, whatever its size.
            """
    )

    @Argument(help: "The dataset's name.")
    var name: String

    @Argument(help: "The file; - is standard input.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The column to predict (default: the last one).", valueName: "column"))
    var target: String?

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let source = try InputFile(file)
        var request = Request("PUT", "datasets", name)
        request.query = target.map { [("target", $0)] } ?? []
        request.body = .file(source, type: MediaType.ofUpload(source.pathExtension))
        let dataset = try server.client().answer(to: request, source: NamedFile(label: source.label)).json()
        try DatasetText.write(dataset, to: server.output)
    }
}
