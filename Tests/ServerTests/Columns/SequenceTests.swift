import Foundation
import JSON
import Testing

/// Sequences that are learned one step later, and weights of their steps.
@Suite(.sharedServer) struct SequenceTests {
    /// 60 sequences of 6 tokens below 5, each token the one before plus one; `double` is twice as much, `w` a weight a step.
    private static let records: String = {
        (0..<60).map { row in
            let tokens = (0..<6).map { (row + $0) % 5 }
            let weights = tokens.map { $0 == 0 ? 0 : 1 }
            return #"{"source": \#(tokens), "tokens": \#(tokens), "w": \#(weights), "row": \#(row)}"#
        }.joined(separator: "\n")
    }()

    private func server(_ dataset: String) throws -> TestServer {
        let server = try TestServer.shared()
        let reply = try server.send(
            "PUT",
            "/datasets/\(dataset)",
            text: Self.records,
            contentType: "application/x-ndjson"
        )
        try #require(reply.status == 201, "\(reply.text)")
        return server
    }

    private static let options = """
        "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "epochs": 30,
         "optimizer": {"type": "Adam", "learning_rate": 0.05}
        """

    @Test func `a sequence is learned one step later`() throws {
        let server = try server("steps")
        // Of six steps five are left.
        try server.define(
            """
            {"name": "next", "layers": [{"type": "InputLayer", "name": "given", "shape": [5]},
             {"type": "Embedding", "input_dim": 5, "output_dim": 8}, {"type": "Dense", "units": 5, "activation": "softmax"}]}
            """
        )
        let job = try server.trained(
            #"{"model": "next", "dataset": "steps", "inputs": {"given": "tokens"}, "targets": "tokens", "shift": 1, \#(Self.options)}"#
        )
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
        let answer = try server.post("/predict", #"{"model": "next", "instances": [[0, 1, 2, 3, 4]]}"#)
        #expect(answer["classes", "0"]?.source == "[1,2,3,4,0]", "\(answer.text)")
        // Without the shift the model is a step too short, and says so.
        let unshifted = try server.post(
            "/train",
            #"{"model": "next", "dataset": "steps", "inputs": "tokens", "targets": "tokens", \#(Self.options)}"#
        )
        #expect(unshifted.status == 422)
    }

    @Test func `an input that is the target's column alone loses its last step`() throws {
        let server = try server("pairs")
        try server.define(
            """
            {"name": "translator", "layers": [
             {"type": "InputLayer", "name": "from", "shape": [6]}, {"type": "InputLayer", "name": "to", "shape": [5]},
             {"type": "Reshape", "name": "wide", "target_shape": [6, 1], "inputs": ["from"]},
             {"type": "GlobalAveragePooling1D", "name": "mean", "inputs": ["wide"]},
             {"type": "RepeatVector", "name": "each", "n": 5, "inputs": ["mean"]},
             {"type": "Embedding", "name": "embedded", "input_dim": 5, "output_dim": 8, "inputs": ["to"]},
             {"type": "Concatenate", "name": "both", "inputs": ["each", "embedded"]},
             {"type": "Dense", "units": 5, "activation": "softmax", "inputs": ["both"]}]}
            """
        )
        let job = try server.trained(
            """
            {"model": "translator", "dataset": "pairs", "inputs": {"from": "source", "to": "tokens"}, "targets": "tokens",
             "shift": 1, \(Self.options)}
            """
        )
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
    }

    @Test func `a text is learned a token later`() throws {
        let server = try TestServer.shared()
        let words = ["one", "two", "three", "four"]
        let lines = (0..<80).map { row in (0..<3 + row % 3).map { words[(row + $0) % 4] }.joined(separator: " ") }
        #expect(
            try server.send(
                "PUT",
                "/datasets/counting",
                text: (["text"] + lines).joined(separator: "\n"),
                contentType: "text/csv"
            ).status == 201
        )
        try server.define(
            """
            {"name": "counter", "layers": [{"type": "InputLayer", "name": "text", "shape": [], "dtype": "string"},
             {"type": "TextVectorization", "name": "tokens", "output_sequence_length": 5, "max_tokens": 6},
             {"type": "Embedding", "input_dim": 6, "output_dim": 12, "mask_zero": true},
             {"type": "Dense", "units": 6, "activation": "softmax"}]}
            """
        )
        let request =
            #"{"model": "counter", "dataset": "counting", "inputs": "text", "targets": "text", "shift": 1, \#(Self.options)}"#
        let job = try server.trained(request)
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
        let model = try server.get("/models/counter")
        #expect(model.status == 200)
        let answer = try server.post("/predict", #"{"model": "counter", "instances": ["one two", "two three"]}"#)
        // What follows "two" in the first is what follows it in the second.
        #expect(answer["classes", "0", "1"]?.source == answer["classes", "1", "0"]?.source, "\(answer.text)")
        #expect(answer["classes", "0", "0"]?.source != answer["classes", "0", "1"]?.source)
    }

    @Test func `records of a window are targets one step later`() throws {
        let server = try TestServer.shared()
        let series = (["v"] + (0..<120).map { "\($0 % 4)" }).joined(separator: "\n")
        #expect(try server.send("PUT", "/datasets/wheel", text: series, contentType: "text/csv").status == 201)
        try server.define(
            """
            {"name": "wheeler", "layers": [{"type": "InputLayer", "name": "v", "shape": [3, 1]},
             {"type": "Reshape", "target_shape": [3]}, {"type": "Embedding", "input_dim": 4, "output_dim": 4},
             {"type": "Dense", "units": 4, "activation": "softmax"}]}
            """
        )
        let job = try server.trained(
            #"{"model": "wheeler", "dataset": "wheel", "targets": "v", "window": {"steps": 3}, "shift": 1, \#(Self.options)}"#
        )
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
        let answer = try server.post("/predict", #"{"model": "wheeler", "instances": [[[2], [3], [0]]]}"#)
        #expect(answer["classes", "0"]?.source == "[3,0,1]", "\(answer.text)")
    }

    @Test func `words some records ahead are a class each`() throws {
        let server = try TestServer.shared()
        let series = (["n,word"] + (0..<120).map { "\($0 % 3),\(["a", "b", "c"][$0 % 3])" }).joined(separator: "\n")
        #expect(try server.send("PUT", "/datasets/ahead", text: series, contentType: "text/csv").status == 201)
        try server.define(
            """
            {"name": "seer", "layers": [{"type": "InputLayer", "name": "n", "shape": [1, 1]},
             {"type": "Reshape", "target_shape": [1]}, {"type": "Embedding", "input_dim": 3, "output_dim": 6},
             {"type": "Dense", "units": 6}, {"type": "Reshape", "target_shape": [2, 3]},
             {"type": "Activation", "activation": "softmax"}]}
            """
        )
        let job = try server.trained(
            """
            {"model": "seer", "dataset": "ahead", "inputs": "n", "targets": "word", "window": {"steps": 1, "horizon": [1, 2]},
             \(Self.options)}
            """
        )
        #expect(try #require(job["metrics", "test_accuracy"]).double() == 1)
        let answer = try server.post("/predict", #"{"model": "seer", "instances": [[[0]]]}"#)
        #expect(answer["labels", "0"]?.source == #"["b","c"]"#, "\(answer.text)")
    }

    @Test func `steps of no weight are not learned`() throws {
        let server = try server("weighed")
        try server.define(
            """
            {"name": "careless", "layers": [{"type": "InputLayer", "name": "given", "shape": [5]},
             {"type": "Embedding", "input_dim": 5, "output_dim": 8}, {"type": "Dense", "units": 5, "activation": "softmax"}]}
            """
        )
        _ = try server.trained(
            """
            {"model": "careless", "dataset": "weighed", "inputs": "tokens", "targets": "tokens", "shift": 1,
             "sample_weight": "w", \(Self.options)}
            """
        )
        let answer = try server.post("/predict", #"{"model": "careless", "instances": [[0, 1, 2, 3, 4]]}"#)
        // The weight of a step is that of its target: 0 follows 4, and has none.
        #expect(try #require(answer["predictions", "0", "3", "4"]).double() > 0.9)
        #expect(try #require(answer["predictions", "0", "4", "0"]).double() < 0.5, "\(answer.text)")
    }

    @Test func `what has no steps or no weights is told`() throws {
        let server = try server("odd")
        let rows = (["x,y,w,word"] + (0..<20).map { "\($0),\($0),\($0 == 7 ? -1 : 1),w\($0 % 2)" }).joined(
            separator: "\n"
        )
        #expect(try server.send("PUT", "/datasets/plain", text: rows, contentType: "text/csv").status == 201)
        try server.define(#"{"name": "flat", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
        func faults(_ more: String) throws -> [String] {
            let reply = try server.post(
                "/train",
                #"{"model": "flat", "dataset": "plain", "inputs": "x", "targets": "y", "loss": "mse", \#(more)}"#
            )
            #expect(reply.status == 422)
            return reply.faults
        }
        #expect(try faults(#""shift": 1"#).contains { $0.hasPrefix("/shift needs a target of sequences") })
        #expect(try faults(#""shift": 2"#).contains { $0.hasPrefix("/shift") })
        #expect(try faults(#""shift": 1, "window": {"steps": 1, "horizon": 2}"#).contains { $0.hasPrefix("/shift") })
        #expect(
            try faults(#""sample_weight": "w""#).contains { $0.hasPrefix("/sample_weight") && $0.contains("row 7") }
        )
        #expect(try faults(#""sample_weight": "word""#).contains { $0.contains("found words") })
        #expect(try faults(#""sample_weight": "v""#).contains { $0.contains("unknown column") })
    }
}
