internal import ArgumentParser

/// `trainyard jobs pause ID`.
struct JobsPause: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a running job at a checkpoint."
    )

    @Argument(help: "The job's id.")
    var id: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try JobSteering(id: id, verb: "pause", state: "paused").execute(server) }
}
