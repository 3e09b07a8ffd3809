import Foundation
import Interchange

/// The files of other frameworks' that tests read.
enum Fixture {
    /// Where they are.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures").standardized

    /// The bytes of a file.
    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    /// A file as a request brings it.
    static func file(_ path: String) throws -> ReceivedFile { try ReceivedFile(bytes(path)) }

    /// The names of the files of a folder that end with a suffix, in order.
    static func names(in folder: String, endingWith suffix: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: folder).path)) ?? []
        return all.filter { $0.hasSuffix(suffix) }.sorted()
    }
}
