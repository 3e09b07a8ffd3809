import ArgumentParser
import Foundation
import HTTP

/// `trainyard health`: asks the running server, for supervisors that have no HTTP client at hand.
struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a running server whether it is well: status 0 where it is, 1 where it isn't.",
        discussion:
            "It looks for the server where \"trainyard serve\" would listen with the same flags and environment."
    )

    @Option(
        help: ArgumentHelp(
            "The server's addresses, of which the first is asked (default: \(ServeSettings.standardHost)).",
            valueName: "addresses"
        )
    )
    var host: [String] = []

    @Option(help: ArgumentHelp("The server's port (default: \(ServeSettings.standardPort)).", valueName: "n"))
    var port: String?

    @Option(help: ArgumentHelp("The server's Unix domain socket, in place of address and port.", valueName: "path"))
    var unixSocket: String?

    @Flag(help: "Ask only whether the process answers, not whether it can serve.")
    var live = false

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "What the server is to be ready for: requests, or predictions alone (default: requests).",
            valueName: "what"
        )
    )
    var purpose: String?

    @Option(help: ArgumentHelp("How long the answer may take (default: 3).", valueName: "seconds"))
    var timeout: String?

    /// Asks once, and tells what the server said.
    func run() throws {
        let question = try question()
        let probe = try HealthProbe(address(ServiceLinks.environment), within: limit())
        let answer: HealthProbe.Answer
        do {
            answer = try probe.ask(question)
        } catch {
            throw CommandError(error.description, status: 1)
        }
        guard answer.status == 200 else {
            throw CommandError("the server is not well: \(answer.status) \(answer.text)", status: 1)
        }
        StandardOutput.write(live ? "live" : "ready")
    }

    private func question() throws(StartError) -> HealthProbe.Question {
        switch purpose ?? "requests" {
        case "requests": return live ? .live : .ready
        case "predictions":
            guard !live else { throw .usage("--live and --for predictions: expected one of them") }
            return .readyForPredictions
        case let other: throw .usage("--for: expected \"requests\" or \"predictions\", found \"\(other)\"")
        }
    }

    private func address(_ environment: [String: String]) throws(StartError) -> ListenAddress {
        // An address or a port on the command line is meant, whatever socket the environment names.
        let local = unixSocket ?? (host.isEmpty && port == nil ? environment["TRAINYARD_UNIX_SOCKET"] : nil)
        if let local { return .unix(path: local) }
        let (source, text) =
            port.map { ("--port", $0) }
            ?? ("TRAINYARD_PORT", environment["TRAINYARD_PORT"] ?? "\(ServeSettings.standardPort)")
        guard let number = UInt16(text), number > 0 else {
            throw .usage("\(source): expected an integer from 1 to 65535, found \"\(text)\"")
        }
        let hosts =
            try SettingReader(environment: environment).list("host", host)?.items ?? [ServeSettings.standardHost]
        return .ip(host: hosts[0], port: number)
    }

    private func limit() throws(StartError) -> Duration {
        guard let timeout else { return .seconds(3) }
        guard let seconds = Double(timeout), (0.01...3_600).contains(seconds) else {
            throw .usage("--timeout: expected a number from 0.01 to 3600, found \"\(timeout)\"")
        }
        return .seconds(seconds)
    }
}
