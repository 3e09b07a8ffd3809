internal import ArgumentParser

/// `trainyard models delete NAME`.
struct ModelsDelete: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a model with all its versions."
    )

    @Argument(help: "The model's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try Deletion(kind: "model", collection: "models", name: name).execute(server) }
}
