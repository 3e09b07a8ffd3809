internal import ArgumentParser
internal import JSON

/// `trainyard datasets show NAME`: one dataset, column by column.
struct DatasetsShow: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one dataset and its columns.")

    @Argument(help: "The dataset's name.")
    var name: String

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let dataset = try server.client().answer(to: Request("GET", "datasets", name)).json()
        try DatasetText.write(dataset, to: server.output)
    }
}
