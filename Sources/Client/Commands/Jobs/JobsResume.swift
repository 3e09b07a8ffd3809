internal import ArgumentParser

/// `trainyard jobs resume ID`.
struct JobsResume: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Have a paused job go on.")

    @Argument(help: "The job's id.")
    var id: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try JobSteering(id: id, verb: "resume", state: "running").execute(server) }
}
