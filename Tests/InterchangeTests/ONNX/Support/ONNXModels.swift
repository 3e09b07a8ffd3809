import JSON
import NN

/// Models of every family of layers that is written.
enum ONNXModels {
    /// Definitions by name; what is not said is Keras's default.
    static let definitions: [(name: String, shape: String, layers: String)] = [
        (
            "lenet", "[16, 16, 1]",
            #"{"type": "Conv2D", "filters": 6, "kernel_size": 5, "padding": "same", "activation": "tanh"}, {"type": "AveragePooling2D"}, {"type": "Conv2D", "filters": 8, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"}, {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}"#
        ),
        (
            "same_steps", "[7, 8, 3]",
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "softmax"}, {"type": "MaxPooling2D", "pool_size": 3, "strides": 2, "padding": "same"}, {"type": "BatchNormalization"}, {"type": "Activation", "activation": "gelu"}, {"type": "GlobalAveragePooling2D"}"#
        ),
        (
            "mean_same", "[7, 8, 3]",
            #"{"type": "AveragePooling2D", "pool_size": 3, "strides": 2, "padding": "same"}, {"type": "GlobalMaxPooling2D"}"#
        ),
        (
            "conv1d", "[12, 4]",
            #"{"type": "Conv1D", "filters": 6, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "silu"}, {"type": "MaxPooling1D"}, {"type": "Conv1D", "filters": 6, "kernel_size": 3, "groups": 3, "activation": "mish"}, {"type": "LayerNormalization"}, {"type": "GlobalAveragePooling1D"}"#
        ),
        (
            "conv3d", "[5, 6, 7, 2]",
            #"{"type": "Conv3D", "filters": 3, "kernel_size": 2, "padding": "same"}, {"type": "MaxPooling3D"}, {"type": "AveragePooling3D", "pool_size": 1}, {"type": "Flatten"}, {"type": "Dense", "units": 2}"#
        ),
        (
            "depthwise", "[8, 9, 4]",
            #"{"type": "DepthwiseConv2D", "kernel_size": 3, "depth_multiplier": 2, "activation": "relu6"}, {"type": "SeparableConv2D", "filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2, "activation": "elu"}, {"type": "Flatten"}"#
        ),
        (
            "transposed", "[4, 5, 3]",
            #"{"type": "Conv2DTranspose", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "leaky_relu"}, {"type": "Conv2DTranspose", "filters": 2, "kernel_size": 3, "strides": 2}, {"type": "Conv2DTranspose", "filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1}"#
        ),
        (
            "resized", "[3, 4, 2]",
            #"{"type": "UpSampling2D", "size": [2, 3]}, {"type": "UpSampling2D", "interpolation": "bilinear"}, {"type": "Resizing", "height": 9, "width": 20}, {"type": "ZeroPadding2D", "padding": [[1, 2], [0, 3]]}, {"type": "Cropping2D", "cropping": [[0, 1], [2, 0]]}"#
        ),
        (
            "one_axis", "[6, 4]",
            #"{"type": "ZeroPadding1D", "padding": [1, 2]}, {"type": "Cropping1D", "cropping": [0, 1]}, {"type": "UpSampling1D", "size": 2}, {"type": "DepthwiseConv1D", "kernel_size": 3, "padding": "same"}, {"type": "SeparableConv1D", "filters": 3, "kernel_size": 3}, {"type": "Conv1DTranspose", "filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}"#
        ),
        (
            "recurrent", "[7, 3]",
            #"{"type": "GRU", "units": 5, "return_sequences": true}, {"type": "LSTM", "units": 4, "return_sequences": true, "go_backwards": true}, {"type": "SimpleRNN", "units": 3}, {"type": "Dense", "units": 2}"#
        ),
        (
            "gru_before", "[7, 3]",
            #"{"type": "GRU", "units": 5, "reset_after": false, "go_backwards": true}, {"type": "Dense", "units": 2}"#
        ),
        (
            "gru_hard", "[7, 3]",
            #"{"type": "GRU", "units": 5, "recurrent_activation": "hard_sigmoid", "activation": "relu", "use_bias": false}"#
        ),
        (
            "bidirectional", "[7, 3]",
            #"{"type": "Bidirectional", "layer": {"type": "LSTM", "units": 4, "return_sequences": true}}, {"type": "Bidirectional", "merge_mode": "sum", "layer": {"type": "GRU", "units": 4}}, {"type": "Dense", "units": 2}"#
        ),
        (
            "cells", "[6, 3]",
            #"{"type": "RNN", "cell": [{"type": "GRUCell", "units": 4}, {"type": "LSTMCell", "units": 5}], "return_sequences": true}, {"type": "RNN", "cell": {"type": "SimpleRNNCell", "units": 3}}"#
        ),
        (
            "states", "[6, 3]",
            #"{"type": "LSTM", "name": "a", "units": 4, "return_sequences": true, "return_state": true}, {"type": "GRU", "name": "b", "units": 4, "inputs": ["a", "a:1"]}, {"type": "Concatenate", "name": "c", "inputs": ["b", "a:2"]}"#
        ),
        (
            "text", "[9]",
            #"{"type": "Embedding", "input_dim": 20, "output_dim": 6}, {"type": "GRU", "units": 5}, {"type": "Dense", "units": 3, "activation": "log_softmax"}"#
        ),
        (
            "tokens", "[9]",
            #"{"type": "TokenAndPositionEmbedding", "name": "t", "vocabulary_size": 20, "sequence_length": 12, "embedding_dim": 6}, {"type": "Dense", "shares": "t", "units": 20}"#
        ),
        (
            "merging", "[6, 4]",
            #"{"type": "Dense", "name": "a", "units": 4}, {"type": "Dense", "name": "b", "units": 4, "inputs": ["a"]}, {"type": "Multiply", "name": "c", "inputs": ["a", "b"]}, {"type": "Subtract", "name": "d", "inputs": ["c", "a"]}, {"type": "Maximum", "name": "e", "inputs": ["d", "b", "c"]}, {"type": "Minimum", "name": "f", "inputs": ["e", "a"]}, {"type": "Average", "name": "g", "inputs": ["f", "b", "a"]}, {"type": "Concatenate", "name": "h", "inputs": ["g", "a"]}, {"type": "Dot", "name": "i", "inputs": ["h", "h"], "axes": 2}, {"type": "Add", "name": "j", "inputs": ["i", "i"]}"#
        ),
        (
            "functions", "[5]",
            #"{"type": "Dense", "name": "a", "units": 5, "activation": "softplus"}, {"type": "Dense", "name": "b", "units": 5, "inputs": ["a"]}, {"type": "Divide", "name": "c", "inputs": ["b", "a"]}, {"type": "Absolute", "name": "d"}, {"type": "Sqrt", "name": "e"}, {"type": "Power", "name": "f", "exponent": 1.5}, {"type": "Clip", "name": "g", "x_min": 0.1, "x_max": 3}, {"type": "Reciprocal", "name": "h"}, {"type": "Log", "name": "i"}, {"type": "Sin", "name": "j"}, {"type": "Cos", "name": "k"}, {"type": "Erf", "name": "l"}, {"type": "Square", "name": "m"}, {"type": "Clip", "name": "n", "x_max": 0.7}, {"type": "Sign", "name": "o", "inputs": ["b"]}, {"type": "Rescaling", "name": "p", "scale": 10, "inputs": ["b"]}, {"type": "Floor", "name": "q"}, {"type": "Concatenate", "name": "r", "inputs": ["n", "o", "q"]}"#
        ),
        (
            "norms", "[5, 6, 8]",
            #"{"type": "GroupNormalization", "groups": 4}, {"type": "BatchNormalization", "axis": 1}, {"type": "LayerNormalization", "axis": [2, 3]}, {"type": "RMSNormalization"}, {"type": "UnitNormalization"}, {"type": "GroupNormalization", "groups": -1}, {"type": "Rescaling", "scale": 2.5, "offset": -1}"#
        ),
        (
            "normalization", "[4]",
            #"{"type": "Normalization", "mean": [1, 2, 3, 4], "variance": [1, 2, 3, 4]}, {"type": "Dense", "units": 3, "activation": "softsign"}, {"type": "Normalization"}"#
        ),
        (
            "activations", "[5]",
            [
                "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "hard_sigmoid", "silu", "hard_silu", "gelu",
                "mish",
                "tanh", "softplus", "softsign", "exponential", "softmax", "log_softmax",
            ]
            .map { #"{"type": "Dense", "units": 5, "activation": "\#($0)"}"# }.joined(separator: ", ")
        ),
        (
            "activation_layers", "[5]",
            #"{"type": "ReLU", "max_value": 2, "negative_slope": 0.1, "threshold": 0.3}, {"type": "LeakyReLU", "negative_slope": 0.2}, {"type": "ELU", "alpha": 0.7}, {"type": "PReLU"}, {"type": "Identity"}, {"type": "Softmax"}, {"type": "ReLU", "max_value": 3}, {"type": "ReLU", "threshold": 0.2}"#
        ),
        ("softmax_axes", "[6, 4]", #"{"type": "Softmax", "axis": 1}, {"type": "Softmax", "axis": [1, 2]}"#),
        (
            "shapes", "[4, 6]",
            #"{"type": "Reshape", "target_shape": [2, -1, 3]}, {"type": "Permute", "dims": [3, 1, 2]}, {"type": "Flatten"}, {"type": "RepeatVector", "n": 3}, {"type": "Dropout", "rate": 0.3}, {"type": "GaussianNoise", "stddev": 0.1}, {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 4, "activation": "relu"}}"#
        ),
        (
            "attention", "[6, 8]",
            #"{"type": "Dense", "name": "q", "units": 8}, {"type": "Dense", "name": "v", "units": 8, "inputs": ["q"]}, {"type": "Attention", "name": "a", "use_scale": true, "use_causal_mask": true, "inputs": ["q", "v"]}, {"type": "AdditiveAttention", "name": "b", "inputs": ["a", "v"]}, {"type": "Attention", "name": "c", "score_mode": "concat", "inputs": ["b", "v"]}"#
        ),
        (
            "heads", "[6, 8]",
            #"{"type": "Dense", "name": "x", "units": 8}, {"type": "MultiHeadAttention", "name": "m", "num_heads": 2, "key_dim": 3, "value_dim": 5, "use_causal_mask": true, "inputs": ["x", "x"]}, {"type": "Add", "name": "r", "inputs": ["m", "x"]}, {"type": "LayerNormalization", "name": "n"}, {"type": "GroupQueryAttention", "name": "g", "num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3, "sliding_window": 3, "use_gate": true, "inputs": ["n", "n"]}"#
        ),
        (
            "positions", "[6, 8]",
            #"{"type": "Dense", "name": "x", "units": 8}, {"type": "SinePositionEncoding", "name": "p"}, {"type": "Add", "name": "s", "inputs": ["p", "x"]}, {"type": "PositionEmbedding", "name": "q", "sequence_length": 9}, {"type": "Add", "name": "t", "inputs": ["s", "q"]}, {"type": "RotaryEmbedding", "name": "r"}"#
        ),
        (
            "reuse", "[5]",
            #"{"type": "Dense", "name": "a", "units": 5}, {"reuse": "a", "name": "b"}, {"type": "Dense", "name": "c", "units": 2}"#
        ),
        (
            "einsum", "[4, 6]",
            #"{"type": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [null, 5], "bias_axes": "d"}"#
        ),
        (
            "each_picture", "[3, 6, 5, 2]",
            #"{"type": "TimeDistributed", "layer": {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}}, {"type": "TimeDistributed", "layer": {"type": "DepthwiseConv2D", "kernel_size": 2, "depth_multiplier": 2}}, {"type": "TimeDistributed", "layer": {"type": "MaxPooling2D", "padding": "same"}}, {"type": "TimeDistributed", "layer": {"type": "GroupNormalization", "groups": 2}}, {"type": "TimeDistributed", "layer": {"type": "Conv2DTranspose", "filters": 3, "kernel_size": 2, "strides": 2}}, {"type": "TimeDistributed", "layer": {"type": "AveragePooling2D", "padding": "same"}}, {"type": "TimeDistributed", "layer": {"type": "BatchNormalization"}}, {"type": "TimeDistributed", "layer": {"type": "UpSampling2D", "interpolation": "bilinear"}}, {"type": "TimeDistributed", "layer": {"type": "GlobalAveragePooling2D"}}, {"type": "GRU", "units": 3}"#
        ),
        (
            "each_sequence", "[4, 6, 3]",
            #"{"type": "TimeDistributed", "layer": {"type": "LSTM", "units": 4, "return_sequences": true}}, {"type": "TimeDistributed", "layer": {"type": "Conv1D", "filters": 5, "kernel_size": 3, "padding": "causal"}}, {"type": "TimeDistributed", "layer": {"type": "Conv1DTranspose", "filters": 3, "kernel_size": 2}}, {"type": "TimeDistributed", "layer": {"type": "GRU", "units": 4, "return_sequences": true, "go_backwards": true}}, {"type": "TimeDistributed", "layer": {"type": "Bidirectional", "layer": {"type": "SimpleRNN", "units": 3, "return_sequences": true}}}, {"type": "TimeDistributed", "name": "t", "layer": {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2}}}, {"type": "GRU", "units": 3}"#
        ),
        (
            "open", "[null, 3]",
            #"{"type": "GRU", "units": 4, "return_sequences": true}, {"type": "Dense", "units": 2, "activation": "softmax"}"#
        ),
        (
            "open_image", "[null, null, 3]",
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}, {"type": "MaxPooling2D"}, {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2}"#
        ),
    ]

