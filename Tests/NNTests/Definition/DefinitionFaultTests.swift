import JSON
import NN
import Testing

/// What a wrong definition is told: each fault with the place and the sentence.
struct DefinitionFaultTests {
    /// A definition and all that is wrong with it.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        let faults: [String]

        var testDescription: String { name }

        /// A wrong definition.
        init(_ name: String, _ text: String, _ faults: String...) {
            self.name = name
            self.text = text
            self.faults = faults
        }

        /// A wrong layer on an image of 9 × 8 pixels with 3 channels.
        init(layer name: String, _ layer: String, _ faults: String...) {
            self.name = name
            text = #"{"name": "m", "input_shape": [9, 8, 3], "layers": [\#(layer)]}"#
            self.faults = faults
        }
    }

    static let layerNames = ModelDefinition.layerTypes.joined(separator: ", ")
    static let activationNames = ActivationKind.all.map(\.name).joined(separator: ", ")
    static let initializerNames =
        "Zeros, Ones, Constant, RandomUniform, RandomNormal, TruncatedNormal, GlorotUniform, GlorotNormal, HeUniform, "
        + "HeNormal, LecunUniform, LecunNormal, VarianceScaling, Orthogonal, Identity"

    static let models: [Row] = [
        Row("an array", "[]", "expected an object, found an empty array"),
        Row(
            "nothing",
            "{}",
            #"/name: missing; expected a string"#,
            #"/layers: missing; expected an array of 1 to 2000"#,
            #"/input_shape: missing; expected the shape of a sample, as in [28, 28, 1]"#
        ),
        Row(
            "a name for an address",
            #"{"name": "../x", "input_shape": [3], "layers": [{"type": "Flatten"}]}"#,
            #"/name: expected 1 to 128 letters, digits, "_", "-" and ".", not starting with "-" or ".", found "../x""#
        ),
        Row(
            "an unknown key",
            #"{"name": "m", "input_shapes": [3], "input_shape": [3], "layers": [{"type": "Flatten"}]}"#,
            #"/input_shapes: unknown key "input_shapes"; did you mean "input_shape"? "#
                + "Known: name, input_shape, seed, preset, layers, outputs"
        ),
        Row(
            "an extent of 0",
            #"{"name": "m", "input_shape": [3, 0], "layers": [{"type": "Flatten"}]}"#,
            "/input_shape/1: expected an integer from 1 to 16777216, found 0"
        ),
        Row(
            "a seed past 2^53",
            #"{"name": "m", "input_shape": [3], "seed": 9007199254740993, "layers": [{"type": "Flatten"}]}"#,
            "/seed: expected an integer, found 9007199254740993, which is past 2^53, where JSON numbers stop being exact"
        ),
        Row(
            "faults in many places",
            #"""
            {"name": "m", "input_shape": [3], "layers": [
             {"type": "Dens", "units": 3}, {"type": "Dense", "unit": 3}, 7,
             {"class_name": "Dense", "config": {"units": -1, "use_bias": 1}}]}
            """#,
            "/layers/0/type: " + Suggestion.unknown("layer", "Dens", known: ModelDefinition.layerTypes),
            #"/layers/1/units: missing; expected an integer from 1 to 65536"#,
            #"/layers/1/unit: unknown key "unit"; did you mean "units"? "# + denseKeys,
            #"/layers/2: expected a layer, as in {"type": "Dense", "units": 10}, found 7"#,
            "/layers/3/config/units: expected an integer from 1 to 65536, found -1",
            "/layers/3/config/use_bias: expected true or false, found 1"
        ),
        Row(
            "a name twice",
            #"""
            {"name": "m", "input_shape": [3], "layers": [
             {"type": "Dense", "units": 3, "name": "a"}, {"type": "Dense", "units": 3, "name": "a"}]}
            """#,
            #"/layers/1/name: the name "a" is taken by /layers/0; names are unique"#
        ),
        Row(
            "an input that comes later",
            #"""
            {"name": "m", "input_shape": [3], "layers": [
             {"type": "Dense", "units": 3, "name": "a", "inputs": ["b"]}, {"type": "Flatten", "name": "b"}]}
            """#,
            #"/layers/0/inputs/0: "b" is /layers/1; a layer takes layers that are listed before it"#
        ),
        Row(
            "an input that isn't there",
            #"""
            {"name": "m", "input_shape": [3], "layers": [
             {"type": "Dense", "units": 3, "name": "first"}, {"type": "Flatten", "inputs": ["frist"]}]}
            """#,
            #"/layers/1/inputs/0: unknown layer "frist"; did you mean "first"? Known: first"#
        ),
        Row(
            "an output that isn't there",
            #"{"name": "m", "input_shape": [3], "layers": [{"type": "Flatten"}], "outputs": ["flaten"]}"#,
            #"/outputs/0: unknown layer "flaten"; did you mean "flatten"? Known: flatten"#
        ),
        Row(
            "no outputs",
            #"{"name": "m", "input_shape": [3], "layers": [{"type": "Flatten"}], "outputs": []}"#,
            "/outputs: expected the names of one layer or more, found none"
        ),
        Row(
            "weights of a layer that has none or comes later",
            #"""
            {"name": "m", "input_shape": [3], "layers": [
             {"reuse": "b"}, {"type": "Dense", "units": 3, "name": "b"}, {"reuse": "b", "name": "c"}, {"reuse": "c"},
             {"reuse": "zebra", "name": "e"}]}
            """#,
            #"/layers/0/reuse: "b" is /layers/1; a layer takes layers that are listed before it"#,
            #"/layers/3/reuse: "c" reuses a layer itself; name the layer that has the weights"#,
            #"/layers/4/reuse: unknown layer "zebra". Known: b_1, b, c, c_1"#
        ),
    ]

    static let denseKeys =
        "Known: type, name, inputs, trainable, dtype, activity_regularizer, shares, units, activation, use_bias, "
        + "kernel_initializer, kernel_regularizer, kernel_constraint, bias_initializer, bias_regularizer, "
        + "bias_constraint, lora_rank, quantization_config"

    static let layers: [Row] = [
        Row(
            layer: "no type",
            "{}",
            "/layers/0/type: missing; expected the name of a layer, one of \(layerNames)"
        ),
        Row(layer: "a type that is no name", #"{"type": 5}"#, "/layers/0/type: expected a string, found 5"),
        Row(
            layer: "no filters and a kernel of three",
            #"{"type": "Conv2D", "kernel_size": [3, 3, 3]}"#,
            #"/layers/0/filters: missing; expected an integer from 1 to 65536"#,
            "/layers/0/kernel_size: expected an integer from 1 to 65536 or an array of 2, found an array of 3"
        ),
        Row(
            layer: "options that aren't there",
            #"""
            {"type": "Conv2D", "filters": 1, "kernel_size": 3, "strides": 0, "padding": "full", "dilation_rate": [2, 1],
             "groups": 3, "data_format": "channels_first", "kernel_regularizer": "l3",
             "kernel_constraint": {"type": "MaxNorm", "max_value": -1}}
            """#,
            "/layers/0/strides: expected an integer from 1 to 65536, found 0",
            #"/layers/0/padding: expected one of "valid", "same", found "full""#,
            "/layers/0/groups: expected a divisor of filters, 1, found 3",
            #"/layers/0/kernel_regularizer: unknown regularizer "l3"; did you mean "L1"? Known: L1, L2, L1L2"#,
            "/layers/0/kernel_constraint/max_value: expected a number of at least 0, found -1",
            #"/layers/0/data_format: expected "channels_last", found "channels_first"; "#
                + #"did you mean "channels_last"?"#
        ),
        Row(
            layer: "an unknown activation",
            #"{"type": "Activation", "activation": "rellu"}"#,
            #"/layers/0/activation: unknown activation "rellu"; did you mean "relu"? Known: \#(activationNames)"#
        ),
        Row(
            layer: "no activation",
            #"{"type": "Activation"}"#,
            #"/layers/0/activation: missing; expected a value"#
        ),
        Row(
            layer: "an unknown initializer",
            #"{"type": "Dense", "units": 1, "kernel_initializer": "glorot", "bias_initializer": {"type": "Zero"}}"#,
            #"/layers/0/kernel_initializer: unknown initializer "glorot". Known: \#(initializerNames)"#,
            #"/layers/0/bias_initializer/type: unknown initializer "Zero"; did you mean "Zeros"? "#
                + "Known: \(initializerNames)"
        ),
        Row(
            layer: "wrong arguments of an initializer",
            #"""
            {"type": "Dense", "units": 1, "kernel_initializer": {"type": "RandomUniform", "minval": 2, "maxval": 1},
             "bias_initializer": {"class_name": "RandomNormal", "config": {"stddev": -1, "deviation": 1}}}
            """#,
            "/layers/0/kernel_initializer/minval: expected at most maxval, 1.0, found 2.0",
            "/layers/0/bias_initializer/config/stddev: expected a number from 0 to 1e+30, found -1",
            #"/layers/0/bias_initializer/config/deviation: unknown key "deviation". "#
                + "Known: input_axes, output_axes, seed, mean, stddev"
        ),
        Row(
            layer: "a rate above 1",
            #"{"type": "Dropout", "rate": 1.5}"#,
            "/layers/0/rate: expected a number from 0 to 1, found 1.5"
        ),
        Row(
            layer: "a half-precision layer",
            #"{"type": "Flatten", "dtype": "float16"}"#,
            #"/layers/0/dtype: only "float32" is supported, found "float16""#
        ),
        Row(
            layer: "recurrent options that aren't there",
            #"{"type": "GRU", "units": 2, "go_backwards": 1, "stateful": 1, "dropout": 1.5}"#,
            "/layers/0/dropout: expected a number from 0 to 1, found 1.5",
            "/layers/0/go_backwards: expected true or false, found 1",
            "/layers/0/stateful: expected true or false, found 1"
        ),
        Row(
            layer: "an input for batches of one size",
            #"{"type": "InputLayer", "batch_shape": [2, null, 3]}"#,
            "/layers/0/batch_shape: expected null for the size of the batch, which a request decides, found 2"
        ),
        Row(
            layer: "no layers to take from",
            #"{"type": "Flatten", "inputs": []}"#,
            "/layers/0/inputs: expected the names of one layer or more, found none"
        ),
    ]

    @Test(arguments: models + layers)
    func `every fault of a definition is told with its place`(row: Row) throws {
        let document = try JSONDocument(parsing: row.text)

        let error = try #require(throws: FaultyInput.self) { try ModelDefinition(document.root) }

        #expect(error.faults.map(\.description) == row.faults)
    }
}
