import Foundation
import Synchronization
import Testing

/// The program under test, running; it ends at the latest with this object.
final class Program: Sendable {
    /// What a program that has ended left behind.
    struct Outcome {
        let status: Int32
        let wasKilled: Bool
        let output: String
        let errors: String

        /// The lines of standard output.
        var lines: [Substring] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() }
    }

    /// The built program, which lies beside the tests.
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "trainyard").path
    }()

    private let process: Mutex<Process>
    private let folder: TemporaryFolder

    /// Starts the program, or another one, with files as its standard streams, or with a terminal.
    init(
        _ arguments: [String],
        of path: String = Program.path,
        input: String? = nil,
        environment: [String: String] = [:],
        in directory: URL? = nil,
        terminal: PseudoTerminal? = nil
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        // What the tests themselves run in must not show.
        process.environment = ProcessInfo.processInfo.environment.filter { key, _ in
            !key.hasPrefix("TRAINYARD_") && !["NO_COLOR", "COLUMNS"].contains(key)
        }.merging(["TERM": "xterm"]) { $1 }.merging(environment) { $1 }
        if let terminal {
            process.standardInput = terminal.slave
            process.standardOutput = terminal.slave
            process.standardError = terminal.slave
        } else {
            process.standardInput =
                try input.map { try FileHandle(forReadingFrom: folder.write($0, to: "input")) }
                ?? FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: folder.write("", to: "output"))
            process.standardError = try FileHandle(forWritingTo: folder.write("", to: "errors"))
        }
        try process.run()
        self.process = Mutex(process)
    }

    deinit {
        if isRunning { signal(SIGKILL) }
        process.withLock { $0.waitUntilExit() }
    }

    /// Whether it has not ended.
    var isRunning: Bool { process.withLock(\.isRunning) }

    /// What it has written to standard output so far.
    var output: String { folder.text("output") }

    /// What it has written to standard error so far.
    var errors: String { folder.text("errors") }

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
}
