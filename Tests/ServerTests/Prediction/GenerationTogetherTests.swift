import Foundation
import JSON
import Testing

/// What one client of a model gets while others ask it too.
@Suite(.sharedServer) struct GenerationTogetherTests {
    private func generated(_ reply: Reply) throws -> [Int] {
        #expect(reply.status == 200, "\(reply.text)")
        return try #require(reply["generated"]).ints()
    }

    @Test(arguments: [
        (
            "attending",
            #"""
            {"type": "TokenAndPositionEmbedding", "vocabulary_size": 11, "sequence_length": 40, "embedding_dim": 8, "name": "w"},
            {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 4, "use_causal_mask": true, "inputs": ["w", "w"], "name": "a"},
            {"type": "Add", "inputs": ["w", "a"], "name": "x"},
            {"type": "GroupQueryAttention", "num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 4,
             "use_causal_mask": true, "sliding_window": 5, "inputs": ["x", "x"]}
            """#
        ),
        (
            "convolving",
            #"""
            {"type": "Embedding", "input_dim": 11, "output_dim": 8, "embeddings_initializer":
             {"type": "RandomUniform", "minval": -1, "maxval": 1, "seed": 3}},
            {"type": "Conv1D", "filters": 8, "kernel_size": 3, "padding": "causal", "activation": "relu"},
            {"type": "Conv1D", "filters": 8, "kernel_size": 2, "padding": "causal", "dilation_rate": 3}
            """#
        ),
    ])
    func `clients that a model answers together each get what they would get alone`(
        name: String,
        layers: String
    ) throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "\#(name)", "input_shape": [40], "seed": 7, "layers": [\#(layers), {"type": "Dense", "units": 11}]}"#
        )
        @Sendable func ask(_ seed: Int) throws -> [Int] {
            // Beginnings of unequal length: sequences that go as one batch stand at unequal places.
            let begin = (0...seed).map { ($0 * 3 + seed) % 11 }
            return try generated(
                server.post(
                    "/generate",
                    #"{"model": "\#(name)", "inputs": \#(begin), "parameters": {"do_sample": true, "seed": \#(seed), "max_new_tokens": 30}}"#
                )
            )
        }
        let alone = try (0..<6).map(ask)

        let results = ParallelResults()
        DispatchQueue.concurrentPerform(iterations: 24) { number in
            results.add(number % 6, try? ask(number % 6))
        }

        #expect(Set(alone).count == 6)
        #expect(results.all.count == 24)
        for (seed, tokens) in results.all { #expect(tokens == alone[seed]) }
        // And each step is what the whole network says of the sequence so far, where it has as many steps.
        let greedy = try generated(
            server.post("/generate", #"{"model": "\#(name)", "inputs": [4, 9], "parameters": {"max_new_tokens": 38}}"#)
        )
        let sequence = [4, 9] + greedy
        let answers = try #require(
            server.post("/predict", #"{"model": "\#(name)", "instances": [\#(sequence)]}"#)["predictions", "0"]
        ).elements.map { try $0.array().map { try $0.double() } }
        for (step, token) in sequence.enumerated().dropFirst(2) {
            let best = try #require(answers[step - 1].max())
            #expect(abs(answers[step - 1][token] - best) < 1e-5)
        }
    }

    @Test(arguments: [1, 33, 64, 90])
    func `a sequence goes on from any of its steps with the bits that it had`(given: Int) throws {
        let server = try TestServer.shared()
        let name = "resumed\(given)"
        try server.define(
            #"""
            {"name": "\#(name)", "input_shape": [8], "seed": 5, "layers": [
             {"type": "Embedding", "input_dim": 11, "output_dim": 8, "embeddings_initializer":
              {"type": "RandomUniform", "minval": -1, "maxval": 1, "seed": 3}},
             {"type": "Conv1D", "filters": 8, "kernel_size": 3, "padding": "causal"},
             {"type": "GRU", "units": 12, "return_sequences": true},
             {"type": "LSTM", "units": 9, "return_sequences": true}, {"type": "Dense", "units": 11}]}
            """#
        )
        func ask(_ inputs: [Int], _ count: Int) throws -> (tokens: [Int], probabilities: [Double]) {
            let reply = try server.post(
                "/generate",
                #"{"model": "\#(name)", "inputs": \#(inputs), "parameters": {"max_new_tokens": \#(count), "details": true, "repetition_penalty": 1.5}}"#
            )
            let details = try #require(reply["details"]?["tokens"]).elements
            return (try generated(reply), try details.map { try #require($0["logprob"]).double() })
        }
        let whole = try ask([4], 120)

        let rest = try ask([4] + whole.tokens.prefix(given), 120 - given)

        #expect(rest.tokens == Array(whole.tokens.dropFirst(given)))
        #expect(rest.probabilities == Array(whole.probabilities.dropFirst(given)))
    }
}
