import Foundation
import JSON
import Testing

/// Models that go on from their own answers: texts, tokens, numbers.
@Suite(.sharedServer) struct GenerationTests {
    /// A model of six tokens whose logits behind each are a row of a table.
    private func table(_ name: String, steps: Int = 1, rows: [[Double]]) throws -> TestServer {
        let server = try TestServer.shared()
        try server.define(
            #"""
            {"name": "\#(name)", "input_shape": [\#(steps)], "layers": [{"type": "Embedding", "name": "table",
             "input_dim": \#(rows.count), "output_dim": \#(rows[0].count)}]}
            """#
        )
        let reply = try server.send(
            "PUT",
            "/models/\(name)/weights",
            SafetensorsFile.floats(
                "table/embeddings",
                [rows.count, rows[0].count],
                rows.flatMap { $0.map(Float.init) }
            ),
            contentType: "application/octet-stream"
        )
        #expect(reply.status < 300, "\(reply.text)")
        return server
    }

    /// Tokens of which none is much more probable than the others.
    private static let flat: [[Double]] = (0..<6).map { row in
        (0..<6).map { column -> Double in
            let number = column * 7 + row * 3
            return Double(number % 5) / 2
        }
    }

    /// Where the most probable way is not that of the most probable steps.
    private static let trap: [[Double]] = [
        [-9, -9, -9, -9], [-9, -9, 0.6, 0.5], [0.1, 0, 0, 0], [9, -9, -9, -9],
    ]

    private func generated(_ reply: Reply) throws -> [Int] {
        #expect(reply.status == 200, "\(reply.text)")
        return try #require(reply["generated"]).ints()
    }

    @Test(arguments: [1, 5])
    func `tokens follow one another greedily, by beams and until one that ends`(steps: Int) throws {
        let name = "trap\(steps)"
        let server = try table(name, steps: steps, rows: Self.trap)
        func ask(_ parameters: String) throws -> Reply {
            try server.post("/generate", #"{"model": "\#(name)", "inputs": [1], "parameters": \#(parameters)}"#)
        }

        let greedy = try ask(#"{"max_new_tokens": 4, "eos_token_id": 0, "details": true}"#)
        #expect(try generated(greedy) == [2, 0])
        #expect(try greedy["details"]?["finish_reason"]?.string() == "eos_token")
        #expect(try greedy["details"]?["generated_tokens"]?.int() == 2)
        let logprob = try #require(greedy["details"]?["tokens"]?.elements.first { _ in true }?["logprob"]).double()
        // 0.6 beside 0.5 and two at -9.
        #expect(abs(logprob - -0.6444636) < 1e-4, "\(logprob)")
        let searched = try ask(#"{"max_new_tokens": 4, "eos_token_id": 0, "num_beams": 2}"#)
        #expect(try generated(searched) == [3, 0])
        let short = try ask(#"{"max_new_tokens": 1}"#)
        #expect(try generated(short) == [2])
        #expect(try short["details"]?["finish_reason"]?.string() == "length")
        #expect(try generated(ask(#"{"max_new_tokens": 1, "return_full_text": true}"#)) == [1, 2])
    }

    @Test func `a seed draws the same whatever else runs`() throws {
        let server = try table("drawn", rows: Self.flat)
        @Sendable func ask(_ seed: Int) throws -> [Int] {
            try generated(
                server.post(
                    "/generate",
                    #"{"model": "drawn", "inputs": [1], "parameters": {"do_sample": true, "seed": \#(seed), "max_new_tokens": 40}}"#
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
        let own = try server.post(
            "/generate",
            #"{"model": "drawn", "inputs": [1], "parameters": {"do_sample": true, "max_new_tokens": 40}}"#
        )
        let seed = try #require(own["details"]?["seed"]).int()
        #expect(try ask(seed) == generated(own))
    }

    @Test func `a text goes on as its words, and streams a token an event`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"""
            {"name": "poet", "seed": 3, "layers": [
              {"type": "InputLayer", "name": "text", "shape": [], "dtype": "string"},
              {"type": "TextVectorization", "vocabulary": ["the", "moon", "shines", "on", "snow"], "output_sequence_length": 8},
              {"type": "Embedding", "input_dim": 7, "output_dim": 5, "mask_zero": true},
              {"type": "GRU", "units": 9, "return_sequences": true},
              {"type": "Dense", "units": 7, "activation": "softmax"}]}
            """#
        )
        let body = #"{"model": "poet", "inputs": "The moon", "parameters": {"max_new_tokens": 12, "details": true}%}"#
        let whole = try server.post("/generate", body.replacingOccurrences(of: "%", with: ""))
        #expect(whole.status == 200, "\(whole.text)")
        let text = try #require(whole["generated_text"]).string()
        #expect(text.split(separator: " ").count == 12)
        let tokens = try #require(whole["details"]?["tokens"]).elements.map { try #require($0["text"]).string() }
        #expect(tokens.joined() == text)

        let stream = try server.post("/generate", body.replacingOccurrences(of: "%", with: #", "stream": true"#))
        #expect(stream.fields["content-type"] == "text/event-stream")
        let events = try stream.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { event in
            try JSONDocument(parsing: String(try #require(event.hasPrefix("data: ") ? event.dropFirst(6) : nil))).root
        }
        #expect(events.count == 12)
        #expect(try events.map { try #require($0["token"]?["text"]).string() } == tokens)
        #expect(events.dropLast().allSatisfy { $0["generated_text"]?.isNull == true })
        #expect(try events.last?["generated_text"]?.string() == text)
        #expect(try events.last?["details"]?["generated_tokens"]?.int() == 12)

        let word = try #require(text.split(separator: " ").dropFirst(2).first)
        let stopped = try server.post(
            "/generate",
            #"{"model": "poet", "inputs": "the moon", "parameters": {"max_new_tokens": 12, "stop": ["\#(word)"], "return_full_text": true}}"#
        )
        #expect(try stopped["details"]?["finish_reason"]?.string() == "stop_sequence")
        let ended = try #require(stopped["generated_text"]).string()
        #expect(ended.hasPrefix("the moon ") && ended.hasSuffix(word), "\(ended)")
    }

    @Test func `the answer to each step is that of the whole sequence`() throws {
        let server = try TestServer.shared()
        let layers = #"""
            {"type": "Embedding", "input_dim": 11, "output_dim": 4}, {"type": "LSTM", "units": 6, "return_sequences": true},
            {"type": "Dense", "units": 11, "activation": "softmax"}
            """#
        try server.define(#"{"name": "whole", "input_shape": [12], "seed": 5, "layers": [\#(layers)]}"#)
        let tokens = try generated(
            server.post("/generate", #"{"model": "whole", "inputs": [4, 9], "parameters": {"max_new_tokens": 10}}"#)
        )
        let sequence = [4, 9] + tokens
        let answers = try #require(
            server.post("/predict", #"{"model": "whole", "instances": [\#(sequence)]}"#)["predictions"]?.elements.first
            {
                _ in true
            }
        ).elements.map { try $0.array().map { try $0.double() } }
        for (step, token) in sequence.enumerated().dropFirst(2) {
            let best = try #require(answers[step - 1].max())
            #expect(abs(answers[step - 1][token] - best) < 1e-6)
        }
    }

    @Test func `a forecast goes on from its own numbers, step by step or by a window`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "sum2", "input_shape": [2, 1], "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1, "use_bias": false, "name": "d"}]}"#
        )
        let put = try server.send(
            "PUT",
            "/models/sum2/weights",
            SafetensorsFile.floats("d/kernel", [2, 1], [1, 1]),
            contentType: "application/octet-stream"
        )
        #expect(put.status < 300, "\(put.text)")
        let reply = try server.post(
            "/generate",
            #"{"model": "sum2", "inputs": [[1], [1]], "parameters": {"max_new_tokens": 6}}"#
        )
        #expect(reply["generated"]?.source == "[[2.0],[3.0],[5.0],[8.0],[13.0],[21.0]]", "\(reply.text)")
        let short = try server.post("/generate", #"{"model": "sum2", "inputs": [[1]]}"#)
        #expect(short.status == 422 && short.text.contains("2 steps"), "\(short.text)")
        let drawn = try server.post(
            "/generate",
            #"{"model": "sum2", "inputs": [[1], [1]], "parameters": {"top_k": 4}}"#
        )
        #expect(drawn.status == 422 && drawn.text.contains("/parameters/top_k"), "\(drawn.text)")
    }

    @Test func `an encoder's answer is the beginning of the decoder's`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"""
            {"name": "pair", "seed": 2, "layers": [
              {"type": "InputLayer", "name": "en", "shape": [], "dtype": "string"},
              {"type": "InputLayer", "name": "fr", "shape": [], "dtype": "string"},
              {"type": "TextVectorization", "name": "a", "inputs": ["en"], "vocabulary": ["good", "day", "night"], "output_sequence_length": 4},
              {"type": "TextVectorization", "name": "b", "inputs": ["fr"], "standardize": null, "vocabulary": ["[start]", "bon", "jour", "[end]"], "output_sequence_length": 5},
              {"type": "Embedding", "name": "ea", "inputs": ["a"], "input_dim": 5, "output_dim": 4, "mask_zero": true},
              {"type": "GRU", "name": "encoder", "units": 6, "return_sequences": true, "return_state": true},
              {"type": "Embedding", "name": "eb", "inputs": ["b"], "input_dim": 6, "output_dim": 4, "mask_zero": true},
              {"type": "GRU", "name": "decoder", "inputs": ["eb", "encoder:1"], "units": 6, "return_sequences": true},
              {"type": "AdditiveAttention", "name": "seen", "inputs": ["decoder", "encoder"]},
              {"type": "Concatenate", "inputs": ["decoder", "seen"]},
              {"type": "Dense", "units": 6, "activation": "softmax"}]}
            """#
        )
        func ask(_ english: String) throws -> Reply {
            try server.post(
                "/generate",
                #"{"model": "pair", "inputs": {"en": "\#(english)", "fr": "[start]"}, "parameters": {"max_new_tokens": 4, "details": true}}"#
            )
        }
        let reply = try ask("good day")
        #expect(reply.status == 200, "\(reply.text)")
        let tokens = try #require(reply["details"]?["tokens"]).elements.map { try #require($0["id"]).int() }
        // The same by hand: each step asks for the whole sequence so far.
        var text = ["[start]"]
        let words = ["", "[UNK]", "[start]", "bon", "jour", "[end]"]
        for token in tokens {
            let answer = try #require(
                server.post(
                    "/predict",
                    #"{"model": "pair", "instances": [{"en": "good day", "fr": "\#(text.joined(separator: " "))"}]}"#
                )["predictions"]?.elements.first { _ in true }
            ).elements.map { try $0.array().map { try $0.double() } }
            let step = answer[text.count - 1]
            #expect(abs(step[token] - (try #require(step[1...].max()))) < 1e-6)
            text.append(words[token])
        }
        #expect(try ask("night").text != reply.text)
        let missing = try server.post("/generate", #"{"model": "pair", "inputs": {"en": "good"}}"#)
        #expect(missing.status == 422 && missing.text.contains(#"\"fr\""#), "\(missing.text)")
    }

    @Test func `steps of numbers go through the front, as those of a prediction do`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"""
            {"name": "measured", "seed": 3, "layers": [
              {"type": "InputLayer", "name": "x", "shape": [5, 1], "dtype": "float32"},
              {"type": "Imputation", "strategy": "constant", "fill_value": 0},
              {"type": "Normalization", "mean": 10, "variance": 4},
              {"type": "GRU", "units": 4, "return_sequences": true}, {"type": "Dense", "units": 1}]}
            """#
        )
        let whole = try server.post("/predict", #"{"model": "measured", "instances": [[[1], [2], [3], [4], [5]]]}"#)
        let expected = try #require(whole["predictions", "0", "4", "0"]).double()
        let reply = try server.post(
            "/generate",
            #"{"model": "measured", "inputs": [[1], [2], [3], [4], [5]], "parameters": {"max_new_tokens": 1}}"#
        )
        let found = try #require(reply["generated", "0", "0"]).double()
        #expect(abs(found - expected) < 1e-6, "\(reply.text)")
    }

    @Test func `a softmax is taken for one wherever it stands`() throws {
        let server = try TestServer.shared()
        func logprob(_ name: String, _ tail: String) throws -> Double {
            try server.define(
                #"""
                {"name": "\#(name)", "input_shape": [4], "seed": 1, "layers": [
                  {"type": "Embedding", "input_dim": 6, "output_dim": 3, "name": "e", "embeddings_initializer":
                   {"type": "RandomUniform", "minval": -2, "maxval": 2, "seed": 1}}, \#(tail)]}
                """#
            )
            let reply = try server.post(
                "/generate",
                #"{"model": "\#(name)", "inputs": [1, 2], "parameters": {"max_new_tokens": 1, "details": true}}"#
            )
            return try #require(reply["details", "tokens", "0", "logprob"]).double()
        }
        let dense = #"{"type": "Dense", "units": 6, "name": "d"%}"#
        let usual = try logprob("ended", dense.replacingOccurrences(of: "%", with: #", "activation": "softmax""#))
        let plain = dense.replacingOccurrences(of: "%", with: "")
        let softened = dense.replacingOccurrences(of: "%", with: #", "activation": "softmax""#)
        for (number, tail) in [
            plain + #", {"type": "Softmax"}"#,
            plain + #", {"type": "TimeDistributed", "layer": {"type": "Activation", "activation": "softmax"}}"#,
            softened + #", {"type": "Dropout", "rate": 0.1}"#,
        ].enumerated() {
            #expect(abs(try logprob("softened\(number)", tail) - usual) < 1e-5, "\(tail)")
        }
    }

    @Test func `beams that nothing ends go to the end, and no temperature draws what is left out`() throws {
        let server = try table("endless", rows: Self.flat)
        let searched = try server.post(
            "/generate",
            #"{"model": "endless", "inputs": [1], "parameters": {"num_beams": 3, "max_new_tokens": 33}}"#
        )
        #expect(try generated(searched).count == 33)
        let greedy = try generated(
            server.post("/generate", #"{"model": "endless", "inputs": [1], "parameters": {"max_new_tokens": 6}}"#)
        )
        for temperature in ["1e-300", "1e-45", "1e-38"] {
            let cold = try server.post(
                "/generate",
                #"{"model": "endless", "inputs": [1], "parameters": {"max_new_tokens": 6, "do_sample": true, "top_k": 1, "temperature": \#(temperature)}}"#
            )
            #expect(try generated(cold).count == 6)
            #expect(cold["generated", "0"]?.source == "\(greedy[0])", "\(cold.text)")
        }
    }

    private static let refused = [
        (#"{"model": "refused", "inputs": [1, 7]}"#, "/inputs/1"),
        (#"{"model": "refused", "inputs": []}"#, "/inputs"),
        (#"{"model": "refused", "inputs": "words"}"#, "/inputs"),
        (#"{"model": "refused", "inputs": [1], "parameters": {"max_new_tokens": 0}}"#, "/parameters/max_new_tokens"),
        (
            #"{"model": "refused", "inputs": [1], "parameters": {"max_new_tokens": 65537}}"#,
            "/parameters/max_new_tokens"
        ),
        (#"{"model": "refused", "inputs": [1], "parameters": {"temperature": 0}}"#, "/parameters/temperature"),
        (#"{"model": "refused", "inputs": [1], "parameters": {"top_p": 1.5}}"#, "/parameters/top_p"),
        (#"{"model": "refused", "inputs": [1], "parameters": {"temprature": 1}}"#, "/parameters/temprature"),
        (#"{"model": "refused", "inputs": [1], "parameters": {"stop": ["x"]}}"#, "/parameters/stop"),
        (
            #"{"model": "refused", "inputs": [1], "parameters": {"num_beams": 2, "do_sample": true}}"#,
            "/parameters/num_beams"
        ),
        (#"{"model": "refused", "inputs": [1], "stream": true, "parameters": {"num_beams": 2}}"#, "/stream"),
    ]

    @Test func `what is out of range or unknown is refused with its place`() throws {
        let server = try table("refused", rows: Self.trap)
        for (body, pointer) in Self.refused {
            let reply = try server.post("/generate", body)
            #expect(reply.status == 422)
            let pointers = try #require(reply["errors"]).elements.map { try #require($0["pointer"]).string() }
            #expect(pointers == [pointer], "\(body): \(reply.text)")
        }
    }

    @Test func `a model that can't go on says which layer keeps it`() throws {
        let server = try TestServer.shared()
        try server.define(
            #"{"name": "both", "input_shape": [5, 2], "layers": [{"type": "Bidirectional", "name": "ways", "layer": {"type": "GRU", "units": 1, "return_sequences": true}}]}"#
        )
        let reply = try server.post("/generate", #"{"model": "both", "inputs": [[1, 2]]}"#)
        #expect(reply.status == 422)
        #expect(reply.text.contains("ways") && reply.text.contains("Bidirectional"), "\(reply.text)")
        try server.define(#"{"name": "digits", "input_shape": [4], "layers": [{"type": "Dense", "units": 3}]}"#)
        #expect(try server.post("/generate", #"{"model": "digits", "inputs": [1, 2, 3, 4]}"#).status == 422)
    }
}
