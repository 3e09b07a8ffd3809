import ArgumentParser
import ModelStore

/// `trainyard export MODEL FILE`: one model with its versions and history as one file.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one model, with its versions, aliases and ended jobs, into one file.",
        discussion: "A server may run meanwhile."
    )

    @Argument(help: "The model's name.")
    var model: String

    @Argument(help: "The file to write; there must be none of that name.")
    var file: String

    @OptionGroup var folder: DataFolderOption

    /// Writes the file.
    func run() throws {
        let store = try folder.open()
        try CommandError.reporting { () throws(StoreError) in
            try store.exportModel(model, to: file)
            try store.close()
        }
        StandardOutput.write("model \"\(model)\" exported to \(file)")
    }
}
