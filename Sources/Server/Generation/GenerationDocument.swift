import JSON

/// What a model gave, as clients see it.
struct GenerationResult: JSONWritable, Sendable {
    private let request: PreparedGeneration
    private let text: String?
    private let tokens: [Generator.Token]
    private let numbers: [[Float]]
    private let reason: FinishReason

    /// A text, or tokens that have no words.
    init(_ request: PreparedGeneration, text: String? = nil, tokens: [Generator.Token], _ reason: FinishReason) {
        (self.request, self.text, self.tokens, self.reason) = (request, text, tokens, reason)
        numbers = []
    }

    /// Steps of numbers.
    init(_ request: PreparedGeneration, numbers: [[Float]]) {
        (self.request, self.numbers) = (request, numbers)
        (text, tokens, reason) = (nil, [], .length)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", request.model.name)
            json.field("version", request.version)
            writeMembers(to: &json)
        }
    }

    /// Writes what was generated, and its details.
    func writeMembers(to json: inout JSONWriter) {
        if let text {
            json.field("generated_text", text)
        } else if request.model.tokens != nil {
            let before = request.parameters.returnsAll ? request.beginning.tokens : []
            json.field("generated", before + tokens.map(\.id))
        } else {
            json.key("generated")
            let beginning = request.beginning
            let before = request.parameters.returnsAll ? (0..<beginning.count).map { beginning[$0] } : []
            json.array { json in
                for step in before + numbers {
                    step.withUnsafeBufferPointer { json.write($0, shape: request.model.stepShape) }
                }
            }
        }
        json.key("details")
        json.object { json in
            json.field("finish_reason", reason.rawValue)
            json.field("generated_tokens", request.model.tokens == nil ? numbers.count : tokens.count)
            json.field("seed", request.seed)
            if request.parameters.listsTokens, request.model.tokens != nil { json.field("tokens", tokens) }
        }
        if !numbers.allSatisfy({ $0.allSatisfy(\.isFinite) }) { json.field("non_finite", true) }
        json.field("notes", ifPresent: request.beginning.notes.isEmpty ? nil : request.beginning.notes)
    }
}

extension Generator.Token: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            if let text { json.field("text", text) }
            json.field("logprob", logprob)
        }
    }
}

/// What a stream has of one token, and of all behind the last.
struct TokenEvent: JSONWritable {
    let token: Generator.Token?
    let result: GenerationResult?

    func write(to json: inout JSONWriter) {
        json.object { json in
            if let token { json.field("token", token) }
            if let result {
                result.writeMembers(to: &json)
            } else {
                json.field("generated_text", String?.none)
            }
        }
    }
}
