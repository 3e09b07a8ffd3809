import Foundation
import Testing

/// The program under test, serving on a free port of the loopback interface.
final class TestServer: Sendable {
    /// What its URLs begin with.
    let url: String
    /// The port.
    let port: UInt16
    /// The running program.
    let process: ChildProcess

    private let folder: TemporaryFolder

    /// The data folder.
    var data: URL { folder.url.appending(path: "data") }

    /// The built program, which lies beside the tests.
    static let program: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "trainyard").path
    }()

    /// Starts a server on the data in a folder, a new one where none is given, and waits until it answers.
    init(
        on folder: TemporaryFolder? = nil,
        _ flags: [String] = [],
        environment: [String: String] = [:],
        program: [String] = [TestServer.program]
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let process = try ChildProcess(
            program[0],
            program.dropFirst() + ["serve", "--port", "0", "--data", data] + flags,
            environment: environment
        )
        let prefix = "trainyard listening on "
        let line = try wait(for: "the line that tells the address") {
            let line = String(decoding: process.output, as: UTF8.self)
            if line.hasSuffix("\n") { return line }
            try #require(process.isRunning, "the server ended: \(process.errors)")
            return nil
        }
        url = String(try #require(line.hasPrefix(prefix) ? line.dropFirst(prefix.count).dropLast() : nil))
        port = try #require(URL(string: url)?.port.flatMap(UInt16.init(exactly:)))
        self.process = process
        self.folder = folder
    }

    /// Stops the server as an operator would, and checks that it ends in order.
    func stop() {
        process.signal(SIGTERM)
        let outcome = process.wait()
        #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
    }

    /// Stops the server, or ends it without a warning, and starts another one on the same data.
    func restarted(
        killing: Bool = false,
        _ flags: [String] = [],
        environment: [String: String] = [:]
    ) throws -> TestServer {
        if killing {
            process.signal(SIGKILL)
            _ = process.wait()
        } else {
            stop()
        }
        return try TestServer(on: folder, flags, environment: environment)
    }
}

/// Runs a body with a server that is stopped afterwards, whatever happens.
func withServer<Result>(_ flags: [String] = [], _ body: (TestServer) throws -> Result) throws -> Result {
    let server = try TestServer(flags)
    defer { server.stop() }
    return try body(server)
}

/// Asks again and again until there is an answer, for at most five minutes.
func wait<Answer>(for what: String, _ ask: () throws -> Answer?) throws -> Answer {
    let deadline = ContinuousClock.now + .seconds(300)
    while ContinuousClock.now < deadline {
        if let answer = try ask() { return answer }
        Thread.sleep(forTimeInterval: 0.01)
    }
    throw TimedOut(what: what)
}

/// Something that was waited for did not come.
struct TimedOut: Error, CustomStringConvertible {
    let what: String

    var description: String { "waited five minutes for \(what)" }
}
