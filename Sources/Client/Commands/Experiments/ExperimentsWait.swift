internal import ArgumentParser

/// `trainyard experiments wait NAME`: follows an experiment to its end.
struct ExperimentsWait: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait for an experiment's end, and print its trials, the best first.",
        discussion: "The status is 1 where it fails or is cancelled. Ctrl-C ends the waiting, not the experiment."
    )

    @Argument(help: "The experiment's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        try ExperimentFollower(client: server.client(), name: name).followAndTell(server.output)
    }
}
