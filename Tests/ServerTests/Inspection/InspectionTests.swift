import Foundation
import JSON
import Testing

/// The views inside, over HTTP.
@Suite(.sharedServer) struct InspectionTests {
    private func server(_ model: String) throws -> TestServer {
        let server = try TestServer.shared()
        try server.ensure(model)
        return server
    }

    private func prediction(_ server: TestServer, _ model: String, _ instance: String) throws -> Reply {
        try server.post("/predict", #"{"model": "\#(model)", "instances": [\#(instance)]}"#)
    }

    @Test func `activations are of each layer in the model's order, the last being the prediction`() throws {
        let server = try server(InspectedModels.picture)
        let reply = try server.inspect("activations", of: "seen-picture", #"{"instance": \#(InspectedModels.image)}"#)
        try #require(reply.status == 200, "\(reply.text)")
        let layers = Array(try #require(reply["layers"]).elements)
        #expect(try layers.map { try #require($0["name"]).string() } == ["conv", "norm", "flat", "dense"])
        #expect(try #require(layers[0]["shape"]).ints() == [4, 3, 3])
        let conv = try #require(layers[0]["values"]).flat()
        #expect(try #require(layers[0]["minimum"]).float() == conv.min())
        #expect(try #require(layers[0]["maximum"]).float() == conv.max())
        let mean = conv.reduce(0.0) { $0 + Double($1) } / Double(conv.count)
        #expect(abs(try #require(layers[0]["mean"]).double() - mean) < 1e-6)
        #expect(try #require(layers[0]["zeros"]).double() == Double(conv.count { $0 == 0 }) / Double(conv.count))
        #expect(try #require(layers[0]["nonfinite"]).int() == 0)
        let predicted = try prediction(server, "seen-picture", InspectedModels.image)
        #expect(reply["prediction"] == predicted["predictions", "0"])
        #expect(reply["class"] == predicted["classes", "0"])
        #expect(
            try zip(#require(layers[3]["values"]).flat(), #require(reply["prediction"]).flat()).allSatisfy {
                abs($0 - $1) < 1e-6
            }
        )
        #expect(try #require(reply["view"]).string() == "activations")
        #expect(try #require(reply["cost", "passes"]).int() == 0)
    }

    @Test func `layers and channels are chosen, and numbers left out`() throws {
        let server = try server(InspectedModels.picture)
        let whole = try server.inspect(
            "activations",
            of: "seen-picture",
            #"{"instance": \#(InspectedModels.image), "layers": ["conv"]}"#
        )
        let part = try server.inspect(
            "activations",
            of: "seen-picture",
            #"{"instance": \#(InspectedModels.image), "layers": ["conv"], "channels": [2, 0], "values": false}"#
        )
        try #require(part.status == 200, "\(part.text)")
        #expect(part["layers", "0", "values"] == nil)
        #expect(try #require(part["layers", "0", "shape"]).ints() == [4, 3, 2])
        let numbers = try #require(whole["layers", "0", "values"]).flat()
        let picked = numbers.enumerated().filter { $0.offset % 3 != 1 }.map(\.element)
        #expect(try #require(part["layers", "0", "maximum"]).float() == picked.max())
    }

    @Test func `kernels are the weights, and their difference to another version`() throws {
        let server = try server(InspectedModels.picture)
        let reply = try server.inspect("kernels", of: "seen-picture", #"{"layer": "conv"}"#)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["tensors", "0", "name"]).string() == "conv/kernel")
        let axes = try #require(reply["tensors", "0", "axes"]).elements.map { try $0.string() }
        #expect(axes == ["height", "width", "input", "filter"])
        #expect(try #require(reply["tensors", "0", "shape"]).ints() == [3, 3, 2, 3])
        #expect(reply["prediction"] == nil)
        let same = try server.inspect(
            "kernels",
            of: "seen-picture",
            #"{"layer": "conv", "tensor": "kernel", "minus": 0}"#
        )
        #expect(try #require(same["tensors"]).count == 1)
        #expect(try #require(same["tensors", "0", "norm"]).double() == 0)
        #expect(try #require(same["tensors", "0", "zeros"]).double() == 1)
    }

    @Test(arguments: ["gru", "lstm"])
    func `states follow from gates, and the numbers are the prediction's`(layer: String) throws {
        let server = try server(InspectedModels.series)
        let body = #"{"instance": \#(InspectedModels.steps), "layer": "\#(layer)"}"#
        let reply = try server.inspect("gates", of: "seen-series", body)
        try #require(reply.status == 200, "\(reply.text)")
        let (steps, units) = (try #require(reply["steps"]).int(), try #require(reply["units"]).int())
        #expect(steps == 7 && units == (layer == "gru" ? 5 : 4))
        func tensor(_ group: String, _ name: String) throws -> [Float] {
            try #require(reply[group, name, "values"]).flat()
        }
        let h = try tensor("states", "h")
        let candidate = try tensor("gates", "candidate")
        let (kept, added) =
            layer == "gru" ? (try tensor("gates", "z"), nil) : (try tensor("gates", "f"), try tensor("gates", "i"))
        let carried = layer == "gru" ? h : try tensor("states", "c")
        for place in units..<steps * units {
            let before = carried[place - units]
            let right = kept[place] * before + (added?[place] ?? 1 - kept[place]) * candidate[place]
            #expect(abs(right - carried[place]) < 1e-6)
        }
        #expect(try #require(reply["initial", "h"]).flat() == [Float](repeating: 0, count: units))
        #expect(reply["reset_after"] != nil || layer == "lstm")
        let activations = try server.inspect(
            "activations",
            of: "seen-series",
            #"{"instance": \#(InspectedModels.steps), "layers": ["\#(layer)"]}"#
        )
        let result = try #require(activations["layers", "0", "values"]).flat()
        #expect(result.map(\.bitPattern) == h.suffix(result.count).map(\.bitPattern))
    }

    @Test func `a direction and units are chosen, and a mask is told`() throws {
        let server = try server(InspectedModels.text)
        let body = #"{"instance": [3, 1, 8, 0, 0], "direction": "backward", "units": [2]}"#
        let reply = try server.inspect("gates", of: "seen-text", body)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["layer"]).string() == "both")
        #expect(try #require(reply["direction"]).string() == "backward")
        #expect(try #require(reply["gates", "z", "shape"]).ints() == [5, 1])
        #expect(try #require(reply["mask"]).elements.map { try $0.bool() } == [true, true, true, false, false])
    }

    @Test(arguments: ["heads", "plain"])
    func `attention's weights add up to one for each query that counts`(layer: String) throws {
        let server = try server(InspectedModels.text)
        let body = #"{"instance": [3, 1, 8, 2, 4], "layer": "\#(layer)"}"#
        let reply = try server.inspect("attention", of: "seen-text", body)
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["weights", "shape"]).ints() == (layer == "heads" ? [2, 5, 5] : [5, 5]))
        let weights = try #require(reply["weights", "values"]).flat()
        for row in 0..<weights.count / 5 {
            #expect(abs(weights[row * 5..<row * 5 + 5].reduce(0, +) - 1) < 1e-5)
        }
    }

