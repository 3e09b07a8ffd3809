import Foundation
import JSON
import Testing

/// The view `check`, over HTTP.
@Suite(.sharedServer) struct CheckTests {
    private func server(_ model: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.ensure(model)
        return server
    }

    @Test func `analytic and numerical derivatives agree, the same bits each time`() throws {
        let server = try server(InspectedModels.picture)
        let body = #"{"instance": \#(InspectedModels.image), "target": 2, "samples": 4, "seed": 3}"#
        let reply = try server.inspect("check", of: "seen-picture", body)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["loss", "value"]).double() > 0)
        #expect(try #require(reply["tensors"]).count == 6)
        #expect(try #require(reply["curve"]).count == 8)
        let (forward, reverse) = (
            try #require(reply["direction", "forward"]).double(), try #require(reply["direction", "reverse"]).double()
        )
        #expect(abs(forward - reverse) < 1e-5)
        let again = try server.inspect("check", of: "seen-picture", body)
        #expect(again["tensors"] == reply["tensors"] && again["curve"] == reply["curve"])
    }

    @Test func `of several outputs the sum of their losses is checked, each times its weight`() throws {
        let server = try server(
            """
            {"name": "seen-two", "seed": 3, "layers": [
              {"type": "InputLayer", "name": "x", "shape": [3]}, {"type": "Dense", "name": "body", "units": 4, "activation": "tanh"},
              {"type": "Dense", "name": "side", "units": 2, "activation": "softmax"},
              {"type": "Dense", "name": "size", "units": 1, "inputs": ["body"]}], "outputs": ["side", "size"],
              "compile": {"optimizer": "SGD", "loss": {"side": "sparse_categorical_crossentropy", "size": "mse"},
                "loss_weights": {"size": 0.5}}}
            """
        )
        let row = #""instance": [0.3, -0.7, 1.1]"#
        let target = #""target": {"side": 1, "size": [2]}"#
        let reply = try server.inspect("check", of: "seen-two", "{\(row), \(target)}")
        try #require(reply.status == 200, "\(reply.text)")
        let answer = try #require(
            try server.post("/predict", #"{"model": "seen-two", "instances": [[0.3, -0.7, 1.1]]}"#)["predictions", "0"]
        )
        let (side, size) = (try #require(answer["side"]?[1]).double(), try #require(answer["size"]?[0]).double())

        let expected = -log(side) + 0.5 * (size - 2) * (size - 2)
        #expect(try abs(#require(reply["loss", "value"]).double() - expected) < 1e-5)
        #expect(
            reply["loss", "name"]?.source == #"{"side":"sparse_categorical_crossentropy","size":"mean_squared_error"}"#
        )
        #expect(try reply["agrees"]?.bool() == true)
        // The kernel of the output that only the second loss reaches has the derivative of that loss.
        let bias = try #require(reply["tensors"]).elements.first { try $0["name"]?.string() == "size/bias" }
        let found = try #require(bias?["elements"]?[0]?["analytic"]).double()
        #expect(abs(found - (size - 2)) < 1e-5)
        let missing = try server.inspect("check", of: "seen-two", #"{\#(row), "target": {"side": 1}}"#)
        #expect(missing.faults.contains { $0.hasPrefix("/target/size missing") }, "\(missing.text)")
        let unknown = try server.inspect("check", of: "seen-two", #"{\#(row), "target": {"side": 1, "siz": [2]}}"#)
        #expect(unknown.faults.contains { $0.hasPrefix("/target/siz ") && $0.contains("size") }, "\(unknown.text)")
        let bare = try server.inspect("check", of: "seen-two", #"{\#(row), "target": 1}"#)
        #expect(bare.faults.contains { $0.hasPrefix("/target expected an object") }, "\(bare.text)")
    }
}
