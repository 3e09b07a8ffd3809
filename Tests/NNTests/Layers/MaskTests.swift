import JSON
import NN
import Testing

/// Which steps count behind a layer: what `mask_propagation.json.gz` holds of Keras 3.15.1 on TensorFlow, and what no
/// reference can say.
struct MaskTests {
    private static let reference = try? Reference.document("mask_propagation.json.gz")

    /// The layers of the reference by its names for them; those that aren't here are left out.
    private static let layers = [
        "Dense": #""type": "Dense", "units": 2"#, "Dropout": #""type": "Dropout", "rate": 0.5"#,
        "Activation": #""type": "Activation", "activation": "relu""#,
        "LayerNormalization": #""type": "LayerNormalization""#,
        "BatchNormalization": #""type": "BatchNormalization""#,
        "SimpleRNN sequences": #""type": "SimpleRNN", "units": 2, "return_sequences": true"#,
        "SimpleRNN last": #""type": "SimpleRNN", "units": 2"#,
        "GRU sequences": #""type": "GRU", "units": 2, "return_sequences": true"#,
        "LSTM last": #""type": "LSTM", "units": 2"#,
        "Bidirectional sequences":
            #""type": "Bidirectional", "layer": {"type": "GRU", "units": 2, "return_sequences": true}"#,
        "TimeDistributed": #""type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}"#,
        "Conv1D": #""type": "Conv1D", "filters": 2, "kernel_size": 3"#,
        "Conv1D same": #""type": "Conv1D", "filters": 2, "kernel_size": 3, "padding": "same""#,
        "MaxPooling1D": #""type": "MaxPooling1D""#, "GlobalAveragePooling1D": #""type": "GlobalAveragePooling1D""#,
        "GlobalMaxPooling1D": #""type": "GlobalMaxPooling1D""#, "Flatten": #""type": "Flatten""#,
        "Reshape": #""type": "Reshape", "target_shape": [4, 2]"#, "Permute": #""type": "Permute", "dims": [2, 1]"#,
        "LeakyReLU": #""type": "LeakyReLU""#, "GaussianNoise": #""type": "GaussianNoise", "stddev": 1"#,
        "SpatialDropout1D": #""type": "SpatialDropout1D", "rate": 0.5"#,
        "Normalization": #""type": "Normalization", "mean": 0, "variance": 1"#,
        "Rescaling": #""type": "Rescaling", "scale": 2"#,
    ]

    /// The mask behind the layers of a network, a list of ones and zeros; nil where there is none.
    private func mask(_ network: Network, _ inputs: Tensor...) throws -> [Float]? {
        let trial = try NetworkTrial(network, inputs: inputs)
        return try trial.applied.outputs[0].mask.map { try trial.evaluate([$0])[0] }
    }

