import ArgumentParser
import Foundation
import Interchange
import ModelStore
import NN

/// `trainyard export MODEL FILE`: one model with its versions and history as one file, or its newest version as a file of
/// another framework's, by the file's suffix.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write one model, with its versions, aliases and ended jobs, into one file.",
        discussion: """
            A server may run meanwhile. A file that ends with one of these has one version in another framework's form: \
            \(ModelFormats.writable.flatMap(\.suffixes).joined(separator: ", ")).
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Argument(help: "The file to write; there must be none of that name.")
    var file: String

    @Option(
        name: .customLong("release"),
        help: ArgumentHelp("Which version (default: the newest).", valueName: "version")
    )
    var version: String?

    @OptionGroup var folder: DataFolderOption

    /// Writes the file.
    func run() throws {
        let opened = try folder.open()
        defer { opened.removeTemporary() }
        let store = opened.store
        if let format = ModelFormats.writing(fileNamed: file) {
            try write(as: format, from: store)
        } else if version != nil {
            throw CommandError("--release: this form has all versions; leave it out", status: 64)
        } else {
            try CommandError.reporting { () throws(StoreError) in try store.exportModel(model, to: file) }
        }
        try CommandError.reporting { () throws(StoreError) in try store.close() }
        StandardOutput.write("model \"\(model)\" exported to \(file)")
    }

    private func write(as format: any WritableFormat, from store: Store) throws {
        guard !FileManager.default.fileExists(atPath: file) else {
            throw CommandError("\(file): there is such a file already; delete it or choose another name", status: 73)
        }
        let exported: ExportedFile
        do {
            let reference = version.map { VersionReference($0) } ?? .newest
            let name = try store.version(of: reference, model: model)
            exported = try ModelExports.file(of: model, name, as: format, in: store, NetworkCache(limits: .standard))
        } catch let error as InterchangeError {
            let faults = error.faults.map(\.description).joined(separator: "; ")
            throw CommandError("\(model): \(faults)", status: CommandError.damaged)
        } catch let error as StoreError {
            throw CommandError(error)
        }
        do {
            try Data(exported.bytes).write(to: URL(filePath: file), options: .withoutOverwriting)
        } catch {
            throw CommandError("\(file): can't be written: \(error.localizedDescription)", status: 73)
        }
        for note in exported.notes { StandardError.write("trainyard: note: \(note)") }
    }
}
