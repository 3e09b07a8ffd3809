import ArgumentParser
import Interchange
import ModelStore
import NN

/// `trainyard import FILE`: a model that was exported, into this or another data folder, or one of another framework's.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take in what \"trainyard export\" wrote, or another framework's file (.keras, .h5, .onnx).",
        discussion: "A server may run meanwhile. The data folder is made where it is missing."
    )

    @Argument(help: "The file.")
    var file: String

    @Option(name: .customLong("as"), help: ArgumentHelp("The model's name here (default: its own).", valueName: "name"))
    var name: String?

    @OptionGroup var folder: DataFolderOption

    /// Stores the model.
    func run() throws {
        let place = try folder.place()
        let foreign = try ForeignFile(path: file).map { try $0.model(named: name) }
        let opened = try CommandStore(at: place)
        defer { opened.removeTemporary() }
        let imported = try CommandError.reporting { () throws(StoreError) in
            let store = opened.store
            let name: String
            let version: Int
            if let foreign {
                _ = try foreign.store(in: store) { StoredAnswer(status: 201, body: $0.name) }
                (name, version) = (foreign.defined.name, foreign.hasWeights ? 1 : 0)
            } else {
                let model = try store.importModel(from: file, as: self.name)
                (name, version) = (model.name, model.newestVersion)
            }
            try store.close()
            return (name: name, version: version)
        }
        for note in foreign?.notes ?? [] { StandardError.write("trainyard: note: \(note)") }
        StandardOutput.write("model \"\(imported.name)\" imported, newest version \(imported.version)")
    }
}
