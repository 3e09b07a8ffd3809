internal import ArgumentParser
internal import Foundation
internal import JSON

/// `trainyard run MODEL.json DATA.csv`: a first result, without a server and with nothing left behind.
struct Run: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on a file and show its figures, without a server.",
        discussion: """
            It starts a server of its own on a temporary folder, which is removed at the end, also after Ctrl-C. Where the \
            model's file has no loss (in "compile", or by its preset), one that fits its output and the target is taken.
            """
    )

    @Argument(
        help: "A definition or a preset, as for \"models create\"; the name may be left out; - is standard input.",
        completion: .file(extensions: ["json"])
    )
    var model: String

    @Argument(help: "The data, as for \"datasets put\".", completion: .file())
    var data: String

    @Option(help: ArgumentHelp("The column to predict (default: the last one).", valueName: "column"))
    var target: String?

    @Option(help: ArgumentHelp("How many epochs (default: what the preset says, else 20).", valueName: "n"))
    var epochs: Int?

    @OptionGroup var form: OutputOptions

    func validate() throws {
        if let epochs, epochs < 1 { throw ValidationError("--epochs: expected an integer from 1, found \(epochs)") }
        if model == "-", data == "-" { throw ValidationError("model and data can't both be standard input") }
    }

    func execute() throws(Failure) {
        let definition = try JSONFile(InputFile(model))
        guard definition.root.kind == .object else {
            throw Failure(
                .refused,
                lines: ["\(definition.label):1: expected an object, found \(definition.root.summary)"]
            )
        }
        let file = try InputFile(data)
        let trial = Trial(definition: definition, data: file, target: target, epochs: epochs)
        let local = LocalServer()
        Interruption.handle([SIGINT, SIGTERM, SIGHUP]) { signal in
            Terminal.standardError.write("\ntrainyard: interrupted; nothing is left behind\n")
            local.end()
            return 128 + signal
        }
        defer { local.end() }
        let client = try local.start()
        let job = try trial.run(on: client)
        if form.json { try form.output.json(job) } else { try form.output.table(JobTable.figures(of: job)) }
        try JobFollower.checkSuccess(of: job)
        guard let evaluation = try evaluation(trial, of: job, on: client) else { return }
        if form.json { return try form.output.json(evaluation) }
        try form.output.line("")
        try EvaluationText.write(evaluation, to: form.output)
    }

    /// The figures on the rows that were held back; nil, and said why, for a model whose answers have none.
    private func evaluation(
        _ trial: Trial,
        of job: JSONValue,
        on client: ServerClient
    ) throws(Failure) -> JSONValue? {
        do throws(Failure) {
            return try trial.evaluation(of: job, on: client)
        } catch  where error.status == .refused {
            for line in error.lines { Terminal.standardError.write("\(line)\n") }
            return nil
        }
    }
}
