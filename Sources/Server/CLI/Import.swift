import ArgumentParser
import ModelStore

/// `trainyard import FILE`: a model that was exported, into this or another data folder.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take in a model that \"trainyard export\" wrote.",
        discussion: "A server may run meanwhile. The data folder is made where it is missing."
    )

    @Argument(help: "The file.")
    var file: String

    @Option(name: .customLong("as"), help: ArgumentHelp("The model's name here (default: its own).", valueName: "name"))
    var name: String?

    @OptionGroup var folder: DataFolderOption

    /// Stores the model.
    func run() throws {
        let path = try folder.path()
        let model = try CommandError.reporting { () throws(StoreError) in
            let store = try Store.open(at: path)
            let model = try store.importModel(from: file, as: name)
            try store.close()
            return model
        }
        StandardOutput.write("model \"\(model.name)\" imported, newest version \(model.newestVersion)")
    }
}