    @Test func `gradients agree with sensitivities, and integrated ones are complete`() throws {
        let server = try server(InspectedModels.picture)
        let image = InspectedModels.image
        let gradient = try server.inspect(
            "gradients",
            of: "seen-picture",
            #"{"instance": \#(image), "of": {"index": 2}, "by": ["input", "conv", "weights"]}"#
        )
        try #require(gradient.status == 200, "\(gradient.text)")
        #expect(try #require(gradient["of", "value"]).string() == "logit")
        let names = try #require(gradient["gradients"]).elements.map { try #require($0["by"]).string() }
        #expect(
            names == [
                "input", "conv", "conv/kernel", "conv/bias", "norm/gamma", "norm/beta", "dense/kernel", "dense/bias",
            ]
        )
        let byInput = try #require(gradient["gradients", "0", "values"]).flat()
        let element = try server.inspect(
            "sensitivities",
            of: "seen-picture",
            #"{"instance": \#(image), "element": [3, 2, 1], "layers": true}"#
        )
        try #require(element.status == 200, "\(element.text)")
        let moved = try #require(element["outputs", "0", "logit_sensitivity"]).flat()[2]
        #expect(abs(moved - byInput[(3 * 5 + 2) * 2 + 1]) < 1e-5)
        #expect(try #require(element["cost", "reverse_passes"]).int() == 4)
        #expect(try #require(element["cost", "mode"]).string() == "forward")
        #expect(try #require(element["layers"]).count == 4)
        #expect(try #require(element["direction", "norm"]).double() == 1)

        let times = try server.inspect(
            "gradients",
            of: "seen-picture",
            #"{"instance": \#(image), "of": {"index": 2}, "method": "gradient_times_input"}"#
        )
        let flat = try JSONDocument(parsing: image).root.flat()
        #expect(try #require(times["gradients", "0", "values"]).flat() == zip(byInput, flat).map { $0 * $1 })

