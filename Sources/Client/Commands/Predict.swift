internal import ArgumentParser
internal import JSON

/// `trainyard predict MODEL FILE`: a prediction a line.
struct Predict: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Predict instances; prints a prediction a line.",
        discussion: """
            A prediction is a JSON value; with --json its class and label stand beside it. What a file holds is told by \
            its extension (json, ndjson, jsonl, csv, tsv), else by its first bytes; a whole JSON array is an array of instances.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Argument(
        help: "Instances as a JSON array, a JSON value a line, or CSV; - is standard input.",
        completion: .file(extensions: ["json", "ndjson", "jsonl", "csv", "tsv"])
    )
    var file: String

    @Option(
        help: ArgumentHelp(
            "A version: number, alias or job:ID@EPOCH (default: the newest).",
            valueName: "version"
        )
    )
    var version: String?

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let answer: Response
        switch try InstanceFile(InputFile(file)) {
        case .table(let bytes, let type, let source):
            var request = Request("POST", "predict")
            request.query = [("model", model)] + (version.map { [("version", $0)] } ?? [])
            request.fields = [("Accept", "application/json")]
            request.body = .bytes(bytes, type: type)
            answer = try client.answer(to: request, source: source)
        case .instances(let instances):
            guard !instances.values.isEmpty else { return }
            var json = JSONWriter()
            json.object { json in
                json.field("model", model)
                if let version { json.key("version"); VersionName.write(version, to: &json) }
                json.field("instances", instances.values)
            }
            var request = Request("POST", "predict")
            request.body = .bytes(json.bytes, type: "application/json")
            answer = try client.answer(to: request, source: instances)
        }
        try write(try answer.json())
    }

    private func write(_ answer: JSONValue) throws(Failure) {
        let output = server.output
        for note in answer.list("notes").compactMap({ try? $0.string() }) {
            Terminal.standardError.write(PrintableText.line(note) + "\n")
        }
        let (classes, labels) = (answer.list("classes"), answer.list("labels"))
        for (index, prediction) in answer.list("predictions").enumerated() {
            guard output.isJSON else {
                try output.line(prediction.line)
                continue
            }
            try output.json { json in
                json.field("prediction", prediction)
                if classes.indices.contains(index) { json.field("class", classes[index]) }
                if labels.indices.contains(index) { json.field("label", labels[index]) }
            }
        }
    }
}
