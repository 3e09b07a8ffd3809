import JSON
import NN
import Testing

/// A model inside a `TimeDistributed`: it becomes its layers, each applied to every step.
struct DistributedModelTests {
    private static let layers = #"""
        {"type": "Conv2D", "filters": 2, "kernel_size": 3, "activation": "relu"}, {"type": "Flatten", "name": "flat"},
        {"type": "BatchNormalization"}, {"type": "Dense", "units": 3, "trainable": false}
        """#

    private func definition(_ text: String) throws -> ModelDefinition {
        try ModelDefinition(JSONDocument(parsing: text).root)
    }

    private func faults(_ text: String) throws -> [String] {
        try #require(throws: FaultyInput.self) { try definition(text) }.faults.map(\.description)
    }

    /// A model around one layer of its own.
    private func around(_ layer: String, _ more: String = "") -> String {
        #"{"name": "m", "input_shape": [2, 5, 5, 1], "layers": [\#(layer)\#(more)]}"#
    }

    private func trial(_ definition: ModelDefinition, _ samples: Tensor, _ weights: [Tensor]) throws -> [Float] {
        let trial = try NetworkTrial(Network(definition), samples: samples, weights: weights)
        return try trial.evaluate([trial.applied.output])[0]
    }

    @Test(arguments: [
        #"{"layers": [\#(layers)]}"#, #"{"class_name": "Sequential", "config": {"layers": [\#(layers)]}}"#,
    ])
    func `each step gets what the model alone gives`(model: String) throws {
        let layer = #"{"type": "TimeDistributed", "name": "frames", "layer": \#(model)}"#
        let steps = try definition(around(layer, #", {"type": "Flatten", "inputs": ["frames"]}"#))
        let alone = try definition(#"{"name": "m", "input_shape": [5, 5, 1], "layers": [\#(Self.layers)]}"#)
        #expect(
            steps.layers.map(\.name)
                == ["frames.conv2d", "frames.flat", "frames.batch_normalization", "frames", "flatten"]
        )
        var numbers = TestNumbers(5)
        let samples = numbers.list(50)
        let weights = try Network(steps).initialWeights()

        let whole = try trial(steps, Tensor([1, 2, 5, 5, 1], samples), weights)
        let rows = try trial(alone, Tensor([2, 5, 5, 1], samples), weights)

        #expect(relativeError(whole, rows) < 1e-5)
        #expect(try Network(steps).parameters.map(\.trainable) == Network(alone).parameters.map(\.trainable))
        var json = JSONWriter()
        steps.write(to: &json)
        #expect(try ModelDefinition(JSONDocument(parsing: json.bytes).root) == steps)
    }

    @Test func `a frozen wrapper freezes the model, and one within another goes along both kinds of steps`() throws {
        let inner = #"{"layers": [{"type": "Dense", "units": 2}, {"type": "Dropout", "rate": 0.5}]}"#
        let wrapper = #"{"type": "TimeDistributed", "layer": \#(inner)}"#
        let twice = #"{"type": "TimeDistributed", "trainable": false, "layer": {"layers": [\#(wrapper)]}}"#

        let found = try definition(around(twice))

        let names = ["time_distributed.time_distributed.dense", "time_distributed"]
        #expect(found.layers.map(\.name) == names)
        #expect(try Network(found).outputShape == [2, 5, 5, 2])
        #expect(try Network(found).parameters.allSatisfy { !$0.trainable })
    }

    @Test func `branches of a Functional model join again step by step`() throws {
        let layers = #"""
            [{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 5, 5, 1]}, "inbound_nodes": []},
             {"class_name": "Conv2D", "config": {"name": "a", "filters": 1, "kernel_size": 1},
              "inbound_nodes": [[["i", 0, 0, {}]]]},
             {"class_name": "\#("JOIN")", "config": {"name": "j"}, "inbound_nodes": [[["i", 0, 0, {}], ["a", 0, 0, {}]]]}]
            """#
        func wrapper(_ join: String) -> String {
            let model =
                #"{"class_name": "Functional", "config": {"name": "f", "input_layers": [["i", 0, 0]], "#
                + #""output_layers": [["j", 0, 0]], "layers": \#(layers.replacing("JOIN", with: join))}}"#
            return #"{"type": "TimeDistributed", "name": "t", "inputs": ["first"], "layer": \#(model)}"#
        }
        let first = #"{"type": "Identity", "name": "first"}, "#

        #expect(try Network(definition(around(first + wrapper("Add")))).outputShape == [2, 5, 5, 1])
        #expect(try Network(definition(around(first + wrapper("Concatenate")))).outputShape == [2, 5, 5, 2])
        #expect(try faults(around(first + wrapper("Dot"))).contains { $0.contains("takes one result") })
    }

    @Test func `what can't be such a model is told`() throws {
        let wrapper = #"{"type": "TimeDistributed", "name": "t", "layer": {"layers": [{"type": "Flatten"}]}}"#
        #expect(
            try faults(around(wrapper, #", {"reuse": "t"}"#)) == [
                #"/layers/1/reuse: "t" is a model applied to every step; define the model without TimeDistributed to use it again"#
            ]
        )
        #expect(
            try faults(around(#"{"type": "TimeDistributed", "layer": {"layers": [{"type": "Dens"}]}}"#))
                .contains { $0.hasPrefix("/layers/0/layer/layers/0/type: ") }
        )
        #expect(try !faults(around(#"{"type": "TimeDistributed", "layer": {"layers": []}}"#)).isEmpty)
    }
}