    /// The names of all models.
    static var names: [String] { definitions.map(\.name) }

    /// A model with weights none of which is zero.
    static func model(_ name: String) throws -> (network: Network, weights: [Tensor]) {
        guard let found = definitions.first(where: { $0.name == name }) else { throw UnknownModel(name: name) }
        let text = #"{"name": "\#(name)", "input_shape": \#(found.shape), "layers": [\#(found.layers)]}"#
        let network = try Network(ModelDefinition(JSONDocument(parsing: text).root))
        let weights = network.parameters.enumerated().map { place, parameter in
            var numbers = ONNXNumbers(place + 1)
            let isVariance = parameter.name.hasSuffix("variance")
            return Tensor(
                parameter.shape,
                numbers.list(parameter.shape.volume, in: isVariance ? 0.5...1.5 : -0.4...0.6)
            )
        }
        return (network, weights)
    }

    /// A batch for a model; open extents are 8.
    static func inputs(of network: Network, rows: Int = 3) -> [NamedTensor] {
        network.inputs.enumerated().map { place, input in
            let shape = [rows] + input.openShape.filled(with: 8).extents
            var numbers = ONNXNumbers(place + 77)
            var values = numbers.list(shape.reduce(1, *), in: -1...1)
            if let rule = network.indexRules.first(where: { $0.input == place }) {
                values = values.map { (abs($0) * Float(rule.count - 1)).rounded() }
            }
            return NamedTensor(name: input.name, shape: shape, values: values)
        }
    }

    /// A name that no model has.
    struct UnknownModel: Error {
        /// The name.
        let name: String
    }
}

/// A small generator of numbers, the same on every run.
struct ONNXNumbers {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A list of numbers in a range.
    mutating func list(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
        (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Float(state >> 40) * 0x1p-24 * (range.upperBound - range.lowerBound)
        }
    }
}
