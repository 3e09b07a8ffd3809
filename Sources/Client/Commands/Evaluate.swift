internal import ArgumentParser
internal import JSON

/// `trainyard evaluate MODEL`: how well a model does on data.
struct Evaluate: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a model on a dataset, or on the data of a file.",
        discussion: "An evaluation that takes long becomes a job, which is followed to its end."
    )

    @Argument(help: "The model's name.")
    var model: String

    @Argument(
        help: "A JSON file of {\"x\", \"y\"}, in place of --dataset; - is standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String?

    @Option(help: ArgumentHelp("The dataset's name.", valueName: "name"))
    var dataset: String?

    @Option(
        help: ArgumentHelp("The part of the dataset: train, validation or test (default: test).", valueName: "part")
    )
    var part: String?

    @Option(
        help: ArgumentHelp(
            "A version: number, alias or job:ID@EPOCH (default: the newest).",
            valueName: "version"
        )
    )
    var version: String?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard (file == nil) != (dataset == nil) else {
            throw ValidationError("give either --dataset NAME or a FILE of {\"x\", \"y\"}")
        }
        guard part == nil || dataset != nil else { throw ValidationError("--part is of a --dataset") }
    }

    func execute() throws(Failure) {
        let client = try server.client()
        let source = try file.map { path throws(Failure) in
            var source = try JSONFile(InputFile(path))
            source.prefix = "/data"
            return source
        }
        var json = JSONWriter()
        json.object { json in
            json.field("model", model)
            if let version { json.key("version"); VersionName.write(version, to: &json) }
            json.field("dataset", ifPresent: dataset)
            json.field("part", ifPresent: part)
            json.field("data", ifPresent: source?.root)
        }
        var request = Request("POST", "evaluate")
        request.body = .bytes(json.bytes, type: "application/json")
        let response = try client.answer(to: request, source: source)
        var evaluation = try response.json()
        if response.head.status == 202 {
            let id = evaluation.text("id") ?? ""
            JobWatch.endsWithInterruption(id)
            let job = try JobFollower(client: client, id: id).followWithBar()
            try JobFollower.checkSuccess(of: job)
            guard let answer = job["evaluation"] else {
                throw Failure(.unavailable, "job \(id) has ended without an evaluation")
            }
            evaluation = answer
        }
        if server.output.isJSON {
            try server.output.json(evaluation)
        } else {
            try EvaluationText.write(evaluation, to: server.output)
        }
    }
}
