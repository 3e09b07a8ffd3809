internal import ArgumentParser

/// `trainyard datasets delete NAME`.
struct DatasetsDelete: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a dataset.")

    @Argument(help: "The dataset's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) { try Deletion(kind: "dataset", collection: "datasets", name: name).execute(server) }
}
