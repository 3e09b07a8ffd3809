import Foundation

/// A folder for one test, removed with this object.
final class TemporaryFolder: Sendable {
    /// Where it is.
    let url: URL

    init() throws { url = try Self.make() }

    /// A folder that is there already; it is removed with this object too.
    init(existing path: String) { url = URL(filePath: path) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file into it and gives its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Makes a folder that somebody else removes.
    static func make() throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "trainyard-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }
}
