import Foundation
import Synchronization
import Testing

/// A PostgreSQL that the tests have for themselves; it ends with the last reference to this, or with the process.
final class PrivateServer: Sendable {
    /// Its URL.
    let url: String
    private let input: FileHandle
    private let output: Mutex<FileHandle>

    /// Whether there is a PostgreSQL on this machine that could be started.
    static let isInstalled =
        (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))?.isEmpty == false

    /// One for all tests that leave it as they found it.
    static let shared = Result { try PrivateServer() }

    init() throws {
        let script = Process()
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        script.executableURL = here.appending(path: "private-postgresql")
        let (input, output) = (Pipe(), Pipe())
        script.standardInput = input
        script.standardOutput = output
        try script.run()
        self.input = input.fileHandleForWriting
        url = try #require(try Self.line(of: output.fileHandleForReading))
        self.output = Mutex(output.fileHandleForReading)
    }

    deinit { try? input.close() }

    /// Has its script do something, such as `freeze`, and waits until it is done.
    func tell(_ command: String) throws {
        try input.write(contentsOf: Data((command + "\n").utf8))
        let answer = try output.withLock { try Self.line(of: $0) }
        #expect(answer == "done")
    }

    private static func line(of handle: FileHandle) throws -> String? {
        var bytes: [UInt8] = []
        while let byte = try handle.read(upToCount: 1)?.first {
            guard byte != UInt8(ascii: "\n") else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
