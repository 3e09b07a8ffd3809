import Foundation
import Synchronization

/// A PostgreSQL that the tests have for themselves; it ends with the last reference to this, or with the process.
public final class PrivateServer: Sendable {
    /// Its URL.
    public let url: String
    private let input: FileHandle
    private let output: Mutex<FileHandle>
    private let count = Mutex(0)

    /// Why it can't be used.
    private struct Failure: Error {
        let command: String
    }

    /// Whether there is a PostgreSQL on this machine that could be started.
    public static let isInstalled =
        (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))?.isEmpty == false

    /// One for all tests that leave it as they found it.
    public static let shared = Result { try PrivateServer() }

    /// Starts one.
    public init() throws {
        let script = Process()
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        script.executableURL = here.appending(path: "private-postgresql")
        let (input, output) = (Pipe(), Pipe())
        script.standardInput = input
        script.standardOutput = output
        try script.run()
        self.input = input.fileHandleForWriting
        guard let line = try Self.line(of: output.fileHandleForReading) else { throw Failure(command: "start") }
        url = line
        self.output = Mutex(output.fileHandleForReading)
    }

    deinit { try? input.close() }

    /// Has its script do something, such as `freeze`, and waits until it is done.
    public func tell(_ command: String) throws {
        try input.write(contentsOf: Data((command + "\n").utf8))
        guard try output.withLock({ try Self.line(of: $0) }) == "done" else { throw Failure(command: command) }
    }

    /// The URL of an empty place of its own in the database: a schema that nobody else has.
    public func newPlace() throws -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        try tell("schema place\(number)")
        return "\(url)&options=-csearch_path%3Dplace\(number)"
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
