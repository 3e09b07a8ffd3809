internal import ArgumentParser
internal import JSON

/// `trainyard experiments start FILE`: has many settings of a training tried, and perhaps waits for them.
struct ExperimentsStart: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Have many settings of a training tried; prints the experiment's name.",
        discussion: """
            With --wait the status is 1 where the experiment fails or is cancelled. Ctrl-C ends the waiting, not the \
            experiment.
            """
    )

    @Argument(
        help: "What POST /experiments takes, as JSON: name, base, space, search and so on; - is standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String

    @Flag(help: "Follow the experiment to its end, and print its trials, the best first.")
    var wait = false

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let source = try JSONFile(InputFile(file))
        var request = Request("POST", "experiments")
        request.body = .bytes(Array(source.root.document.bytes), type: "application/json")
        let experiment = try client.answer(to: request, source: source).json()
        let name = experiment.text("name") ?? ""
        if server.output.isJSON { try server.output.json(experiment) } else { try server.output.line(name) }
        guard wait else { return }
        try ExperimentFollower(client: client, name: name).followAndTell(server.output)
    }
}