    @Test(arguments: layers.keys.sorted())
    func `a mask goes as far as Keras's does`(name: String) throws {
        let expected = try #require(Self.reference?[0]?["expected"]?[name])
        let network = try network([4, 2], #"{"type": "Masking"}"#, "{\(#require(Self.layers[name]))}")

        let found = try mask(network, Tensor([1, 4, 2], [1, 2, 3, 0, 0, 0, 0, 0]))

        let wanted = try expected.isNull ? nil : #require(expected[0]).elements.map { value in try value.float() }
        #expect(found == wanted)
    }

    @Test(arguments: [
        "Add", "Multiply", "Average", "Maximum", "Subtract", "Concatenate last axis", "Concatenate time axis",
    ])
    func `the masks of merged values are merged as Keras does`(name: String) throws {
        let expected = try #require(Self.reference?[1]?["expected"]?[name]?[0])
        let type = name.split(separator: " ")[0]
        let axis = name.hasSuffix("time axis") ? #", "axis": 1"# : ""
        let network = try network(
            """
            {"name": "m", "layers": [
              {"type": "InputLayer", "name": "a", "shape": [4, 2]}, {"type": "InputLayer", "name": "b", "shape": [4, 2]},
              {"type": "Masking", "name": "one", "inputs": ["a"]}, {"type": "Masking", "name": "two", "inputs": ["b"]},
              {"type": "\(type)"\(axis), "inputs": ["one", "two"]}]}
            """
        )

        let found = try mask(
            network,
            Tensor([1, 4, 2], [1, 1, 1, 1, 0, 0, 0, 0]),
            Tensor([1, 4, 2], [1, 1, 0, 0, 1, 1, 0, 0])
        )

        #expect(try found == expected.elements.map { value in try value.float() })
    }

    @Test(arguments: [
        "RMSNormalization", "UnitNormalization", #"GroupNormalization", "groups": 1, "name": "g"#, "RotaryEmbedding",
    ])
    func `a mask goes on behind what changes every step by itself`(type: String) throws {
        let network = try network([4, 2], #"{"type": "Masking"}"#, #"{"type": "\#(type)"}"#)

        #expect(try mask(network, Tensor([1, 4, 2], [1, 2, 3, 0, 0, 0, 0, 0])) == [1, 1, 0, 0])
    }

    @Test(arguments: [#""PositionEmbedding", "sequence_length": 4"#, #""SinePositionEncoding""#])
    func `a mask is still there once positions are added`(position: String) throws {
        let network = try network(
            [4, 2],
            #"{"type": "Masking", "name": "x"}"#,
            #"{"type": \#(position), "name": "p"}"#,
            #"{"type": "Add", "inputs": ["x", "p"]}"#
        )

        #expect(try mask(network, Tensor([1, 4, 2], [1, 2, 3, 0, 0, 0, 0, 0])) == [1, 1, 0, 0])
    }

    @Test(arguments: [
        #"{"type": "Reshape", "target_shape": [3, 2]}"#, #"{"type": "Permute", "dims": [1, 2]}"#,
        #"{"type": "MaxPooling1D", "pool_size": 1}"#, #"{"type": "AveragePooling1D", "pool_size": 1}"#,
    ])
    func `a layer that ends masks ends them also where it changes no number`(layer: String) throws {
        let network = try network([3, 2], #"{"type": "Masking"}"#, layer, #"{"type": "GlobalAveragePooling1D"}"#)
        let input = Tensor([1, 3, 2], [3, 6, 0, 0, 0, 0])
        let trial = try NetworkTrial(network, samples: input)

        #expect(try trial.evaluate([trial.applied.output])[0] == [1, 2])
    }

    @Test func `a softmax is the same beside other rows, whatever masks they have`() throws {
        let network = try network(
            [3, 3],
            #"{"type": "Masking"}"#,
            #"{"type": "Softmax"}"#
        )
        let rows = Tensor(
            [3, 3, 3],
            [1, 2, 3, 3, 1, 2, 0, 0, 0, 0, 0, 0, 4, 2, 1, 5, 5, 6, 1, 0, 1, 0, 0, 0, 2, 1, 2]
        )
        let together = try NetworkTrial(network, samples: rows)
        let all = try together.evaluate([together.applied.output])[0]

        for row in 0..<3 {
            let trial = try NetworkTrial(
                network,
                samples: Tensor([1, 3, 3], Array(rows.values[row * 9..<row * 9 + 9]))
            )
            #expect(try trial.evaluate([trial.applied.output])[0] == Array(all[row * 9..<row * 9 + 9]))
        }
        #expect(all[0..<3].elementsEqual([0.09003057, 0.24472848, 0.6652409], by: { abs($0 - $1) < 1e-6 }))
    }

    @Test func `a value's mask ends at one layer and goes on at another`() throws {
        // Both branches see the same numbers, the one with the mask, the other behind a Reshape that changes nothing.
        let network = try network(
            """
            {"name": "m", "input_shape": [2, 1], "layers": [
              {"type": "Masking", "name": "masked"},
              {"type": "Reshape", "name": "bare", "target_shape": [2, 1], "inputs": ["masked"]},
              {"type": "GlobalAveragePooling1D", "name": "one", "inputs": ["masked"]},
              {"type": "GlobalAveragePooling1D", "name": "two", "inputs": ["bare"]}], "outputs": ["one", "two"]}
            """
        )
        let trial = try NetworkTrial(network, samples: Tensor([1, 2, 1], [2, 0]))

        #expect(try trial.evaluate(trial.applied.outputs.map(\.output)) == [[2], [1]])
    }

    @Test func `a row of padding alone averages to zero, and trains`() throws {
        let network = try network(
            [3],
            #"{"type": "Embedding", "input_dim": 4, "output_dim": 2, "mask_zero": true}"#,
            #"{"type": "GlobalAveragePooling1D"}"#,
            #"{"type": "Dense", "units": 1, "bias_initializer": "ones"}"#
        )
        let trial = try NetworkTrial(network, samples: Tensor([2, 3], [0, 0, 0, 1, 2, 0]))
        #expect(try trial.evaluate([trial.applied.output])[0][0] == 1)
        let data = TensorData(inputs: Tensor([2, 3], [0, 0, 0, 1, 2, 0]), targets: Tensor([2, 1], [1, 2]))

        let session = try trained(network, options("mse", #""epochs": 3"#), data)

        #expect(session.history.allSatisfy { $0.measurements[0].value.isFinite })
        #expect(session.weights.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    }

    @Test func `where nothing counts, loss and metrics are zero`() throws {
        let network = try network(
            [2],
            #"{"type": "Embedding", "input_dim": 3, "output_dim": 2, "mask_zero": true}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        let data = TensorData(
            inputs: Tensor([2, 2], [0, 0, 0, 0]),
            targets: Tensor([2, 2], [0, 1, 2, 1]),
            classes: 3
        )
        let metrics = #"["accuracy", "perplexity", "precision", "recall", "f1_score", "confusion_matrix"]"#
        let options = try options("sparse_categorical_crossentropy", #""metrics": \#(metrics)"#)
        let session = try TrainingSession(network: network, options: options, data: data, threads: 1)

        let found = try #require(try session.evaluate(data))

        #expect(found.map(\.value) == [0, 0, 0, 0, 0, 0, 0])
        #expect(found.last?.matrix == [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
    }

    /// A network that answers its input, 9 marking what doesn't count, and four rows of three steps.
    private func measured(_ loss: String, _ metrics: String, classes: Int?, _ targets: Tensor) throws -> [Measurement] {
        let input = Tensor(
            [2, 3, 2],
            [0.8, 0.2, 0.3, 0.7, 9, 9, 0.6, 0.4, 9, 9, 9, 9]
        )
        let network = try network([3, 2], #"{"type": "Masking", "mask_value": 9}"#)
        let data = TensorData(inputs: input, targets: targets, classes: classes)
        let options = try options(loss, #""metrics": \#(metrics), "batch_size": 1"#)
        let session = try TrainingSession(network: network, options: options, data: data, threads: 1)
        return try #require(try session.evaluate(data))
    }

    @Test func `a confusion matrix, precision and recall are of the steps that count`() throws {
        let found = try measured(
            "sparse_categorical_crossentropy",
            #"["confusion_matrix", "accuracy", "precision", "recall", "f1_score"]"#,
            classes: 2,
            Tensor([2, 3], [0, 0, 1, 0, 1, 1])
        )

        #expect(found[1].matrix == [[2, 1], [0, 0]])
        #expect(abs(found[2].value - 2.0 / 3) < 1e-12)
        #expect(abs(found[3].value - 0.5) < 1e-12)
        #expect(abs(found[4].value - 1.0 / 3) < 1e-12)
        #expect(abs(found[5].value - 0.4) < 1e-12)
    }

    @Test func `the area under the curve and R² are of the steps that count`() throws {
        // What counts is 0.8 0.2, 0.3 0.7 and 0.6 0.4, against 1 0, 0 1 and 0 0.
        let targets = Tensor([2, 3, 2], [1, 0, 0, 1, 5, 7, 0, 0, 7, 7, 7, 7].map { min($0, 1) })
        let found = try measured("binary_crossentropy", #"["auc", "binary_accuracy"]"#, classes: nil, targets)
        // Both ones stand above all four zeros.
        #expect(abs(found[1].value - 1) < 1e-9)
        #expect(abs(found[2].value - 5.0 / 6) < 1e-12)

        let r2 = try measured("mse", #"["r2_score"]"#, classes: nil, targets)

        let (first, second) = (0.04 + 0.09 + 0.36, 0.04 + 0.09 + 0.16)
        let variance = 2.0 / 3
        #expect(abs(r2[1].value - ((1 - first / variance) + (1 - second / variance)) / 2) < 1e-6)
    }
}
