import ArgumentParser
import ModelStore

/// `trainyard restore FILE`: a data folder out of a backup, verified before it appears.
struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a data folder from a backup.",
        discussion: "The folder must be absent or empty; it appears once everything in the backup has been verified."
    )

    @Argument(help: "A file that \"trainyard backup\" wrote.")
    var file: String

    @OptionGroup var folder: DataFolderOption

    @Option(help: DataMode.help)
    var dataMode: String?

    /// Restores the backup.
    func run() throws {
        let path = try folder.path()
        let reader = SettingReader(environment: ServiceLinks.environment)
        let permissions = try DataMode.permissions(reader, dataMode)
        let report = try CommandError.reporting { () throws(StoreError) in
            try Store.restore(file, to: path, permissions: permissions)
        }
        StandardOutput.write("restored \(report.contents) to \(path)")
    }
}