        let integrated = try server.inspect(
            "gradients",
            of: "seen-picture",
            #"{"instance": \#(image), "of": {"index": 2}, "method": "integrated_gradients", "steps": 100, "baseline": 0.1}"#
        )
        try #require(integrated.status == 200, "\(integrated.text)")
        let sum = try #require(integrated["gradients", "0", "values"]).flat().reduce(0.0) { $0 + Double($1) }
        #expect(abs(sum - (try #require(integrated["completeness", "sum"]).double())) < 1e-4)
        #expect(try #require(integrated["completeness", "error"]).double() < 0.02)
        #expect(try #require(integrated["cost", "passes"]).int() == 100)
    }

    @Test func `tokens have scores, and the answer names the embedding`() throws {
        let server = try server(InspectedModels.text)
        for method in ["gradient", "integrated_gradients"] {
            let reply = try server.inspect(
                "gradients",
                of: "seen-text",
                #"{"instance": [3, 1, 8, 2, 4], "method": "\#(method)"}"#
            )
            try #require(reply.status == 200, "\(reply.text)")
            #expect(try #require(reply["gradients", "0", "by"]).string() == "words")
            let numbers = try #require(reply["gradients", "0", "values"]).flat()
            let scores = try #require(reply["gradients", "0", "scores"]).flat()
            #expect(scores.count == 5)
            let norm = numbers[4..<8].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(norm - scores[1]) < 1e-5)
        }
    }

    @Test func `Grad-CAM is laid on the input`() throws {
        let server = try server(InspectedModels.picture)
        let reply = try server.inspect(
            "gradients",
            of: "seen-picture",
            #"{"instance": \#(InspectedModels.image), "method": "grad_cam"}"#
        )
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["layer"]).string() == "conv")
        #expect(try #require(reply["channel_weights", "shape"]).ints() == [3])
        #expect(try #require(reply["map", "shape"]).ints() == [4, 3])
        #expect(try #require(reply["map_on_input", "shape"]).ints() == [6, 5])
        #expect(try #require(reply["map", "minimum"]).double() >= 0)
    }

    @Test func `a graph tells values and derivatives of small nodes`() throws {
        let server = try server(InspectedModels.series)
        let plain = try server.inspect("graph", of: "seen-series", "{}")
        try #require(plain.status == 200, "\(plain.text)")
        let operations = try #require(plain["nodes"]).elements.map { try #require($0["operation"]).string() }
        #expect(operations == ["Input", "GRU", "LSTM", "Dense"])
        #expect(plain["nodes", "1", "value"] == nil && plain["prediction"] == nil)
        let body = #"{"instance": \#(InspectedModels.steps), "level": "operations", "of": {}, "expand": ["gru"]}"#
        let fine = try server.inspect("graph", of: "seen-series", body)
        try #require(fine.status == 200, "\(fine.text)")
        for node in try #require(fine["nodes"]).elements {
            let volume = try #require(node["shape"]).ints().reduce(1, *)
            #expect((node["value"]?["values"] != nil) == (volume <= 64))
            #expect(node["derivative"] != nil)
        }
    }

    @Test func `row after row of a dataset is seen, also of one that was replaced meanwhile`() throws {
        let server = try server(
            #"{"name": "seen-line", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#
        )
        func target(_ part: String) throws -> Double? {
            let body = #"{"row": {"dataset": "seen-rows", "part": "\#(part)", "index": 0}}"#
            let reply = try server.inspect("activations", of: "seen-line", body)
            return try reply["row", "target"].map { try ($0.kind == .array ? #require($0[0]) : $0).double() }
        }
        func put(_ csv: String) throws {
            #expect(try server.put("/datasets/seen-rows", Array(csv.utf8), contentType: "text/csv").status < 300)
        }
        try put("a,y\n1,10.5\n2,20.5\n")
        #expect(try [target("train"), target("test"), target("train")] == [10.5, 20.5, 10.5])
        try put("a,y\n1,11.5\n2,21.5\n")
        #expect(try [target("train"), target("test")] == [11.5, 21.5])
        #expect(try server.curl("DELETE", "/datasets/seen-rows").status == 204)
        #expect(try target("train") == nil)
    }

    @Test func `a row of a dataset is taken with its target`() throws {
        let server = try TestServer.shared()
        try server.ensure(Samples.cnn("seen-digits"))
        let row = #""row": {"dataset": "digits", "part": "test", "index": 3}"#
        let reply = try server.inspect("activations", of: "seen-digits", #"{\#(row), "layers": ["conv2d"]}"#)
        try #require(reply.status == 200, "\(reply.text)")
        let target = try #require(reply["row", "target"]).int()
        #expect((0...9).contains(target))
        let page = try server.get("/datasets/digits/rows?part=test&offset=3&limit=1")
        #expect(page.text.contains("\(target)"))
        let check = try server.inspect(
            "check",
            of: "seen-digits",
            #"{\#(row), "loss": "sparse_categorical_crossentropy", "samples": 2}"#
        )
        #expect(check.status == 200, "\(check.text)")
        let beyond = try server.inspect(
            "activations",
            of: "seen-digits",
            #"{"row": {"dataset": "digits", "part": "test", "index": 100000}}"#
        )
        #expect(beyond.status == 404 && beyond.faults.contains { $0.hasPrefix("/row/index") })
        let unknown = try server.inspect(
            "activations",
            of: "seen-digits",
            #"{"row": {"dataset": "digit", "index": 0}}"#
        )
        #expect(
            unknown.status == 404 && unknown.faults.contains { $0.hasPrefix("/row/dataset") && $0.contains("digits") }
        )
    }

    @Test func `each of several inputs has its own gradient, by its name`() throws {
        let server = try TestServer.shared()
        try server.ensure(
            """
            {"name": "seen-two", "layers": [
              {"type": "InputLayer", "name": "a", "shape": [3]}, {"type": "InputLayer", "name": "b", "shape": [2]},
              {"type": "Concatenate", "inputs": ["a", "b"]}, {"type": "Dense", "units": 2, "activation": "softmax"}]}
            """
        )
        let instance = #""instance": {"a": [1, 2, 3], "b": [0, 1]}"#
        let both = try server.inspect("gradients", of: "seen-two", #"{\#(instance), "by": ["a", "b"]}"#)
        try #require(both.status == 200, "\(both.text)")
        #expect(try #require(both["gradients", "1", "shape"]).ints() == [2])
        let way = try server.inspect(
            "gradients",
            of: "seen-two",
            #"{\#(instance), "by": "a", "method": "integrated_gradients", "baseline": {"a": [0, 0, 0], "b": [0, 0]}}"#
        )
        // Logits are linear, so each step has the same gradient.
        #expect(try #require(way["completeness", "error"]).double() < 1e-5, "\(way.text)")
        let none = try server.inspect("gradients", of: "seen-two", "{\(instance)}")
        #expect(none.status == 422 && none.faults.contains { $0.hasPrefix("/by") && $0.contains("\"a\", \"b\"") })
    }

    @Test func `sequences of any length are looked into at their own`() throws {
        let server = try TestServer.shared()
        try server.ensure(
            #"{"name": "seen-open", "input_shape": [null, 3], "layers": [{"type": "GRU", "name": "gru", "units": 4}]}"#
        )
        for steps in [3, 11] {
            let instance = InspectedModels.nested([steps, 3])
            let reply = try server.inspect("gates", of: "seen-open", #"{"instance": \#(instance)}"#)
            try #require(reply.status == 200, "\(reply.text)")
            #expect(try #require(reply["states", "h", "shape"]).ints() == [steps, 4])
            let last = try #require(reply["states", "h", "values"]).flat().suffix(4)
            let predicted = try #require(reply["prediction"]).flat()
            #expect(last.map(\.bitPattern) == predicted.map(\.bitPattern))
            #expect(reply["mask"] == nil)
        }
    }

    @Test func `a way may begin at an instance, of indices too`() throws {
        let server = try server(InspectedModels.text)
        let reply = try server.inspect(
            "gradients",
            of: "seen-text",
            #"{"instance": [3, 1, 8, 2, 4], "method": "integrated_gradients", "baseline": [5, 5, 5, 5, 5]}"#
        )
        try #require(reply.status == 200, "\(reply.text)")
        #expect(try #require(reply["completeness", "error"]).double() < 0.01)
        let other = try server.inspect(
            "gradients",
            of: "seen-text",
            #"{"instance": [3, 1, 8, 2, 4], "method": "integrated_gradients", "baseline": [5]}"#
        )
        #expect(other.status == 422 && other.faults.contains { $0.hasPrefix("/baseline") })
    }

    @Test func `a GRU of 128 over 256 steps answers gates within a tenth of a second`() throws {
        let server = try TestServer.shared()
        try server.ensure(
            #"{"name": "seen-long", "input_shape": [256, 16], "layers": [{"type": "GRU", "name": "gru", "units": 128}]}"#
        )
        let body = #"{"instance": \#(InspectedModels.nested([256, 16])), "values": false}"#
        _ = try server.inspect("gates", of: "seen-long", body)
        var least = Double.infinity
        for _ in 0..<5 {
            let reply = try server.inspect("gates", of: "seen-long", body)
            try #require(reply.status == 200, "\(reply.text)")
            least = min(least, try #require(reply["cost", "milliseconds"]).double())
        }
        print("gates of a GRU of 128 over 256 steps: \(least) ms")
        #expect(least < 100)
    }
}
