import Foundation

/// The path of a file in a folder of its own, which goes with the last reference to this.
final class TemporaryFile {
    let path: String
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sql-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "test.sqlite").path
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
