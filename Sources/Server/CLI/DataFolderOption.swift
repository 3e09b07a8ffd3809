import ArgumentParser
import Foundation
import ModelStore
import Platform

/// The flags that say which store a command works on.
struct DataFolderOption: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder (default: \(ServeSettings.standardFolder)).", valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The PostgreSQL that has the store, in place of a data folder; --data is for copies of its files then.",
            valueName: "url"
        )
    )
    var store: String?

    /// Where the store lies: in the PostgreSQL of `--store` or `TRAINYARD_STORE`, else in the data folder.
    func place() throws -> StorePlace {
        let reader = SettingReader(environment: ServiceLinks.environment)
        guard let setting = reader.setting("store", store) else { return .folder(try path()) }
        let copies = data ?? ServiceLinks.environment["TRAINYARD_DATA"]
        return .server(try StoreAddress(setting), copies: copies?.isEmpty == true ? nil : copies)
    }

    /// The folder: the flag, else `TRAINYARD_DATA`, else what `trainyard serve` takes.
    func path() throws -> String {
        let path = data ?? ServiceLinks.environment["TRAINYARD_DATA"] ?? ServeSettings.standardFolder
        if path.isEmpty { throw StartError.usage("--data: expected a folder, found an empty text") }
        return path
    }

    /// Opens the store, for work beside a server that may use it: what follows makes way for the server's threads.
    ///
    /// - Throws: `CommandError` with status 66 where the folder is none of a store.
    func open() throws -> CommandStore {
        let place = try place()
        if case .folder(let path) = place, !Store.exists(at: path) {
            throw CommandError("--data \(path): it is not a data folder of trainyard", status: 66)
        }
        TimeSlice.long.adopt()
        return try CommandStore(at: place)
    }
}
