internal import ArgumentParser
internal import Foundation
internal import JSON

/// `trainyard generate MODEL [TEXT]`: streams what a model says next.
struct Generate: ClientCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a model go on from a text, and print that as it comes.",
        discussion: "With --json each token's event is a line, of which the last has the whole text."
    )

    @Argument(help: "The model's name.")
    var model: String

    @Argument(
        help:
            "What it goes on from; a JSON array or object for a model without words or with several inputs; - is standard input (default: nothing)."
    )
    var text = ""

    @Option(help: ArgumentHelp("How many tokens at most (default: 20).", valueName: "n"))
    var maxNewTokens: Int?

    @Option(help: ArgumentHelp("Draw tokens by this seed, rather than take the most probable ones.", valueName: "n"))
    var seed: Int?

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        let client = try server.client()
        let output = server.output
        let beginning = text == "-" ? String(decoding: try InputFile("-").contents(), as: UTF8.self) : text
        var request = Request("POST", "generate")
        request.fields = [("Accept", "text/event-stream")]
        request.body = .bytes(body(beginning), type: "application/json")
        var reader = EventReader()
        var whole: JSONValue?
        var count = 0
        var problem: JSONValue?
        Interruption.endsWatching("ended before the text was whole")
        try client.stream(request) { piece throws(Failure) in
            try reader.take(piece) { event throws(Failure) in
                guard let data = event.json else { return true }
                if event.name == "error" || data.text("detail") != nil {
                    problem = data
                    return false
                }
                if output.isJSON {
                    try output.json(data)
                } else if let token = data["token"], !token.isNull {
                    // Tokens without words are numbers, parted by blanks.
                    try output.piece(token.text("text") ?? ((count == 0 ? "" : " ") + (token["id"]?.line ?? "")))
                    count += 1
                }
                if data["details"]?.isNull == false { whole = data }
                return true
            }
        }
        if !output.isJSON {
            if count > 0 {
                try output.piece("\n")
            } else {
                // Steps of numbers come all at the end.
                for step in whole?.list("generated") ?? [] { try output.line(step.line) }
            }
        }
        if let problem { throw Failure(.unavailable, problem.text("detail") ?? problem.line) }
    }

    private func body(_ beginning: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.field("model", model)
            let trimmed = beginning.drop(while: \.isWhitespace)
            if trimmed.hasPrefix("[") || trimmed.hasPrefix("{"),
                let value = try? JSONDocument(parsing: Array(beginning.utf8)).root
            {
                json.field("inputs", value)
            } else {
                json.field("inputs", beginning)
            }
            json.key("parameters")
            json.object { json in
                json.field("max_new_tokens", ifPresent: maxNewTokens)
                if let seed {
                    json.field("do_sample", true)
                    json.field("seed", seed)
                }
            }
            json.field("stream", true)
        }
        return json.bytes
    }
}
