import Glibc
import HTTP
import JSON
import ModelStore
import NN

/// Has models go on from what clients send: each token or step from the answer to the one before.
///
/// The steps of all clients wait for a model together and go as one batch; what a client gets doesn't depend on the
/// others.
struct Generator: Sendable {
    let predictor: Predictor
    let threads: BlockingThreads

    /// A token as it was added.
    struct Token: Sendable {
        let id: Int
        /// As it stands behind the others; nil where tokens have no words.
        let text: String?
        /// The logarithm of the probability that the model gave it, before penalty, temperature and filters.
        let logprob: Float
    }

    /// Goes on from what a request sends.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - emit: Called with each token as it is added, but for beams.
    /// - Returns: What was added.
    /// - Throws: `StoreError.notFound` for an unknown model or version, `FaultyInput` for what the model can't take,
    ///   `CancellationError` where the client has left.
    func generate(_ request: PreparedGeneration, emit: (Token) async throws -> Void) async throws -> GenerationResult {
        let steps = GenerationSteps(model: request.model, predictor: predictor)
        var memory = try await steps.begin(request.beginning.context)
        let answer = try await steps.advance(&memory, through: request.beginning)
        guard request.model.tokens != nil else { return try await forecast(request, steps, memory, answer) }
        if request.parameters.beams > 1 { return try await search(request, steps, memory, answer) }
        return try await write(request, steps, memory, answer, emit)
    }

    /// Finds the model and reads what it goes on from.
    func prepare(_ request: GenerationRequest) async throws -> PreparedGeneration {
        let model = try await predictor.model(request.model, version: request.version)
        let generating = try await threads.run { try model.generatingModel() }
        let beginning = try generating.beginning(request.inputs)
        if generating.tokens == nil, let name = request.parameters.ofTokens.first {
            throw FaultyInput(
                Fault(
                    pointer: "/parameters/\(name)",
                    detail: "the model's steps are numbers, of which none is drawn or ends it"
                )
            )
        }
        if generating.words == nil, !request.parameters.stopTexts.isEmpty {
            throw FaultyInput(
                Fault(pointer: "/parameters/stop", detail: "the model's tokens have no words; end it by eos_token_id")
            )
        }
        // Beams that go on from one another have what they remember twice for a moment.
        let sequences = request.parameters.beams > 1 ? 2 * request.parameters.beams : 1
        let bytes = beginning.bytes + sequences * generating.sequenceBytes
        try await RequestMemory.current?.take(bytes, waits: false)
        return PreparedGeneration(
            model: generating,
            version: model.version,
            beginning: beginning,
            parameters: request.parameters.limited(
                to: generating.greatestLength.map { $0 - beginning.count + 1 }
            ),
            seed: request.parameters.seed
                ?? (request.parameters.draws ? Int.random(in: GenerationParameters.Standard.seeds) : nil)
        )
    }

    /// Token after token.
    private func write(
        _ request: PreparedGeneration,
        _ steps: GenerationSteps,
        _ begin: SequenceMemory,
        _ first: [Float],
        _ emit: (Token) async throws -> Void
    ) async throws -> GenerationResult {
        var text = GeneratedText(request)
        var memories = [begin]
        var logits = request.logits(first)
        var seen = Set(request.beginning.tokens)
        var generator = SeededGenerator(seed: UInt64(request.seed ?? 0), name: "generate")
        while true {
            let id = request.choose(from: logits, after: seen, &generator)
            let token = Token(
                id: id,
                text: request.model.words?.text(of: id, isFirst: text.tokens.isEmpty),
                logprob: logits.logSoftmax(id)
            )
            text.append(token)
            seen.insert(id)
            let reason = text.finishReason
            try await emit(token)
            if let reason { return text.result(reason) }
            logits = request.logits(try await steps.advance(&memories, by: [[Float(id)]])[0])
        }
    }

