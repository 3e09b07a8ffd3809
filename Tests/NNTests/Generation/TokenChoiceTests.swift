import JSON
import NN
import Testing

/// How tokens are chosen, against numbers of transformers 5.24.0 on PyTorch 2.13.0.
struct TokenChoiceTests {
    private static let cases = Reference.cases("generation.json.gz")
    private static let filters = cases.filter { $0.json["expected"]?["probabilities"] != nil }
    private static let searches = cases.filter { $0.json["expected"]?["best_first"] != nil }

    @Test func `there are cases`() {
        #expect(Self.filters.count > 25)
        #expect(Self.searches.count > 8)
    }

    @Test(arguments: filters)
    func `probabilities are those of transformers`(_ item: ReferenceCase) throws {
        let input = try item.value("input")
        let choice = try TokenChoice(item.value("parameters"))
        let logits = try #require(input["logits"]?["data"]).array().map { value in try value.float() }
        let tokens = try #require(input["tokens_so_far"]).ints()
        let expected = try #require(item.value("expected")["probabilities"]?["data"]).array().map { try $0.float() }

        let found = choice.probabilities(of: logits, after: Set(tokens))

        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(found)")
        #expect(found.indices.filter { found[$0] > 0 } == (try #require(item.value("expected")["kept"]).ints()))
    }

    @Test(arguments: searches)
    func `searches find what transformers find`(_ item: ReferenceCase) throws {
        let input = try item.value("input")
        let parameters = try item.value("parameters")
        let table = try #require(input["next_token_logits"])
        let width = try #require(table["shape"]).ints()[1]
        let numbers = try #require(table["data"]).array().map { value in try value.float() }
        func logits(after token: Int) -> [Float] { Array(numbers[token * width..<(token + 1) * width]) }
        let prompt = try #require(input["prompt"]).ints()
        let end = try #require(input["end_token"]).int()
        let limit = try #require(parameters["max_new_tokens"]).int()
        let choice = try TokenChoice(parameters)
        let expected = try #require(item.value("expected")["best_first"]).array()

        guard let count = try parameters["num_beams"]?.int() else {
            var tokens: [Int] = []
            while tokens.count < limit, tokens.last != end {
                var scores = logits(after: (prompt + tokens).last ?? 0)
                choice.penalize(&scores, Set(prompt + tokens))
                tokens.append(scores.placeOfGreatest)
            }
            #expect(try tokens == #require(expected.first { _ in true }?["tokens"]).ints())
            return
        }
        var search = BeamSearch(
            count: count,
            prompt: prompt,
            limit: limit,
            ends: [end],
            choice: choice,
            lengthPenalty: try parameters["length_penalty"]?.double() ?? 1,
            stop: parameters["early_stopping"] == nil ? .heuristically : .atFullCount
        )
        while !search.isOver {
            search.advance(search.beams.map { logits(after: (prompt + $0).last ?? 0) })
        }
        #expect(search.found.map(\.tokens) == (try expected.map { try #require($0["tokens"]).ints() }))
        let scores = try expected.map { try #require($0["score"]).float() }
        #expect(zip(search.found, scores).allSatisfy { abs($0.score - $1) <= 1e-5 })
    }
}

extension TokenChoice {
    /// The parameters of a case.
    fileprivate init(_ json: JSONValue) throws {
        self.init(
            repetitionPenalty: try json["repetition_penalty"]?.double() ?? 1,
            temperature: try json["temperature"]?.double() ?? 1,
            topK: try json["top_k"]?.int() ?? 0,
            topP: try json["top_p"]?.double() ?? 1,
            minP: try json["min_p"]?.double() ?? 0
        )
    }
}
