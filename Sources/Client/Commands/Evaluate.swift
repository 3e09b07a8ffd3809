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
        let request = EvaluationRequest(model: model, version: version, dataset: dataset, part: part, data: source)
        let evaluation = try request.answer(of: client) { JobWatch.endsWithInterruption($0) }
        if server.output.isJSON {
            try server.output.json(evaluation)
        } else {
            try EvaluationText.write(evaluation, to: server.output)
        }
    }
}
