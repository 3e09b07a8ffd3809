import Foundation
import ModelStore

/// Where a store lies.
enum StorePlace {
    /// In a data folder.
    case folder(String)
    /// In a PostgreSQL; the folder is for copies of its files, nil for one that goes with the program.
    case server(StoreAddress, copies: String?)
}

extension StoreAddress {
    /// Reads what a flag or its variable says.
    ///
    /// - Parameter setting: The setting.
    /// - Throws: `StartError.usage` where it can't be read; no text shows it.
    init(_ setting: (source: String, text: String)) throws(StartError) {
        do throws(StoreError) {
            try self.init(setting.text)
        } catch {
            guard case .invalid(let reason) = error else {
                throw .dataFolder("\(setting.source): \(error)", status: CommandError.status(of: error))
            }
            throw .usage("\(setting.source): expected postgresql://USER@HOST/DATABASE: \(reason)")
        }
    }
}

/// A store that a command has opened.
struct CommandStore {
    let store: Store
    /// A folder that goes with the program; nil for none.
    fileprivate let temporary: String?

    /// Opens the store at a place.
    init(at place: StorePlace) throws(CommandError) {
        switch place {
        case .folder(let path):
            temporary = nil
            store = try CommandError.reporting { () throws(StoreError) in try Store.open(at: path) }
        case .server(let address, let copies):
            let folder = copies ?? TemporaryFolder.newPath()
            temporary = copies == nil ? folder : nil
            do throws(CommandError) {
                store = try CommandError.reporting { () throws(StoreError) in try Store.open(on: address, cache: folder)
                }
            } catch {
                if let temporary { TemporaryFolder.remove(temporary) }
                throw CommandError("--store: \(error)", status: error.status)
            }
        }
    }

    /// Removes what goes with the program.
    func removeTemporary() { if let temporary { TemporaryFolder.remove(temporary) } }
}

/// Folders of a command's own.
enum TemporaryFolder {
    /// A path at which there is nothing.
    static func newPath() -> String {
        FileManager.default.temporaryDirectory.appending(path: "trainyard-\(UUID().uuidString)").path
    }

    /// Removes one.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
