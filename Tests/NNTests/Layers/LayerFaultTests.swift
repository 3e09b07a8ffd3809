import JSON
import NN
import Testing

/// What each layer says of impossible arguments and of inputs that it can't take.
struct LayerFaultTests {
    /// A layer on an input of the model, and all that is wrong with it.
    struct Row: CustomTestStringConvertible, Sendable {
        let input: Shape
        let layer: String
        let faults: [String]

        var testDescription: String { layer }

        init(_ layer: String, on input: Shape = [9, 8, 3], _ faults: String...) {
            self.input = input
            self.layer = layer
            self.faults = faults
        }

        /// What is told of the layer alone in a model.
        func told() throws -> [String] {
            let text = "{\"name\": \"m\", \"input_shape\": \(input), \"layers\": [\(layer)]}"
            let error = try #require(throws: FaultyInput.self) { try network(text) }
            return error.faults.map(\.description)
        }
    }

    static let arguments = [
        Row(
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2, "dilation_rate": [2, 1]}"#,
            "/layers/0/dilation_rate: expected 1 where strides are [2, 2], found [2, 1]"
        ),
        Row(
            #"{"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "full"}"#,
            #"/layers/0/padding: expected one of "valid", "same", "causal", found "full""#
        ),
        Row(
            #"{"type": "Conv3D", "filters": 0, "kernel_size": [1, 2]}"#,
            "/layers/0/filters: expected an integer from 1 to 65536, found 0",
            "/layers/0/kernel_size: expected an integer from 1 to 65536 or an array of 3, found an array of 2"
        ),
        Row(
            #"{"type": "Conv2DTranspose", "filters": 4, "kernel_size": 3, "strides": 2, "output_padding": 2}"#,
            "/layers/0/output_padding: expected less than the strides, [2, 2], found [2, 2]"
        ),
        Row(
            #"{"type": "DepthwiseConv2D", "kernel_size": 3, "depth_multiplier": 0}"#,
            "/layers/0/depth_multiplier: expected an integer from 1 to 65536, found 0"
        ),
        Row(
            #"{"type": "SeparableConv2D", "kernel_size": 3}"#,
            "/layers/0/filters: missing; expected an integer from 1 to 65536"
        ),
        Row(
            #"{"type": "MaxPooling3D", "pool_size": [2, 2]}"#,
            "/layers/0/pool_size: expected an integer from 1 to 65536 or an array of 3, found an array of 2"
        ),
        Row(
            #"{"type": "ZeroPadding2D", "padding": [[1, -1], [0, 0]]}"#,
            "/layers/0/padding/0/1: expected an integer from 0 to 65536, found -1"
        ),
        Row(
            #"{"type": "UpSampling2D", "size": 0, "interpolation": "cubic"}"#,
            "/layers/0/size: expected an integer from 1 to 65536, found 0",
            #"/layers/0/interpolation: expected one of "nearest", "bilinear", found "cubic""#
        ),
        Row(
            #"{"type": "Resizing", "height": 3, "width": 0, "antialias": true}"#,
            "/layers/0/width: expected an integer from 1 to 65536, found 0",
            "/layers/0/antialias: only false is supported, found true"
        ),
        Row(
            #"{"type": "BatchNormalization", "momentum": 1.5, "epsilon": -1, "renorm": true, "axis": [1, 2]}"#,
            "/layers/0/axis: expected an array of 1, found an array of 2",
            "/layers/0/momentum: expected a number from 0 to 1, found 1.5",
            "/layers/0/epsilon: expected a number of at least 0, found -1",
            "/layers/0/renorm: only false is supported, found true"
        ),
        Row(
            #"{"type": "BatchNormalization", "axis": 0}"#,
            "/layers/0/axis: axis 0 is the batch; expected -6 to -1 or 1 to 6"
        ),
        Row(
            #"{"type": "LayerNormalization", "axis": [], "epsilon": "small"}"#,
            "/layers/0/axis: expected an array of 1 to 6, found an empty array",
            #"/layers/0/epsilon: expected a number of at least 0, found "small""#
        ),
        Row(
            #"{"type": "RMSNormalization", "axis": 0, "epsilon": -1}"#,
            "/layers/0/axis: axis 0 is the batch; expected -6 to -1 or 1 to 6",
            "/layers/0/epsilon: expected a number of at least 0, found -1"
        ),
        Row(
            #"{"type": "GroupNormalization", "groups": 0, "axis": [1, 2]}"#,
            "/layers/0/groups: expected a positive integer, or -1 for a group each channel, found 0",
            "/layers/0/axis: expected an array of 1, found an array of 2"
        ),
        Row(
            #"{"type": "Normalization", "axis": 0, "mean": [1, 2]}"#,
            "/layers/0/axis: axis 0 is the batch; expected -6 to -1 or 1 to 6",
            "/layers/0/variance: expected with the other: both or neither"
        ),
        Row(
            #"{"type": "Normalization", "mean": [1, 2], "variance": [-1]}"#,
            "/layers/0/variance: expected as many numbers as mean, 2, found 1",
            "/layers/0/variance: expected no negative number"
        ),
        Row(
            #"{"type": "TokenAndPositionEmbedding", "vocabulary_size": 0, "embedding_dim": 3}"#,
            "/layers/0/vocabulary_size: expected an integer from 1 to 16777216, found 0",
            "/layers/0/sequence_length: missing; expected an integer from 1 to 16777216"
        ),
        Row(
            #"{"type": "PositionEmbedding"}"#,
            "/layers/0/sequence_length: missing; expected an integer from 1 to 16777216"
        ),
        Row(
            #"{"type": "SinePositionEncoding", "max_wavelength": 0}"#,
            "/layers/0/max_wavelength: expected a number above 0, at most 1e+30, found 0"
        ),
        Row(
            #"{"type": "RotaryEmbedding", "sequence_axis": 0, "rope_type": "cubic", "scaling_factor": -1}"#,
            "/layers/0/scaling_factor: expected a number above 0, at most 1000000000, found -1",
            #"/layers/0/rope_type: expected one of "linear", "dynamic", "yarn", found "cubic""#,
            "/layers/0/sequence_axis: axis 0 is the batch; expected -6 to -1 or 1 to 6"
        ),
        Row(
            #"{"type": "Embedding", "input_dim": 0}"#,
            "/layers/0/input_dim: expected an integer from 1 to 16777216, found 0",
            "/layers/0/output_dim: missing; expected an integer from 1 to 65536"
        ),
        Row(
            #"{"type": "Reshape", "target_shape": [-1, -1, 0]}"#,
            "/layers/0/target_shape/2: expected -1 or a positive integer, found 0",
            "/layers/0/target_shape: expected -1 at most once, found [-1, -1, 0]"
        ),
        Row(
            #"{"type": "Permute", "dims": [1, 3]}"#,
            "/layers/0/dims: expected every axis from 1 to 2 once, found [1, 3]"
        ),
        Row(
            #"{"type": "RepeatVector"}"#,
            "/layers/0/n: missing; expected an integer from 1 to 65536"
        ),
        Row(
            #"{"type": "SpatialDropout2D", "rate": -0.1}"#,
            "/layers/0/rate: expected a number from 0 to 1, found -0.1"
        ),
        Row(
            #"{"type": "Dropout", "rate": 2, "noise_shape": [1]}"#,
            "/layers/0/rate: expected a number from 0 to 1, found 2",
            "/layers/0/noise_shape: expected an array of 2 to 9, found an array of 1"
        ),
        Row(
            #"{"type": "AlphaDropout", "rate": 0.2, "noise_shape": [8, 1]}"#,
            "/layers/0/noise_shape/0: expected null, since the rows of a batch are drawn by themselves; found 8"
        ),
        Row(#"{"type": "SpatialDropout1D"}"#, "/layers/0/rate: missing; expected a number from 0 to 1"),
        Row(
            #"{"type": "LSTM", "units": 0, "recurrent_dropout": 1.5, "stateful": 1}"#,
            "/layers/0/units: expected an integer from 1 to 65536, found 0",
            "/layers/0/recurrent_dropout: expected a number from 0 to 1, found 1.5",
            "/layers/0/stateful: expected true or false, found 1"
        ),
        Row(
            #"{"type": "SimpleRNN", "units": 2, "activation": "tan"}"#,
            #"/layers/0/activation: unknown activation "tan"; did you mean "tanh"? Known: "#
                + ActivationKind.all.map(\.name).joined(separator: ", ")
        ),
        Row(
            #"{"type": "GRU", "units": 2, "reset_after": "yes"}"#,
            #"/layers/0/reset_after: expected true or false, found "yes""#
        ),
        Row(
            #"{"type": "RNN", "cell": {"type": "GRU", "units": 2}, "stateful": 1}"#,
            #"/layers/0/cell/type: unknown cell "GRU". Known: GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells"#,
            "/layers/0/stateful: expected true or false, found 1"
        ),
        Row(
            #"{"type": "RNN", "cell": [{"type": "LSTMCell", "units": 0, "activity_regularizer": "l2"}, 5]}"#,
            #"/layers/0/cell/0/activity_regularizer: only null is supported, found "l2""#,
            "/layers/0/cell/0/units: expected an integer from 1 to 65536, found 0",
            #"/layers/0/cell/1: expected a cell, an object with its "type" and "units", found 5"#
        ),
        Row(
            #"{"type": "RNN", "cell": []}"#,
            "/layers/0/cell: expected a cell or more, found none"
        ),
        Row(#"{"type": "RNN"}"#, "/layers/0/cell: missing; expected a value"),
        Row(
            #"{"type": "Bidirectional", "layer": {"type": "RNN", "cell": {"type": "StackedRNNCells", "cells": []}}}"#,
            "/layers/0/layer/cell/cells: expected a cell or more, found none"
        ),
        Row(#"{"type": "Rescaling"}"#, "/layers/0/scale: missing; expected a number from -1e+30 to 1e+30"),
        Row(#"{"type": "Activation"}"#, "/layers/0/activation: missing; expected a value"),
        Row(
            #"{"type": "InputLayer", "shape": [0]}"#,
            "/layers/0/shape/0: expected an integer from 1 to 16777216, found 0"
        ),
        Row(
            #"{"type": "Dense", "units": 2, "kernel_initializer": {"type": "VarianceScaling", "scale": 0, "mode": "fan"}}"#,
            "/layers/0/kernel_initializer/scale: expected a number above 0, at most 1000000000, found 0",
            #"/layers/0/kernel_initializer/mode: expected one of "fan_in", "fan_out", "fan_avg", found "fan""#
        ),
        Row(#"{"type": "ELU", "alpha": -1}"#, "/layers/0/alpha: expected a number of at least 0, found -1"),
        Row(
            #"{"type": "LeakyReLU", "negative_slope": -1}"#,
            "/layers/0/negative_slope: expected a number of at least 0, found -1"
        ),
        Row(#"{"type": "ReLU", "max_value": -1}"#, "/layers/0/max_value: expected a number of at least 0, found -1"),
        Row(#"{"type": "GaussianNoise"}"#, "/layers/0/stddev: missing; expected a number from 0 to 1e+30"),
        Row(
            #"{"type": "Concatenate", "axis": 0}"#,
            "/layers/0/axis: axis 0 is the batch; expected -6 to -1 or 1 to 6"
        ),
        Row(#"{"type": "Dot", "axes": [0, 1]}"#, "/layers/0/axes: axis 0 is the batch; expected -2, -1, 1 or 2"),
        Row(
            #"{"type": "MultiHeadAttention", "num_heads": 0, "sliding_window": 0, "attention_axes": [0], "dropout": 2}"#,
            "/layers/0/num_heads: expected an integer from 1 to 65536, found 0",
            "/layers/0/key_dim: missing; expected an integer from 1 to 65536",
            "/layers/0/dropout: expected a number from 0 to 1, found 2",
            "/layers/0/sliding_window: expected an integer from 1 to 65536, found 0",
            "/layers/0/attention_axes: the batch, 0, and the last axis, -1, are not attended over"
        ),
        Row(
            #"{"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 2, "flash_attention": true, "output_shape": []}"#,
            "/layers/0/output_shape: expected an array of 1 to 5, found an empty array",
            "/layers/0/flash_attention: only false is supported, found true"
        ),
        Row(
            #"{"type": "GroupQueryAttention", "head_dim": 2, "num_query_heads": 3, "num_key_value_heads": 2}"#,
            "/layers/0/num_query_heads: expected a multiple of num_key_value_heads, 2, found 3"
        ),
        Row(
            #"{"type": "Attention", "score_mode": "cosine"}"#,
            #"/layers/0/score_mode: expected one of "dot", "concat", found "cosine""#
        ),
        Row(#"{"type": "TimeDistributed"}"#, "/layers/0/layer: missing; expected a value"),
        Row(
            #"{"type": "TimeDistributed", "layer": {"type": "Dense", "units": 0}}"#,
            "/layers/0/layer/units: expected an integer from 1 to 65536, found 0"
        ),
        Row(
            #"{"type": "Bidirectional", "layer": {"type": "Dense", "units": 2}, "merge_mode": "max"}"#,
            #"/layers/0/merge_mode: expected one of "concat", "sum", "mul", "ave", found "max""#,
            "/layers/0/layer: expected a recurrent layer, SimpleRNN, LSTM, GRU, RNN or ConvLSTM1D to 3D, found Dense"
        ),
        Row(
            #"""
            {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}, "merge_mode": "sum",
             "backward_layer": {"type": "LSTM", "units": 3, "return_sequences": true}}
            """#,
            "/layers/0/backward_layer: expected another go_backwards than the layer's, false",
            "/layers/0/backward_layer: expected the layer's return_sequences and return_state",
            "/layers/0/backward_layer: expected the layer's units, 2, found 3"
        ),
        Row(
            #"{"type": "Dense", "units": 2, "kernel_constraint": {"type": "MinMaxNorm", "min_value": 3}}"#,
            "/layers/0/kernel_constraint/min_value: expected at most max_value, 1.0, found 3.0"
        ),
        Row(
            #"{"type": "Dense", "units": 2, "kernel_regularizer": {"class_name": "L2", "config": {"l2": -1}}}"#,
            "/layers/0/kernel_regularizer/config/l2: expected a number of at least 0, found -1"
        ),
        Row(
            #"{"type": "Clip", "x_min": 2, "x_max": 1}"#,
            "/layers/0/x_max: expected at least x_min, 2.0, found 1.0"
        ),
        Row(
            #"{"type": "Power"}"#,
            "/layers/0/exponent: missing; expected a number from -1e+30 to 1e+30"
        ),
    ]

    /// Layers that have no arguments that could be wrong and take any input.
    private static let impossibleToMisuse: Set = [
        "Flatten", "Identity", "Masking", "Absolute", "Cos", "Erf", "Floor", "Log", "Reciprocal", "Sign", "Sin", "Sqrt",
        "Square",
    ]

    @Test func `every layer is among those that refuse something`() {
        let refused = (Self.arguments + Self.misfits + Self.rarerArguments + Self.rarerMisfits).map(\.layer)
        let missing = ModelDefinition.layerTypes.filter { type in !refused.contains { $0.contains("\"\(type)\"") } }
        #expect(Set(missing) == Self.impossibleToMisuse)
    }

    @Test(arguments: arguments + rarerArguments)
    func `impossible arguments are told, each with its place`(row: Row) throws {
        #expect(try row.told() == row.faults)
    }

    @Test(arguments: misfits + rarerMisfits)
    func `an input that a layer can't take is told with what it needs`(row: Row) throws {
        // A weight that its initializer can't fill is told with the weight's shape.
        let ending = row.faults[0].contains(", but ") ? "" : ", but the input is \(row.input)"
        #expect(try row.told() == row.faults.map { "/layers/0: \($0)\(ending)" })
    }
}
