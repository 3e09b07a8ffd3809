internal import ArgumentParser

/// `trainyard jobs cancel ID`.
struct JobsCancel: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "End a job without a result.")

    @Argument(help: "The job's id.")
    var id: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try JobSteering(id: id, verb: "cancel", state: "cancelled").execute(server) }
}
