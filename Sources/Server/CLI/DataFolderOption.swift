import ArgumentParser
import Foundation
import ModelStore
import Platform

/// The flag that says which data folder a command works on.
struct DataFolderOption: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder (default: \(ServeSettings.standardFolder)).", valueName: "folder"))
    var data: String?

    /// The folder: the flag, else `TRAINYARD_DATA`, else what `trainyard serve` takes.
    func path() throws -> String {
        let path = data ?? ServiceLinks.environment["TRAINYARD_DATA"] ?? ServeSettings.standardFolder
        if path.isEmpty { throw StartError.usage("--data: expected a folder, found an empty text") }
        return path
    }

    /// Opens the store in the folder, which must be one already, for work beside a server that may use it: what follows
    /// makes way for the server's threads.
    ///
    /// - Throws: `CommandError` with status 66 where it is none.
    func open() throws -> Store {
        let path = try path()
        guard Store.exists(at: path) else {
            throw CommandError("--data \(path): it is not a data folder of trainyard", status: 66)
        }
        TimeSlice.long.adopt()
        return try CommandError.reporting { () throws(StoreError) in try Store.open(at: path) }
    }
}
