import JSON
import Testing

/// Which rows of unequal length are trained on together.
@Suite(.sharedServer)
struct UnequalBatchTests {
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
