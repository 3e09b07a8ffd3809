import JSON
import NN
import Testing

/// What every layer must go along with: steps of a sequence, being frozen, rules for its weights.
struct VocabularyLayerTests {
    /// A layer on an input that it takes.
    struct Row: CustomTestStringConvertible, Sendable {
        let layer: String
        let input: Shape

        var testDescription: String { layer }

        init(_ layer: String, on input: Shape) {
            (self.layer, self.input) = (layer, input)
        }
    }

    static let rows = [
        Row(#"{"type": "PReLU", "alpha_initializer": "ones"}"#, on: [3, 2]),
        Row(#"{"type": "Identity"}"#, on: [3, 2]),
        Row(#"{"type": "ActivityRegularization", "l1": 0.5}"#, on: [3, 2]),
        Row(#"{"type": "AlphaDropout", "rate": 0.5}"#, on: [3, 2]),
        Row(#"{"type": "GaussianDropout", "rate": 0.5}"#, on: [3, 2]),
        Row(#"{"type": "SpatialDropout3D", "rate": 0.5}"#, on: [1, 2, 2, 2]),
        Row(#"{"type": "Softmax", "axis": 1}"#, on: [3, 2]),
        Row(#"{"type": "Conv1DTranspose", "filters": 2, "kernel_size": 2, "strides": 2}"#, on: [3, 2]),
        Row(#"{"type": "Conv3DTranspose", "filters": 2, "kernel_size": 2, "strides": 2}"#, on: [2, 2, 1, 2]),
        Row(#"{"type": "DepthwiseConv1D", "kernel_size": 2}"#, on: [3, 2]),
        Row(#"{"type": "SeparableConv1D", "filters": 3, "kernel_size": 2}"#, on: [3, 2]),
        Row(#"{"type": "AdaptiveAveragePooling1D", "output_size": 2}"#, on: [3, 2]),
        Row(#"{"type": "AdaptiveMaxPooling2D", "output_size": 2}"#, on: [3, 4, 2]),
        Row(#"{"type": "GlobalAveragePooling3D"}"#, on: [2, 2, 3, 2]),
        Row(#"{"type": "GlobalMaxPooling3D"}"#, on: [2, 2, 3, 2]),
        Row(#"{"type": "Cropping1D"}"#, on: [4, 2]),
        Row(#"{"type": "ZeroPadding3D"}"#, on: [1, 2, 1, 2]),
        Row(#"{"type": "UpSampling3D"}"#, on: [1, 2, 1, 2]),
        Row(
            #"{"type": "EinsumDense", "equation": "abc,cd->abd", "output_shape": [null, 3], "bias_axes": "d"}"#,
            on: [3, 2]
        ),
        Row(#"{"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 3}}"#, on: [2]),
        Row(#"{"type": "ConvLSTM1D", "filters": 2, "kernel_size": 2, "return_sequences": true}"#, on: [2, 3, 1]),
        Row(#"{"type": "ConvLSTM2D", "filters": 2, "kernel_size": 2}"#, on: [2, 3, 2, 1]),
        Row(
            #"""
            {"type": "Bidirectional", "merge_mode": "sum",
             "layer": {"type": "ConvLSTM1D", "filters": 2, "kernel_size": 2, "return_sequences": true}}
            """#,
            on: [2, 3, 1]
        ),
        Row(#"{"type": "ReversibleEmbedding", "input_dim": 4, "output_dim": 3, "reverse": true}"#, on: [2, 3]),
    ]

    @Test(arguments: rows)
    func `a layer inside a TimeDistributed gives for each step what it gives alone`(row: Row) throws {
        let alone = try network(row.input, row.layer)
        let steps = try network(row.input.batched(2), #"{"type": "TimeDistributed", "layer": \#(row.layer)}"#)
        var numbers = TestNumbers(5)
        let samples = numbers.list(2 * row.input.volume)
        let weights = steps.initialWeights()

        let whole = try NetworkTrial(steps, samples: Tensor(row.input.batched(2).batched(1), samples), weights: weights)
        let rows = try NetworkTrial(alone, samples: Tensor(row.input.batched(2), samples), weights: weights)

        let found = try whole.evaluate([whole.applied.output])[0]
        #expect(try relativeError(found, rows.evaluate([rows.applied.output])[0]) < 1e-5)
    }

    @Test(arguments: rows)
    func `a frozen layer has no weight that training changes`(row: Row) throws {
        let frozen = row.layer.dropLast() + #", "trainable": false}"#

        #expect(try network(row.input, String(frozen)).parameters.allSatisfy { !$0.trainable })
    }

    static let ruled: [(Row, [String])] = [
        (Row(#"{"type": "PReLU""#, on: [3, 2]), ["alpha"]),
        (Row(#"{"type": "Conv1DTranspose", "filters": 2, "kernel_size": 2"#, on: [3, 2]), ["kernel", "bias"]),
        (Row(#"{"type": "Conv3DTranspose", "filters": 2, "kernel_size": 1"#, on: [2, 2, 1, 2]), ["kernel", "bias"]),
        (Row(#"{"type": "DepthwiseConv1D", "kernel_size": 2"#, on: [3, 2]), ["depthwise", "bias"]),
        (
            Row(#"{"type": "SeparableConv1D", "filters": 3, "kernel_size": 2"#, on: [3, 2]),
            ["depthwise", "pointwise", "bias"]
        ),
        (
            Row(#"{"type": "EinsumDense", "equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c""#, on: [2]),
            ["kernel", "bias"]
        ),
        (
            Row(#"{"type": "ConvLSTM2D", "filters": 2, "kernel_size": 1"#, on: [2, 3, 2, 1]),
            ["kernel", "recurrent", "bias"]
        ),
        (Row(#"{"type": "ReversibleEmbedding", "input_dim": 4, "output_dim": 3"#, on: [2]), ["embeddings"]),
    ]

    @Test(arguments: ruled)
    func `a weight has the regularizer and the constraint that its layer names`(row: Row, weights: [String]) throws {
        let rules = weights.map { #", "\#($0)_regularizer": "L2", "\#($0)_constraint": "NonNeg""# }.joined()

        let parameters = try network(row.input, "\(row.layer)\(rules)}").parameters

        #expect(parameters.count == weights.count)
        #expect(parameters.allSatisfy { $0.regularizer != nil && $0.constraint != nil })
    }
}
