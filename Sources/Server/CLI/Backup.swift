import ArgumentParser
import ModelStore

/// `trainyard backup FILE`: the whole store as of one moment, also while a server uses it.
struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write everything in a store into one tar file, also while a server runs."
    )

    @Argument(help: "The file to write; there must be none of that name.")
    var file: String

    @OptionGroup var folder: DataFolderOption

    /// Writes the backup.
    func run() throws {
        let opened = try folder.open()
        defer { opened.removeTemporary() }
        let store = opened.store
        try CommandError.reporting { () throws(StoreError) in
            try store.backup(to: file)
            try store.close()
        }
        StandardOutput.write("backup written to \(file)")
    }
}
