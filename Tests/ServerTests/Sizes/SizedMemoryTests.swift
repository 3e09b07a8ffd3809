import JSON
import Testing

/// What models take whose rows may have any length.
@Suite(.sharedServer)
struct SizedMemoryTests {
    @Test func `a row too long for the memory that there is gets a 413 with both figures, and others are answered`()
        throws
    {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name": "far-looking", "input_shape": [null], "layers": [
              {"type": "Embedding", "input_dim": 4, "output_dim": 4, "name": "e"},
              {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 2, "inputs": ["e", "e"], "use_causal_mask": true},
              {"type": "Dense", "units": 1}]}
            """
        )
        func answer(steps: Int) throws -> Reply {
            let row = [String](repeating: "1", count: steps).joined(separator: ",")
            return try server.post("/predict", #"{"model": "far-looking", "instances": [[\#(row)]]}"#)
        }
        #expect(try answer(steps: 50).status == 200)

        // Twice 200,000² scores are 320 GB.
        let refused = try answer(steps: 200_000)

        #expect(refused.status == 413, "\(refused.text)")
        #expect(
            try refused["detail"]?.string().contains("bytes of memory, and the server has") == true,
            "\(refused.text)"
        )
        #expect(try answer(steps: 60).status == 200)
    }

    @Test(arguments: [
        #""input_shape": [null, 2], "layers": ["#,
        #""layers": [{"type": "InputLayer", "name": "x", "shape": [null, 2]}, "#,
    ])
    func `rows of unequal length are batched together, however the input is written`(input: String) throws {
        let server = try TestServer.shared()
        let name = input.contains("InputLayer") ? "batched-behind-layer" : "batched"
        try server.define(
            #"{"name": "\#(name)", \#(input){"type": "GRU", "units": 4}, {"type": "Dense", "units": 1}]}"#
        )
        let rows = (1...64).map { "[" + [String](repeating: "[0.1,0.2]", count: $0).joined(separator: ",") + "]" }
        let targets = [String](repeating: "1", count: 64).joined(separator: ",")

        let job = try server.trained(
            #"{"model": "\#(name)", "batch_size": 32, "loss": "mse", "optimizer": "SGD", "#
                + #""data": {"x": [\#(rows.joined(separator: ","))], "y": [\#(targets)]}}"#
        )

        #expect(try job["progress", "steps"]?.int() == 2, "\(job.text)")
    }
}
