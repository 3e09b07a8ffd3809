internal import ArgumentParser
internal import JSON

/// `trainyard experiments cancel NAME`.
struct ExperimentsCancel: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End an experiment and what is left of its jobs."
    )

    @Argument(help: "The experiment's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let experiment = try server.client().answer(to: Request("POST", "experiments", name, "cancel")).json()
        guard !server.output.isJSON else { return try server.output.json(experiment) }
        try server.output.line("experiment \(name) \(experiment.text("state") ?? "")")
    }
}
