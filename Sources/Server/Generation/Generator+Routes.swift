import HTTP
import HTTPTypes
import JSON

extension Generator: Subject {
    init(_ parts: Parts) { self.init(predictor: parts.predictor, threads: parts.threads) }

    static let title = "generation"

    static let routes: [Route<Generator>] = [
        Route(
            .post,
            "/generate",
            "generate",
            "Have a model go on from its own answers",
            details: """
                A text, tokens or numbers, step after step. With `stream` each token is an event when it is known, and \
                the last one has the whole. Names and defaults are those of Hugging Face's transformers.
                """,
            access: .read,
            body: [("application/json", .generationRequest)],
            answers: [
                Answer(
                    200,
                    "what the model added",
                    contents: [("application/json", .generation), (EventStream.contentType, nil)]
                ),
                .problem(404, "there is no such model or version"), .unprocessable,
            ],
            executor: { $0.predictor.executor }
        ) { generator, request in
            let wanted = try GenerationRequest(try await request.json())
            let prepared = try await generator.prepare(wanted)
            guard wanted.streams else {
                return .json(.ok, try await generator.generate(prepared) { _ in })
            }
            return .stream(
                .ok,
                contentType: EventStream.contentType,
                fields: [.cacheControl: "no-store"]
            ) { writer in
                try await generator.stream(prepared, to: writer)
            }
        }
    ]

    /// Writes an event a token, the last with the whole text.
    private func stream(_ request: PreparedGeneration, to writer: any BodyWriter) async throws {
        func send(_ event: TokenEvent) async throws {
            try await writer.write(Array("data: \(event.jsonText)\n\n".utf8))
        }
        // The last event has the last token and the whole, so each waits for the next.
        var held: Token?
        let result = try await generate(request) { token in
            if let held { try await send(TokenEvent(token: held, result: nil)) }
            held = token
        }
        try await send(TokenEvent(token: held, result: result))
    }
}
