import Foundation
import JSON
import Testing

/// Views that must be refused, each with the place of what is wrong.
@Suite(.sharedServer) struct InspectionRefusalTests {
    /// A request to a view of one of the models, and what is wrong with it.
    struct Row: CustomTestStringConvertible, Sendable {
        let view: String
        let model: String
        let row: RefusedRow

        init(
            _ name: String,
            _ view: String,
            _ model: String,
            _ body: String,
            status: Int = 422,
            at pointer: String? = nil,
            _ sentence: String
        ) {
            (self.view, self.model) = (view, model)
            row = RefusedRow(name, body, status: status, at: pointer, sentence)
        }

        var testDescription: String { "\(view): \(row.name)" }
    }

    private static let image = #""instance": \#(InspectedModels.image)"#
    private static let steps = #""instance": \#(InspectedModels.steps)"#
    private static let text = #""instance": [3, 1, 8, 0, 0]"#

    static let rows = [
        Row("no sample", "activations", "seen-picture", "{}", at: "/instance", "missing"),
        Row(
            "two samples",
            "activations",
            "seen-picture",
            #"{\#(image), "row": {"dataset": "digits", "index": 0}}"#,
            at: "/row",
            "does not go with"
        ),
        Row(
            "an unknown member",
            "activations",
            "seen-picture",
            #"{\#(image), "layer": "conv"}"#,
            at: "/layer",
            "layers"
        ),
        Row(
            "an unknown layer",
            "activations",
            "seen-picture",
            #"{\#(image), "layers": ["cnov"]}"#,
            at: "/layers/0",
            "conv"
        ),
        Row(
            "a channel too far",
            "activations",
            "seen-picture",
            #"{\#(image), "layers": ["conv"], "channels": [3]}"#,
            at: "/channels/0",
            "0 to 2"
        ),
        Row("a wrong shape", "activations", "seen-picture", #"{"instance": [[1]]}"#, at: "/instance", "expected"),
        Row("a sample", "kernels", "seen-picture", #"{\#(image), "layer": "conv"}"#, at: "/instance", "unknown key"),
        Row(
            "a layer without weights",
            "kernels",
            "seen-picture",
            #"{"layer": "flat"}"#,
            at: "/layer",
            "a layer with weights"
        ),
        Row(
            "an unknown tensor",
            "kernels",
            "seen-picture",
            #"{"layer": "conv", "tensor": "kernl"}"#,
            at: "/tensor",
            "kernel"
        ),
        Row("an unknown version", "kernels", "seen-picture", #"{"layer": "conv", "minus": 9}"#, status: 404, "version"),
        Row("several recurrent layers", "gates", "seen-series", "{\(steps)}", at: "/layer", "\"gru\", \"lstm\""),
        Row("no recurrent layer", "gates", "seen-picture", "{\(image)}", at: "/layer", "no recurrent layer"),
        Row(
            "a layer of another kind",
            "gates",
            "seen-series",
            #"{\#(steps), "layer": "dense"}"#,
            at: "/layer",
            "recurrent"
        ),
        Row(
            "a unit too far",
            "gates",
            "seen-series",
            #"{\#(steps), "layer": "gru", "units": [5]}"#,
            at: "/units/0",
            "0 to 4"
        ),
        Row(
            "a direction of one way",
            "gates",
            "seen-series",
            #"{\#(steps), "layer": "gru", "direction": "forward"}"#,
            at: "/direction",
            "Bidirectional"
        ),
        Row("several attentions", "attention", "seen-text", "{\(text)}", at: "/layer", "\"heads\", \"plain\""),
        Row("no attention", "attention", "seen-text", #"{\#(text), "layer": "words"}"#, at: "/layer", "attention"),
        Row(
            "an unknown output",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"output": "dens"}}"#,
            at: "/of/output",
            "dense"
        ),
        Row(
            "an index too far",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"index": 4}}"#,
            at: "/of/index",
            "0 to 3"
        ),
        Row(
            "an index of other axes",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"index": [1, 2]}}"#,
            at: "/of/index",
            "found 2"
        ),
        Row(
            "no logit",
            "gradients",
            "seen-series",
            #"{\#(steps), "of": {"value": "logit"}}"#,
            at: "/of/value",
            "no softmax"
        ),
        Row(
            "a loss with an index",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"value": "loss", "index": 1}}"#,
            at: "/of/index",
            "unknown key"
        ),
        Row(
            "a loss without a target",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"value": "loss"}}"#,
            at: "/of/target",
            "missing"
        ),
        Row(
            "a class too far",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"value": "loss", "target": 4}}"#,
            at: "/of/target",
            "0 to 3"
        ),
        Row(
            "a loss that isn't one",
            "gradients",
            "seen-picture",
            #"{\#(image), "of": {"value": "loss", "loss": "mes", "target": 1}}"#,
            at: "/of/loss",
            "mean_squared_error"
        ),
        Row(
            "no loss known",
            "gradients",
            "seen-series",
            #"{\#(steps), "of": {"value": "loss", "target": 1}}"#,
            at: "/of/loss",
            "no loss is known"
        ),
        Row("an unknown by", "gradients", "seen-picture", #"{\#(image), "by": "cov"}"#, at: "/by", "conv"),
        Row(
            "steps of another method",
            "gradients",
            "seen-picture",
            #"{\#(image), "steps": 3}"#,
            at: "/steps",
            "unknown key"
        ),
        Row(
            "by with grad_cam",
            "gradients",
            "seen-picture",
            #"{\#(image), "method": "grad_cam", "by": "conv"}"#,
            at: "/by",
            "unknown key"
        ),
        Row(
            "weights along a way",
            "gradients",
            "seen-picture",
            #"{\#(image), "method": "integrated_gradients", "by": "weights"}"#,
            at: "/by",
            "name one"
        ),
        Row(
            "grad_cam of no picture",
            "gradients",
            "seen-picture",
            #"{\#(image), "method": "grad_cam", "layer": "dense"}"#,
            at: "/layer",
            "channels"
        ),
        Row(
            "an unknown method",
            "gradients",
            "seen-picture",
            #"{\#(image), "method": "gradcam"}"#,
            at: "/method",
            "grad_cam"
        ),
        Row(
            "257 steps",
            "gradients",
            "seen-picture",
            #"{\#(image), "method": "integrated_gradients", "steps": 257}"#,
            at: "/steps",
            "256"
        ),
        Row("no direction", "sensitivities", "seen-picture", "{\(image)}", at: "/direction", "missing"),
        Row(
            "direction and element",
            "sensitivities",
            "seen-picture",
            #"{\#(image), "direction": \#(InspectedModels.image), "element": [0, 0, 0]}"#,
            at: "/element",
            "does not go"
        ),
        Row(
            "an element too far",
            "sensitivities",
            "seen-picture",
            #"{\#(image), "element": [6, 0, 0]}"#,
            at: "/element/0",
            "0 to 5"
        ),
        Row(
            "an element of other axes",
            "sensitivities",
            "seen-picture",
            #"{\#(image), "element": [1]}"#,
            at: "/element",
            "found 1"
        ),
        Row("of without a sample", "graph", "seen-picture", #"{"of": {}}"#, at: "/of", "sample"),
        Row("expand of layers", "graph", "seen-picture", #"{"expand": ["conv"]}"#, at: "/expand", "unknown key"),
        Row("no target", "check", "seen-picture", "{\(image)}", at: "/target", "missing"),
        Row(
            "17 steps",
            "check",
            "seen-picture",
            #"{\#(image), "target": 1, "steps": [\#(repeatElement("1", count: 17).joined(separator: ","))]}"#,
            at: "/steps",
            "17 steps, at most 16"
        ),
        Row(
            "too many elements",
            "check",
            "seen-wide",
            #"{"instance": \#(InspectedModels.nested([40])), "target": \#(InspectedModels.nested([40])), "samples": 1000}"#,
            at: "/samples",
            "at most 1024"
        ),
        Row(
            "a step of nothing",
            "check",
            "seen-picture",
            #"{\#(image), "target": 1, "step": 0}"#,
            at: "/step",
            "above 0"
        ),
    ]

    private static let wide = """
        {"name": "seen-wide", "input_shape": [40], "layers": [{"type": "Dense", "units": 40}],
         "compile": {"optimizer": "SGD", "loss": "mse"}}
        """

    private func prepared() throws -> TestServer {
        let server = try TestServer.shared()
        for model in [InspectedModels.picture, InspectedModels.series, InspectedModels.text, Self.wide] {
            try server.ensure(model)
        }
        return server
    }

    @Test(arguments: rows)
    func `what can't be seen is refused with its place`(row: Row) throws {
        let server = try prepared()
        try row.row.check(try server.inspect(row.view, of: row.model, row.row.body))
    }

    @Test func `an unknown model, version or view is not found`() throws {
        let server = try prepared()
        #expect(try server.inspect("kernels", of: "nobody", #"{"layer": "conv"}"#).status == 404)
        #expect(try server.inspect("kernels", of: "seen-picture", #"{"layer": "conv", "version": 9}"#).status == 404)
        let view = try server.inspect("kernel", of: "seen-picture", "{}")
        #expect(view.status == 404 && view.text.contains("kernels"))
    }

    @Test func `as many as the bounds allow are answered`() throws {
        let server = try prepared()
        let way = #"{\#(Self.image), "method": "integrated_gradients", "steps": 256}"#
        #expect(try server.inspect("gradients", of: "seen-picture", way).status == 200)
        let steps = repeatElement("0.1", count: 16).joined(separator: ",")
        let curve = #"{\#(Self.image), "target": 1, "samples": 1, "steps": [\#(steps)]}"#
        #expect(try server.inspect("check", of: "seen-picture", curve).status == 200)
        // 984 of the kernel and all 40 of the bias: 1,024.
        let numbers = InspectedModels.nested([40])
        let most = #"{"instance": \#(numbers), "target": \#(numbers), "samples": 984, "steps": []}"#
        let reply = try server.inspect("check", of: "seen-wide", most)
        try #require(reply.status == 200, "\(reply.text)")
        let checked = try #require(reply["tensors"]).elements.map { try #require($0["checked"]).int() }
        #expect(checked == [984, 40])
        let more = #"{"instance": \#(numbers), "target": \#(numbers), "samples": 985}"#
        #expect(try server.inspect("check", of: "seen-wide", more).faults.contains { $0.contains("1025 elements") })
    }

    @Test func `forward mode goes through 256 steps and no further`() throws {
        let server = try prepared()
        for (steps, status) in [(256, 200), (257, 422)] {
            try server.ensure(
                #"{"name": "seen-\#(steps)", "input_shape": [\#(steps), 1], "layers": [{"type": "GRU", "name": "gru", "units": 1}]}"#
            )
            let body = #"{"instance": \#(InspectedModels.nested([steps, 1])), "element": [0, 0]}"#
            let reply = try server.inspect("sensitivities", of: "seen-\(steps)", body)
            #expect(reply.status == status, "\(reply.text)")
            if status == 422 { #expect(reply.faults.contains { $0.contains("257 steps") && $0.contains("256") }) }
        }
        let graph = #"{"level": "operations", "expand": ["gru"]}"#
        let nodes = try server.inspect("graph", of: "seen-256", graph)
        #expect(
            nodes.status == 422 && nodes.faults.contains { $0.contains("at most 5000") },
            "\(nodes.text.prefix(300))"
        )
        #expect(try server.inspect("graph", of: "seen-257", graph).faults.contains { $0.contains("257 steps") })
    }

    @Test func `an answer holds 1,048,576 numbers and no more`() throws {
        let server = try prepared()
        try server.ensure(
            #"{"name": "seen-square", "input_shape": [1024], "layers": [{"type": "Dense", "name": "wide", "units": 1024}]}"#
        )
        let kernel = #"{"layer": "wide", "tensor": "kernel"}"#
        #expect(try server.inspect("kernels", of: "seen-square", kernel).status == 200)
        let body = #"{"layer": "wide"}"#
        let whole = try server.inspect("kernels", of: "seen-square", body)
        #expect(whole.status == 422)
        #expect(whole.faults.contains { $0.contains("1049600 numbers") && $0.contains("1048576") }, "\(whole.faults)")
        let statistics = #"{"layer": "wide", "values": false}"#
        #expect(try server.inspect("kernels", of: "seen-square", statistics).status == 200)
        #expect(try server.inspect("kernels", of: "seen-square", body, query: "format=safetensors").status == 422)
    }
}
