internal import ArgumentParser

/// `trainyard jobs delete ID`.
struct JobsDelete: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a job that has ended.")

    @Argument(help: "The job's id.")
    var id: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try Deletion(kind: "job", collection: "jobs", name: id).execute(server) }
}
