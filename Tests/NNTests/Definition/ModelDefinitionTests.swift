import JSON
import NN
import Testing

struct ModelDefinitionTests {
    /// LeNet as a client writes it.
    static let lenet = #"""
        {"name": "lenet", "input_shape": [28, 28, 1], "seed": 7, "layers": [
         {"type": "Conv2D", "filters": 6, "kernel_size": 5, "padding": "same", "activation": "tanh"},
         {"type": "AveragePooling2D", "pool_size": 2},
         {"type": "Conv2D", "filters": 16, "kernel_size": [5, 5], "activation": "tanh"},
         {"type": "AveragePooling2D"},
         {"type": "Flatten"},
         {"type": "Dense", "units": 120, "activation": "tanh"},
         {"type": "Dense", "units": 84, "activation": "tanh"},
         {"type": "Dense", "units": 10, "activation": "softmax"}]}
        """#

    static func definition(_ text: String) throws -> ModelDefinition {
        try ModelDefinition(JSONDocument(parsing: text).root)
    }

    /// A definition of these layers on an image.
    static func definition(layers: String) throws -> ModelDefinition {
        try definition(#"{"name": "m", "input_shape": [9, 8, 3], "layers": [\#(layers)]}"#)
    }

    static func text(_ definition: ModelDefinition) -> String {
        var json = JSONWriter()
        json.write(definition)
        return json.text
    }

    @Test func `layers without a name get Keras's automatic ones`() throws {
        let definition = try Self.definition(Self.lenet)

        #expect(
            definition.layers.map(\.name) == [
                "conv2d", "average_pooling2d", "conv2d_1", "average_pooling2d_1", "flatten", "dense", "dense_1",
                "dense_2",
            ]
        )
    }

    @Test func `an automatic name leaves out what a layer is called by its client`() throws {
        let definition = try Self.definition(
            layers: #"""
                {"type": "Dense", "units": 2}, {"type": "Dense", "units": 2, "name": "dense"},
                {"type": "GRU", "units": 2, "name": "memory"}, {"type": "MaxPooling2D"}
                """#
        )

        #expect(definition.layers.map(\.name) == ["dense_1", "dense", "memory", "max_pooling2d"])
    }

    static let roundTrips = [
        lenet,
        #"{"name": "r", "input_shape": [12, 2], "seed": 9007199254740991, "layers": [{"type": "GRU", "units": 3}]}"#,
        #"""
        {"name": "all-options_1.0", "input_shape": [12, 2], "layers": [
         {"type": "InputLayer", "shape": [12, 2], "name": "series"},
         {"type": "Rescaling", "scale": 0.1, "offset": -3},
         {"type": "GRU", "units": 3, "activation": "relu", "recurrent_activation": "hard_sigmoid", "use_bias": false,
          "reset_after": false, "return_sequences": true, "trainable": false, "name": "memory",
          "recurrent_initializer": {"type": "Orthogonal", "gain": 0.3, "seed": 4}},
         {"type": "Dropout", "rate": 0.3333333333333333, "inputs": ["memory"]},
         {"type": "Dense", "units": 1, "bias_initializer": {"type": "constant", "value": 1e-3},
          "kernel_initializer": {"class_name": "RandomNormal", "config": {"mean": 0.1, "stddev": 0.7}}},
         {"type": "Activation", "activation": "swish"}]}
        """#,
        #"""
        {"name": "pools", "input_shape": [9, 8, 3], "layers": [
         {"type": "MaxPooling2D", "pool_size": [3, 2], "strides": [1, 2], "padding": "same"},
         {"type": "Conv2D", "filters": 2, "kernel_size": [1, 2], "strides": 2, "use_bias": false,
          "kernel_initializer": "he_normal"}]}
        """#,
    ]

    @Test(arguments: roundTrips)
    func `written and read again a definition is the same`(text: String) throws {
        let definition = try Self.definition(text)

        let written = Self.text(definition)

        #expect(try Self.definition(written) == definition)
        #expect(Self.text(try Self.definition(written)) == written)
    }

    @Test func `definitions that differ in one argument are not equal`() throws {
        let one = try Self.definition(layers: #"{"type": "Dense", "units": 2, "activation": "relu"}"#)
        let others = [
            #"{"type": "Dense", "units": 3, "activation": "relu"}"#,
            #"{"type": "Dense", "units": 2}"#,
            #"{"type": "Dense", "units": 2, "activation": "relu", "use_bias": false}"#,
            #"{"type": "Dense", "units": 2, "activation": "relu", "trainable": false}"#,
            #"{"type": "Dense", "units": 2, "activation": "relu", "name": "other"}"#,
            #"{"type": "Dense", "units": 2, "activation": "relu", "kernel_initializer": "he_normal"}"#,
            #"{"type": "Dense", "units": 2, "activation": "relu", "kernel_initializer": {"type": "GlorotUniform", "seed": 1}}"#,
            #"{"type": "Flatten", "name": "dense"}"#,
        ]

        for other in others { #expect(try Self.definition(layers: other) != one, "\(other)") }
    }

    @Test func `Keras's long form means the same as the short one`() throws {
        let short = try Self.definition(
            layers: #"""
                {"type": "Conv2D", "filters": 8, "kernel_size": 3, "activation": "relu", "name": "conv"},
                {"type": "MaxPooling2D"}, {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}
                """#
        )
        // As Keras 3.15.1 writes these layers with to_json().
        let long = try Self.definition(
            layers: #"""
                {"module": "keras.layers", "class_name": "Conv2D", "config": {"name": "conv", "trainable": true,
                  "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"},
                  "registered_name": null}, "filters": 8, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid",
                  "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "relu",
                  "use_bias": true, "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform",
                  "config": {"seed": null, "input_axes": null, "output_axes": null}, "registered_name": null},
                  "bias_initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {},
                  "registered_name": null}, "kernel_regularizer": null, "bias_regularizer": null,
                  "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null},
                  "registered_name": null, "build_config": {"input_shape": [null, 9, 8, 3]}},
                {"class_name": "MaxPooling2D", "config": {"pool_size": [2, 2], "padding": "valid", "strides": [2, 2],
                  "data_format": "channels_last"}},
                {"class_name": "Flatten"},
                {"class_name": "Dense", "config": {"units": 10, "activation": "softmax", "quantization_config": null}}
                """#
        )

        #expect(long == short)
    }

    @Test func `an input layer gives the shape that a model doesn't`() throws {
        let definition = try Self.definition(
            #"""
            {"name": "m", "layers": [
             {"class_name": "InputLayer", "config": {"batch_shape": [null, 4, 5], "dtype": "float32", "name": "x"}},
             {"type": "Dense", "units": 2}]}
            """#
        )

        #expect(definition.inputShape == [4, 5])
        #expect(try Network(definition).outputShape == [4, 2])
    }
}
