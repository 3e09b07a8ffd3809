import Foundation

/// A folder for one test, removed with this object.
final class TemporaryFolder: Sendable {
    /// Where it is.
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "trainyard-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The names of what is in it.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }

    /// Writes a file into it and gives its path.
    func write(_ text: String, to name: String) throws -> URL {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
    }

    /// The contents of a file in it.
    func text(_ name: String) -> String {
        let bytes = FileManager.default.contents(atPath: url.appending(path: name).path) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
