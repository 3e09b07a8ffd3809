import JSON
import NN
import Testing

/// A model of layers drawn at random, each of which fits the ones before it.
struct RandomArchitecture {
    /// The fields of the definition but for its outputs.
    let definition: String
    /// The names of the layers, in order.
    let names: [String]

    private static let activations = ["linear", "tanh", "sigmoid", "softsign", "gelu", "silu", "softplus"]

    /// A model that follows from a seed.
    ///
    /// - Parameters:
    ///   - seed: What it follows from.
    ///   - isRandom: Whether layers may drop or disturb numbers while training.
    /// - Throws: Where the layers that were drawn don't make a model.
    init(seed: Int, isRandom: Bool = true) throws {
        var numbers = TestNumbers(seed)
        func pick(_ range: ClosedRange<Int>) -> Int {
            Int(numbers.next(in: 0...0.9999) * Float(range.count)) + range.lowerBound
        }
        let input: Shape =
            switch pick(0...2) {
            case 0: [pick(5...9), pick(5...9), pick(1...4)]
            case 1: [pick(3...8), pick(2...6)]
            default: [pick(3...24)]
            }
        var layers: [String] = []
        func text(_ layers: [String]) -> String {
            "\"name\": \"m\", \"input_shape\": \(input), \"seed\": \(seed), \"layers\": [\(layers.joined(separator: ", "))]"
        }
        var shape = input
        let wanted = pick(3...7)
        for _ in 0..<40 where layers.count < wanted {
            let candidate = Self.layers(on: shape, pick, isRandom: isRandom).map { layer in
                layer.replacing("NAME", with: "l\(layers.count)")
            }
            // What doesn't fit is refused, and another one is drawn.
            guard let network = try? NNTests.network("{\(text(layers + candidate))}") else { continue }
            layers += candidate
            shape = network.outputShape
        }
        if shape.rank > 1 { layers.append(#"{"type": "Flatten", "name": "flat"}"#) }
        layers.append(#"{"type": "Dense", "name": "head", "units": 3, "activation": "softmax"}"#)
        definition = text(layers)
        names = try NNTests.network("{\(definition)}").layers.map(\.name)
    }

    /// The model whose result is the last layer's.
    func network() throws -> Network { try NNTests.network("{\(definition)}") }

    /// The model that gives every layer's result.
    func networkOfAllResults() throws -> Network {
        let outputs = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return try NNTests.network("{\(definition), \"outputs\": [\(outputs)]}")
    }

    /// One layer or a few that belong together, for an input of a shape; `NAME` stands for a name of their own.
    private static func layers(
        on shape: Shape,
        _ pick: (ClosedRange<Int>) -> Int,
        isRandom: Bool
    ) -> [String] {
        let activation = activations[pick(0...activations.count - 1)]
        let padding = pick(0...1) == 0 ? "same" : "valid"
        let choices: [[String]]
        switch shape.rank {
        case 3:
            choices = [
                [
                    #""type": "Conv2D", "filters": \#(pick(1...6)), "kernel_size": [\#(pick(1...3)), \#(pick(1...4))], "#
                        + #""strides": \#(pick(1...2)), "padding": "\#(padding)", "activation": "\#(activation)""#
                ],
                [#""type": "Conv2D", "filters": 4, "kernel_size": 2, "dilation_rate": 2, "use_bias": false"#],
                [
                    #""type": "DepthwiseConv2D", "kernel_size": 3, "depth_multiplier": \#(pick(1...2)), "padding": "same""#
                ],
                [#""type": "SeparableConv2D", "filters": \#(pick(1...5)), "kernel_size": 2, "padding": "\#(padding)""#],
                [#""type": "Conv2DTranspose", "filters": 3, "kernel_size": \#(pick(1...3)), "strides": 2"#],
                [
                    #""type": "AveragePooling2D", "pool_size": \#(pick(2...3)), "strides": \#(pick(1...3)), "padding": "\#(padding)""#
                ],
                [#""type": "MaxPooling2D", "pool_size": [\#(pick(1...3)), 2], "padding": "\#(padding)""#],
                [#""type": "ZeroPadding2D", "padding": [[1, \#(pick(0...2))], [0, 2]]"#],
                [#""type": "Cropping2D", "cropping": [[1, 0], [\#(pick(0...2)), 1]]"#],
                [#""type": "UpSampling2D", "size": [1, 2], "interpolation": "bilinear""#],
                [#""type": "Resizing", "height": \#(pick(2...6)), "width": 5"#],
                [#""type": "BatchNormalization", "axis": \#(pick(1...3))"#],
                [#""type": "LayerNormalization", "axis": [\#(pick(1...2)), 3]"#],
                [#""type": "Permute", "dims": [2, 3, 1]"#],
                [#""type": "Reshape", "target_shape": [\#(shape[0]), -1]"#],
                [isRandom ? #""type": "SpatialDropout2D", "rate": 0.3"# : #""type": "Rescaling", "scale": 0.5"#],
            ]
        case 2:
            choices = [
                [#""type": "LSTM", "units": \#(pick(1...6)), "return_sequences": true, "go_backwards": true"#],
                [
                    #""type": "GRU", "units": \#(pick(1...6)), "return_sequences": true, "reset_after": \#(pick(0...1) == 0)"#
                ],
                [#""type": "SimpleRNN", "units": \#(pick(1...6))"#],
                [
                    #""type": "Bidirectional", "layer": {"type": "GRU", "units": 3, "return_sequences": true}, "merge_mode": "sum""#
                ],
                [#""type": "TimeDistributed", "layer": {"type": "Dense", "units": 4, "activation": "tanh"}"#],
                [
                    #""type": "Conv1D", "filters": \#(pick(1...5)), "kernel_size": 3, "padding": "causal", "activation": "\#(activation)""#
                ],
                [#""type": "AveragePooling1D", "pool_size": 2, "padding": "\#(padding)""#],
                [#""type": "GlobalMaxPooling1D""#],
                [#""type": "Masking", "mask_value": 0.25"#],
                [#""type": "LayerNormalization""#],
                [#""type": "BatchNormalization""#],
                [#""type": "Dense", "units": \#(pick(1...6)), "activation": "\#(activation)""#],
                [
                    isRandom
                        ? #""type": "GaussianNoise", "stddev": 0.1"# : #""type": "Activation", "activation": "tanh""#
                ],
                [
                    #""type": "LSTM", "units": 4, "return_state": true, "return_sequences": true, "name": "NAME""#,
                    #""type": "Attention", "inputs": ["NAME", "NAME"]"#,
                ],
                [
                    #""type": "Dense", "units": 4, "name": "NAME""#,
                    #""type": "MultiHeadAttention", "num_heads": \#(pick(1...3)), "key_dim": \#(pick(1...4)), "#
                        + #""use_causal_mask": \#(pick(0...1) == 0), "inputs": ["NAME", "NAME"]"#,
                ],
                [
                    #""type": "Dense", "units": 4, "name": "NAME""#,
                    #""type": "GroupQueryAttention", "num_query_heads": 4, "num_key_value_heads": \#([1, 2, 4][pick(0...2)]), "#
                        + #""head_dim": \#(pick(1...4)), "use_gate": \#(pick(0...1) == 0), "inputs": ["NAME", "NAME"]"#,
                ],
                [#""type": "RMSNormalization""#],
                [
                    #""type": "Dense", "units": 6, "name": "NAME""#,
                    #""type": "RotaryEmbedding", "max_wavelength": 50, "inputs": ["NAME"]"#,
                ],
            ]
        default:
            choices = [
                [
                    #""type": "Dense", "units": \#(pick(1...12)), "activation": "\#(activation)", "kernel_regularizer": "l2""#
                ],
                [#""type": "BatchNormalization", "momentum": 0.9"#],
                [#""type": "RepeatVector", "n": \#(pick(1...4))"#],
                [#""type": "ELU", "alpha": 0.5"#],
                [isRandom ? #""type": "Dropout", "rate": 0.4"# : #""type": "Rescaling", "scale": 2, "offset": 0.1"#],
                [#""type": "Reshape", "target_shape": [1, -1]"#],
                [
                    #""type": "Dense", "units": 5, "activation": "tanh", "name": "NAMEa""#,
                    #""type": "Dense", "units": 5, "activation": "sigmoid", "name": "NAMEb", "inputs": ["NAMEa"]"#,
                    #""type": "\#(["Add", "Multiply", "Concatenate", "Average"][pick(0...3)])", "inputs": ["NAMEa", "NAMEb"]"#,
                ],
            ]
        }
        return choices[pick(0...choices.count - 1)].map { layer in
            layer.contains("\"name\"") || layer.contains("\"inputs\"")
                ? "{\(layer)}" : "{\(layer), \"name\": \"NAME\"}"
        }
    }
}
