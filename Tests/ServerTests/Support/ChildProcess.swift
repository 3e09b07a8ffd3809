import Foundation
import Synchronization

/// A program that a test has started; it ends at the latest with this object.
final class ChildProcess: Sendable {
    /// What a program that has ended left behind.
    struct Outcome {
        let status: Int32
        let wasKilled: Bool
        let output: [UInt8]
        let errors: String
    }

    private let process: Mutex<Process>
    private let folder: URL

    /// Starts a program; its output goes to files, so that it never waits for a reader.
    init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        folder = try TemporaryFolder.make()
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(folder.appending(path: "output"))
        process.standardError = try Self.file(folder.appending(path: "errors"))
        try process.run()
        self.process = Mutex(process)
    }

    deinit {
        if isRunning { signal(SIGKILL) }
        process.withLock { $0.waitUntilExit() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Its process id.
    var identifier: Int32 { process.withLock(\.processIdentifier) }

    /// Whether it has not ended.
    var isRunning: Bool { process.withLock(\.isRunning) }

    /// How many descriptors it has open.
    var openDescriptors: Int {
        let folder = "/proc/\(process.withLock(\.processIdentifier))/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
    }

    /// What it has written to standard output so far.
    var output: [UInt8] { contents("output") }

    /// What it has written to standard error so far.
    var errors: String { String(decoding: contents("errors"), as: UTF8.self) }

    /// Sends a signal.
    func signal(_ number: Int32) { _ = process.withLock { kill($0.processIdentifier, number) } }

    /// Waits for its end.
    func wait() -> Outcome {
        let (status, reason) = process.withLock { process in
            process.waitUntilExit()
            return (process.terminationStatus, process.terminationReason)
        }
        return Outcome(status: status, wasKilled: reason == .uncaughtSignal, output: output, errors: errors)
    }

    private func contents(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: folder.appending(path: name).path).map(Array.init) ?? []
    }

    private static func file(_ url: URL) throws -> FileHandle {
        try Data().write(to: url)
        return try FileHandle(forWritingTo: url)
    }
}
