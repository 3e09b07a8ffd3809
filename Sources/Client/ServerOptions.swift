internal import ArgumentParser
internal import Foundation

/// The options of every command that speaks to a server.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server, http://HOST:PORT with a path if it has one, or unix:PATH (default: TRAINYARD_URL, else \(Self.standardURL)).",
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "A file whose first token is shown to the server (default: TRAINYARD_TOKEN).",
            valueName: "file"
        ),
        completion: .file()
    )
    var tokenFile: String?

    @OptionGroup var form: OutputOptions

    /// Where a server is looked for.
    static let standardURL = "http://127.0.0.1:8080"

    /// Where to write, and in which form.
    var output: Output { form.output }

    /// A client of the server that is meant.
    func client() throws(Failure) -> ServerClient {
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let (text, source) =
            url.map { ($0, "--url") } ?? variable("TRAINYARD_URL").map { ($0, "TRAINYARD_URL") } ?? (
                Self.standardURL, ""
            )
        let address = try ServerAddress(text, from: source)
        if let tokenFile {
            return ServerClient(address: address, token: try TokenFile.firstToken(of: InputFile(tokenFile)))
        }
        let token = try variable("TRAINYARD_TOKEN").map { token throws(Failure) in
            try TokenFile.checked(token.trimmingCharacters(in: .whitespacesAndNewlines), from: "TRAINYARD_TOKEN")
        }
        return ServerClient(address: address, token: token)
    }
}
