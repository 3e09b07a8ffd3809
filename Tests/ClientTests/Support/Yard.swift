import Foundation
import JSON
import Synchronization
import Testing

/// A running server, a folder with files, and commands that speak to the one and read the others.
final class Yard: Sendable {
    /// Where the server is.
    let url: String
    /// The folder in which commands run.
    let folder: TemporaryFolder

    private let server: Mutex<Program>
    private let data: TemporaryFolder

    /// Starts a server and waits until it answers.
    init(_ flags: [String] = []) throws {
        folder = try TemporaryFolder()
        data = try TemporaryFolder()
        let (program, url) = try Self.start(on: data, port: 0, flags)
        self.url = url
        server = Mutex(program)
    }

    /// Ends the server without a warning, and starts another one on its data and its port.
    func restart() throws {
        try server.withLock { server in
            server.signal(SIGKILL)
            _ = server.wait()
            server = try Self.start(on: data, port: URL(string: url)?.port ?? 0, []).program
        }
    }

    private static func start(
        on data: TemporaryFolder,
        port: Int,
        _ flags: [String]
    ) throws -> (program: Program, url: String) {
        let words = ["serve", "--port", "\(port)", "--data", data.url.appending(path: "data").path]
        let server = try Program(words + flags)
        let line = try waited(for: "the server") {
            try #require(server.isRunning, "the server ended: \(server.errors)")
            return server.output.hasSuffix("\n") ? server.output : nil
        }
        return (server, String(line.dropFirst("trainyard listening on ".count).dropLast()))
    }

    deinit { server.withLock { $0.signal(SIGTERM) } }

    /// Runs a command to its end.
    @discardableResult
    func run(
        _ arguments: String...,
        input: String? = nil,
        environment: [String: String] = [:],
        expecting status: Int32? = 0
    ) throws -> Program.Outcome {
        let outcome = try start(arguments, input: input, environment: environment).wait()
        if let status {
            #expect(outcome.status == status && !outcome.wasKilled, "\(arguments): \(outcome.errors)")
        }
        return outcome
    }

    /// Starts a command.
    func start(
        _ arguments: [String],
        input: String? = nil,
        environment: [String: String] = [:],
        terminal: PseudoTerminal? = nil
    ) throws -> Program {
        try Program(
            arguments,
            input: input,
            environment: ["TRAINYARD_URL": url].merging(environment) { $1 },
            in: folder.url,
            terminal: terminal
        )
    }

    /// Runs a command at a terminal, and gives what it shows.
    func show(_ arguments: String..., columns: UInt16 = 80, environment: [String: String] = [:]) throws -> String {
        let terminal = try PseudoTerminal(columns: columns)
        let outcome = try start(arguments, environment: environment, terminal: terminal).wait()
        let screen = try terminal.finalScreen()
        #expect(outcome.status == 0, "\(screen)")
        return screen
    }

    /// Writes a file into the folder.
    func write(_ text: String, to name: String) throws { _ = try folder.write(text, to: name) }

    /// A model `digits-small`, and in the folder a job for it that is short, and one that is long, as files.
    func prepareTraining() throws {
        try write(
            """
            {"name": "digits-small", "input_shape": [8, 8, 1], "layers": [
              {"type": "Rescaling", "scale": 0.0625}, {"type": "Flatten"},
              {"type": "Dense", "units": 10, "activation": "softmax"}]}
            """,
            to: "model.json"
        )
        try run("models", "create", "model.json")
        for (name, epochs) in [("short.json", 3), ("long.json", 1_000_000)] {
            try write(
                """
                {"model": "digits-small", "dataset": "digits", "epochs": \(epochs), "optimizer": "adam",
                 "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
                """,
                to: name
            )
        }
    }

    /// The state of a job.
    func state(of job: String) throws -> String {
        try json(run("jobs", "show", job, "--json").output)["state"]?.string() ?? ""
    }
}

/// A text as JSON.
func json(_ text: some StringProtocol) throws -> JSONValue { try JSONDocument(parsing: Array(text.utf8)).root }

/// Asks again and again until there is an answer, for at most five minutes.
func waited<Answer>(for what: String, _ ask: () throws -> Answer?) throws -> Answer {
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