    /// The best of several sequences.
    private func search(
        _ request: PreparedGeneration,
        _ steps: GenerationSteps,
        _ begin: SequenceMemory,
        _ first: [Float]
    ) async throws -> GenerationResult {
        let parameters = request.parameters
        var search = BeamSearch(
            count: parameters.beams,
            prompt: request.beginning.tokens,
            limit: parameters.limit,
            ends: parameters.ends,
            choice: parameters.choice,
            lengthPenalty: parameters.lengthPenalty,
            stop: parameters.stop
        )
        var memories = [begin]
        var logits = [request.logits(first)]
        var known: [[Token]] = [[]]
        var best: (tokens: [Token], score: Float) = ([], -.infinity)
        while true {
            let before = known
            let own = logits
            search.advance(own.map(request.allowed))
            func token(_ id: Int, _ beam: Int) -> Token {
                let text = request.model.words?.text(of: id, isFirst: before[beam].isEmpty)
                return Token(id: id, text: text, logprob: own[beam].logSoftmax(id))
            }
            // A sequence that has ended goes on from one of the beams before.
            if let found = search.ended.first, found.score > best.score || best.tokens.isEmpty,
                let beam = before.firstIndex(where: { $0.map(\.id) == found.tokens.dropLast() })
            {
                best = (before[beam] + [token(found.tokens[found.tokens.count - 1], beam)], found.score)
            }
            known = zip(search.beams, search.parents).map { before[$1] + [token($0[$0.count - 1], $1)] }
            if search.isOver { break }
            memories = search.parents.map { memories[$0] }
            let answers = try await steps.advance(&memories, by: search.beams.map { [Float($0[$0.count - 1])] })
            logits = answers.map(request.logits)
        }
        var text = GeneratedText(request)
        for token in best.tokens { text.append(token) }
        return text.result(text.finishReason ?? .length)
    }

    /// Step after step of numbers.
    private func forecast(
        _ request: PreparedGeneration,
        _ steps: GenerationSteps,
        _ begin: SequenceMemory,
        _ first: [Float]
    ) async throws -> GenerationResult {
        var memories = [begin]
        var numbers = [first]
        while numbers.count < request.parameters.limit {
            numbers.append(try await steps.advance(&memories, by: [numbers[numbers.count - 1]])[0])
        }
        return GenerationResult(request, numbers: numbers)
    }
}

/// A request whose model is ready and whose inputs are read.
struct PreparedGeneration: Sendable {
    let model: GeneratingModel
    let version: VersionName
    let beginning: Beginning
    let parameters: GenerationParameters
    /// What is drawn by; nil where nothing is drawn and none was given.
    let seed: Int?

    /// The logits of the tokens that may be chosen: of those that stand for something, and have words where others do.
    func allowed(_ answer: [Float]) -> [Float] {
        var allowed = answer
        if model.words != nil || model.masksZero, allowed.count > 1 { allowed[TokenWords.padding] = -.infinity }
        if let words = model.words, words.count > 1, words.count < allowed.count {
            for token in words.count..<allowed.count { allowed[token] = -.infinity }
        }
        return allowed
    }

    /// The model's answer to a step as logits.
    func logits(_ answer: [Float]) -> [Float] {
        model.answersProbabilities ? answer.map { log(max($0, .leastNonzeroMagnitude)) } : answer
    }

    /// The next token.
    func choose(from logits: [Float], after seen: Set<Int>, _ generator: inout SeededGenerator) -> Int {
        let logits = allowed(logits)
        guard parameters.draws else {
            var scores = logits
            parameters.choice.penalize(&scores, seen)
            return scores.placeOfGreatest
        }
        let probabilities = parameters.choice.probabilities(of: logits, after: seen)
        var rest = generator.uniform()
        var last = 0
        for token in probabilities.indices where probabilities[token] > 0 {
            rest -= Double(probabilities[token])
            last = token
            if rest < 0 { break }
        }
        return last
    }
}
