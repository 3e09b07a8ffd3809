internal import ArgumentParser

/// `trainyard experiments delete NAME`.
struct ExperimentsDelete: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete an experiment that has ended; its jobs, models and versions stay."
    )

    @Argument(help: "The experiment's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        try Deletion(kind: "experiment", collection: "experiments", name: name).execute(server)
    }
}
