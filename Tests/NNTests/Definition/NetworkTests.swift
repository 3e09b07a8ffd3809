import JSON
import NN
import Testing

struct NetworkTests {
    @Test func `LeNet has the shapes and parameters of its paper`() throws {
        let network = try network(ModelDefinitionTests.lenet)

        #expect(
            network.layers.map(\.outputShape) == [
                [28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16], [400], [120], [84], [10],
            ]
        )
        #expect(network.layers.map(\.parameterCount) == [156, 0, 2416, 0, 0, 48120, 10164, 850])
        #expect(network.parameterCount == 61_706)
        #expect(network.outputActivation == .softmax)
        #expect(
            network.parameters.map(\.name).prefix(4) == [
                "conv2d/kernel", "conv2d/bias", "conv2d_1/kernel", "conv2d_1/bias",
            ]
        )
        #expect(network.parameters.map(\.shape).prefix(3) == [[5, 5, 1, 6], [6], [5, 5, 6, 16]])
    }

    @Test func `the operations of a sample are those of its sums and products`() throws {
        // 5·4 results of 2·3·2·3 products and sums, a bias and a function; then 20·4 inputs to 7 sums.
        let network = try network(
            [7, 5, 3],
            #"{"type": "Conv2D", "filters": 4, "kernel_size": [3, 2], "activation": "relu"}"#,
            #"{"type": "Flatten"}"#,
            #"{"type": "Dense", "units": 7, "use_bias": false}"#
        )

        #expect(network.layers.map(\.outputShape) == [[5, 4, 4], [80], [7]])
        #expect(network.layers.map(\.operations) == [80 * (36 + 2), 0, 7 * 160])
        #expect(network.operations == 80 * 38 + 7 * 160)
        #expect(network.activations == 80 + 80 + 7)
    }

    /// One layer on an input, and the shape of its result.
    struct ShapeRow: CustomTestStringConvertible, Sendable {
        let layer: String
        let input: Shape
        let output: Shape
        let parameters: [Shape]

        init(_ layer: String, _ input: Shape, _ output: Shape, _ parameters: Shape...) {
            self.layer = layer
            self.input = input
            self.output = output
            self.parameters = parameters
        }

        var testDescription: String { "\(layer) on \(input)" }
    }

    static let shapes: [ShapeRow] = [
        ShapeRow(
            #"{"type": "Conv2D", "filters": 5, "kernel_size": [2, 4]}"#,
            [9, 7, 3],
            [8, 4, 5],
            [2, 4, 3, 5],
            [5]
        ),
        ShapeRow(
            #"{"type": "Conv2D", "filters": 5, "kernel_size": [2, 4], "strides": [3, 2], "padding": "same"}"#,
            [10, 7, 3],
            [4, 4, 5],
            [2, 4, 3, 5],
            [5]
        ),
        ShapeRow(
            #"{"type": "Conv2D", "filters": 5, "kernel_size": 3, "strides": [2, 3], "use_bias": false}"#,
            [8, 12, 2],
            [3, 4, 5],
            [3, 3, 2, 5]
        ),
        ShapeRow(
            #"{"type": "Conv2D", "filters": 4, "kernel_size": [9, 2], "padding": "same"}"#,
            [3, 5, 1],
            [3, 5, 4],
            [9, 2, 1, 4],
            [4]
        ),
        ShapeRow(#"{"type": "MaxPooling2D", "pool_size": [3, 2]}"#, [11, 9, 5], [3, 4, 5]),
        ShapeRow(#"{"type": "MaxPooling2D", "strides": 1}"#, [11, 9, 5], [10, 8, 5]),
        ShapeRow(
            #"{"type": "MaxPooling2D", "pool_size": 4, "strides": [3, 2], "padding": "same"}"#,
            [11, 9, 5],
            [4, 5, 5]
        ),
        ShapeRow(#"{"type": "AveragePooling2D"}"#, [11, 9, 5], [5, 4, 5]),
        ShapeRow(#"{"type": "Dense", "units": 4}"#, [3], [4], [3, 4], [4]),
        ShapeRow(#"{"type": "Dense", "units": 4}"#, [7, 5, 3], [7, 5, 4], [3, 4], [4]),
        ShapeRow(#"{"type": "Flatten"}"#, [7, 5, 3], [105]),
        ShapeRow(#"{"type": "Dropout", "rate": 0.5}"#, [7, 5], [7, 5]),
        ShapeRow(#"{"type": "Activation", "activation": "softmax"}"#, [7, 5], [7, 5]),
        ShapeRow(#"{"type": "Rescaling", "scale": 2}"#, [7, 5], [7, 5]),
        ShapeRow(#"{"type": "GRU", "units": 4}"#, [7, 3], [4], [3, 12], [4, 12], [2, 12]),
        ShapeRow(
            #"{"type": "GRU", "units": 4, "return_sequences": true, "reset_after": false}"#,
            [7, 3],
            [7, 4],
            [3, 12],
            [4, 12],
            [12]
        ),
        ShapeRow(#"{"type": "GRU", "units": 4, "use_bias": false}"#, [7, 3], [4], [3, 12], [4, 12]),
    ]

    @Test(arguments: shapes)
    func `a layer has Keras's result and weight shapes, and computes that result`(row: ShapeRow) throws {
        let network = try network(row.input, row.layer)
        let trial = try NetworkTrial(network, samples: Tensor(repeating: 0.5, row.input.batched(2)))

        #expect(network.outputShape == row.output)
        #expect(network.parameters.map(\.shape) == row.parameters)
        #expect(trial.graph.shape(of: trial.applied.output) == row.output.batched(2))
    }

    /// A definition whose layers don't fit, and what is told.
    static let misfits: [(String, [String])] = [
        (
            #"""
            {"name": "m", "input_shape": [28, 28, 1], "layers": [
             {"type": "Conv2D", "filters": 6, "kernel_size": 5}, {"type": "GRU", "units": 3, "name": "memory"},
             {"type": "Flatten"}]}
            """#,
            [#"/layers/1: "memory" needs [steps, features], but "conv2d" gives [24, 24, 6]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [28, 28], "layers": [{"type": "Conv2D", "filters": 6, "kernel_size": 5}]}
            """#,
            [#"/layers/0: "conv2d" needs [height, width, channels], but the input is [28, 28]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [6, 9, 1], "layers": [
             {"type": "MaxPooling2D"}, {"type": "Conv2D", "filters": 6, "kernel_size": [4, 5]}]}
            """#,
            [
                #"/layers/1: "conv2d" needs height and width of at least [4, 5] for its kernel_size "#
                    + #"(or padding "same"), but "max_pooling2d" gives [3, 4, 1]"#
            ]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4, 3], "layers": [{"type": "InputLayer", "shape": [3, 4]}, {"type": "Flatten"}]}
            """#,
            [#"/layers/0: "input_layer" needs [3, 4], but the input is [4, 3]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [{"type": "Flatten"}, {"type": "InputLayer", "shape": [4]}]}
            """#,
            [#"/layers/0: no layer takes the result of "flatten"; name it in another's inputs or leave it out"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [
             {"type": "Flatten"}, {"type": "InputLayer", "shape": [4], "inputs": ["flatten"]}]}
            """#,
            [#"/layers/1/inputs: "input_layer" is an InputLayer, which takes no other layer"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4, 2], "layers": [
             {"type": "LSTM", "units": 3, "return_state": true}, {"type": "Flatten", "inputs": ["lstm:3"]}],
             "outputs": ["flatten:1"]}
            """#,
            [#"/layers/1/inputs/0: "lstm" gives 3 results, counted from 0; there is no 3"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [
             {"type": "Dense", "units": 3, "name": "a"}, {"reuse": "a", "name": "b"}]}
            """#,
            [#"/layers/1: "b" reuses "a/kernel", which is [4, 3], but its inputs need [3, 3]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [
             {"type": "Dense", "units": 3, "name": "a"}, {"type": "Dense", "units": 2, "name": "b"},
             {"type": "Add", "inputs": ["a", "b"]}]}
            """#,
            [#"/layers/2: "add" needs inputs of one shape, but "a" gives [3] and "b" gives [2]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [
             {"type": "Dense", "units": 3, "name": "a"}, {"type": "Dense", "units": 3, "name": "b"},
             {"type": "Dense", "units": 3, "name": "c", "inputs": ["a"]}]}
            """#,
            [#"/layers/1: no layer takes the result of "b"; name it in another's inputs or leave it out"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [4], "layers": [
             {"type": "Dense", "units": 3, "name": "a"}, {"type": "Dense", "units": 3, "name": "b"},
             {"type": "Flatten", "name": "c", "inputs": ["a", "b"]}]}
            """#,
            [#"/layers/2: "c" needs one input, but "a" gives [3] and "b" gives [3]"#]
        ),
        (
            #"""
            {"name": "m", "input_shape": [60000, 60000, 9], "layers": [{"type": "Flatten"}]}
            """#,
            ["/input_shape: [60000, 60000, 9] holds 32400000000 (120.7 GiB) numbers; the limit is 67108864"]
        ),
        (
            #"""
            {"name": "m", "input_shape": [60000], "layers": [
             {"type": "Dense", "units": 60000}, {"type": "Dense", "units": 10}]}
            """#,
            [
                #"/layers/0: "dense/kernel" would be [60000, 60000], with which the model has 3600000000 (13.4 GiB) "#
                    + "parameters; the limit is 268435456"
            ]
        ),
        (
            #"""
            {"name": "m", "input_shape": [100, 100, 600], "layers": [
             {"type": "Conv2D", "filters": 65536, "kernel_size": 65536, "padding": "same"}]}
            """#,
            [
                #"/layers/0: "conv2d" gives [100, 100, 65536], with which the results of one sample hold 655360000 "#
                    + "(2.4 GiB) numbers; the limit is 67108864"
            ]
        ),
        (
            #"""
            {"name": "m", "input_shape": [1, 1, 60000], "layers": [
             {"type": "Conv2D", "filters": 65536, "kernel_size": 65536, "padding": "same"}]}
            """#,
            [
                #"/layers/0: "conv2d/kernel" would be [65536, 65536, 60000, 65536], with which the model has more than "#
                    + "9223372036854775807 parameters; the limit is 268435456"
            ]
        ),
    ]

    @Test(arguments: misfits)
    func `layers that don't fit are named with both shapes`(text: String, faults: [String]) throws {
        let definition = try ModelDefinitionTests.definition(text)

        let error = try #require(throws: FaultyInput.self) { try Network(definition) }

        #expect(error.faults.map(\.description) == faults)
    }

    @Test func `a network over the configured limits is refused`() throws {
        let definition = try ModelDefinitionTests.definition(ModelDefinitionTests.lenet)

        #expect(throws: Never.self) { try Network(definition, limits: Limits(parameters: 61_706, activations: 9_000)) }
        #expect(throws: FaultyInput.self) { try Network(definition, limits: Limits(parameters: 61_705)) }
        #expect(throws: FaultyInput.self) { try Network(definition, limits: Limits(activations: 1_000)) }
    }

    @Test func `a layer takes the layer that its inputs name`() throws {
        let network = try network(
            [4],
            #"{"type": "Dense", "units": 3, "name": "a"}"#,
            #"{"type": "Rescaling", "scale": 2, "name": "b", "inputs": ["a"]}"#,
            #"{"type": "Dense", "units": 5, "name": "c", "inputs": ["b"]}"#
        )

        #expect(network.outputShape == [5])
        #expect(network.parameters.map(\.shape) == [[4, 3], [3], [3, 5], [5]])
    }

    @Test func `the weights of a frozen layer aren't trainable`() throws {
        let network = try network(
            [4],
            #"{"type": "Dense", "units": 3, "trainable": false}"#,
            #"{"type": "Dense", "units": 2}"#
        )

        #expect(network.parameters.map(\.trainable) == [false, false, true, true])
        #expect(network.layers.map(\.trainable) == [false, true])
    }

    @Test func `a batch of another shape is refused`() throws {
        let network = try network([4], #"{"type": "Dense", "units": 3}"#)

        #expect(throws: ShapeError.self) { try NetworkTrial(network, samples: Tensor(repeating: 0, [2, 5])) }
    }
}
