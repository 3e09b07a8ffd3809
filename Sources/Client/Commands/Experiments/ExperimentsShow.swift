internal import ArgumentParser
internal import JSON

/// `trainyard experiments show NAME`: one experiment with its leaderboard.
struct ExperimentsShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one experiment and its trials, the best first."
    )

    @Argument(help: "The experiment's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let experiment = try server.client().answer(to: Request("GET", "experiments", name)).json()
        guard !server.output.isJSON else { return try server.output.json(experiment) }
        try server.output.table(ExperimentTable.pairs(of: experiment))
        try server.output.line("")
        try server.output.table(ExperimentTable.leaderboard(of: experiment))
    }
}
