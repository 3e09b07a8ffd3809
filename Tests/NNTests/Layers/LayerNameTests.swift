import JSON
import NN
import Testing

/// Names that mean the same, and layers that are applied again in another direction.
struct LayerNameTests {
    @Test(arguments: [
        (#""MaxPool2D""#, "MaxPooling2D"), (#""AvgPool2D""#, "AveragePooling2D"),
        (#""GlobalMaxPool2D""#, "GlobalMaxPooling2D"), (#""GlobalAvgPool2D""#, "GlobalAveragePooling2D"),
        (#""Convolution2D", "filters": 1, "kernel_size": 1"#, "Conv2D"),
        (#""Convolution2DTranspose", "filters": 1, "kernel_size": 1"#, "Conv2DTranspose"),
        (#""SeparableConvolution2D", "filters": 1, "kernel_size": 1"#, "SeparableConv2D"),
    ])
    func `a layer is shown by Keras's own name`(given: String, name: String) throws {
        let network = try network([4, 4, 2], #"{"type": \#(given)}"#)

        var json = JSONWriter()
        network.definition.write(to: &json)
        let written = try JSONDocument(parsing: json.bytes).root

        #expect(try written["layers"]?[0]?["type"]?.string() == name)
        #expect(network.definition.layers[0].type == name)
    }

    @Test func `only a reversible embedding is applied again in reverse`() throws {
        let error = try #require(throws: FaultyInput.self) {
            try network(
                [3],
                #"{"type": "Dense", "units": 3, "name": "d"}"#,
                #"{"reuse": "d", "name": "e", "reverse": true}"#
            )
        }

        #expect(
            error.faults.map(\.description) == [
                #"/layers/1/reverse: expected false, or the reuse of a ReversibleEmbedding; "d" is Dense"#
            ]
        )
    }

    @Test func `a dense layer may share the table of a reversible embedding`() throws {
        let network = try network(
            [3],
            #"{"type": "ReversibleEmbedding", "input_dim": 5, "output_dim": 2, "name": "words"}"#,
            #"{"type": "Dense", "shares": "words", "use_bias": false}"#
        )

        #expect(network.parameters.map(\.name) == ["words/embeddings"])
        #expect(network.outputs[0].shape == [3, 5])
    }

    @Test func `the size of results adds to the loss of a batch`() throws {
        let network = try network([2], #"{"type": "ActivityRegularization", "l1": 0.5, "l2": 2}"#)
        let samples = Tensor([2, 2], [1, -2, 3, 0])
        let trial = try NetworkTrial(network, samples: samples, key: [1, 2, 3, 4])

        let penalty = try trial.evaluate([#require(trial.applied.penalty)])[0]

        // Half of |1| + |-2| + |3| and twice their squares, 3 + 28, over two rows.
        #expect(penalty == [15.5])
    }

    @Test func `spectral normalization leaves a frozen layer and a kernel of zeros as they are`() throws {
        let samples = Tensor([1, 2], [1, 2])
        let frozen = try network(
            [2],
            #"{"type": "SpectralNormalization", "layer": {"type": "Dense", "units": 2}, "trainable": false}"#
        )
        let trial = try NetworkTrial(frozen, samples: samples, key: [1, 2, 3, 4])
        #expect(trial.applied.updates.isEmpty)

        let zeros = try network(
            [2],
            #"""
            {"type": "SpectralNormalization",
             "layer": {"type": "Dense", "units": 2, "kernel_initializer": "zeros", "bias_initializer": "ones"}}
            """#
        )
        let weights = [Tensor([1, 2], [0.5, 0.25]), Tensor([2, 2], [0, 0, 0, 0]), Tensor([2], [1, 1])]
        let own = try NetworkTrial(zeros, samples: samples, weights: weights, key: [1, 2, 3, 4])
        let found = try own.evaluate([own.applied.output] + own.applied.updates.map(\.value))

        #expect(found == [[1, 1], [0, 0, 0, 0], [0.5, 0.25]])
    }
}
