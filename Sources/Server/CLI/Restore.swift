import ArgumentParser
import ModelStore

/// `trainyard restore FILE`: a store out of a backup, verified before it appears.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a data folder from a backup, or fill a PostgreSQL.",
        discussion: """
            The folder must be absent or empty; it appears once everything in the backup has been verified. A PostgreSQL \
            must hold nothing yet.
            """
    )

    @Argument(help: "A file that \"trainyard backup\" wrote.")
    var file: String

    @OptionGroup var folder: DataFolderOption

    @Option(help: DataMode.help)
    var dataMode: String?

    /// Restores the backup.
    func run() throws {
        switch try folder.place() {
        case .folder(let path): try restore(to: path)
        case .server(let address, let copies):
            let folder = copies ?? TemporaryFolder.newPath()
            defer { if copies == nil { TemporaryFolder.remove(folder) } }
            let report = try CommandError.reporting { () throws(StoreError) in
                try Store.restore(file, to: address, cache: folder)
            }
            StandardOutput.write("restored \(report.contents) to \(address)")
        }
    }

    private func restore(to path: String) throws {
        let reader = SettingReader(environment: ServiceLinks.environment)
        let permissions = try DataMode.permissions(reader, dataMode)
        let report = try CommandError.reporting { () throws(StoreError) in
            try Store.restore(file, to: path, permissions: permissions)
        }
        StandardOutput.write("restored \(report.contents) to \(path)")
    }
}
