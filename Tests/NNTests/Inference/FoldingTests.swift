import JSON
import NN
import Testing

/// Batch normalization that answers, folded into the product before it.
struct FoldingTests {
    /// Networks with normalization behind products of every kind, in front of one, and where it can't be folded.
    private static let networks = [
        [#"{"type": "Conv2D", "filters": 5, "kernel_size": 3}"#, normalization, relu],
        [#"{"type": "Conv2D", "filters": 5, "kernel_size": 3, "use_bias": false}"#, normalization, normalization],
        [#"{"type": "DepthwiseConv2D", "kernel_size": 3}"#, normalization],
        [#"{"type": "Conv2D", "filters": 6, "kernel_size": 3, "groups": 3}"#, normalization, relu],
        [#"{"type": "Conv2D", "filters": 5, "kernel_size": 3, "activation": "tanh"}"#, normalization],
        [normalization, #"{"type": "Conv2D", "filters": 5, "kernel_size": 3}"#],
        [#"{"type": "Flatten"}"#, #"{"type": "Dense", "units": 7}"#, normalization, relu],
        [
            #"{"type": "Conv2D", "filters": 4, "kernel_size": 3, "name": "c"}"#,
            #"{"type": "BatchNormalization", "name": "n"}"#, #"{"type": "Add", "inputs": ["n", "c"]}"#,
        ],
    ]
    private static let normalization =
        #"{"type": "BatchNormalization", "gamma_initializer": {"type": "RandomUniform", "minval": 0.5, "maxval": 2}}"#
    private static let relu = #"{"type": "Activation", "activation": "relu"}"#

    private static func network(_ layers: [String]) throws -> Network {
        try NNTests.network(
            #"{"name": "n", "input_shape": [6, 7, 3], "layers": [\#(layers.joined(separator: ", "))]}"#
        )
    }

    @Test(arguments: networks.indices)
    func `answers are those of the layers one by one`(index: Int) throws {
        let network = try Self.network(Self.networks[index])
        var numbers = TestNumbers(index + 1)
        let weights = zip(network.parameters, network.initialWeights()).map { parameter, tensor in
            // A variance is positive; every other weight may be anything.
            let isVariance = parameter.name.hasSuffix("variance")
            return Tensor(tensor.shape, numbers.list(tensor.volume).map { isVariance ? 0.5 + $0 * $0 : $0 })
        }
        let samples = Tensor([4, 6, 7, 3], numbers.list(4 * 6 * 7 * 3))
        let trial = try NetworkTrial(network, samples: samples, weights: weights)
        let expected = try trial.evaluate([trial.applied.output])[0]

        let answers = try InferenceModel(try InferencePlans(network), weights: weights).makeWorker().predict(samples)

        #expect(relativeError(answers.values, expected) < 1e-5)
    }

    @Test func `normalization and a rectifier behind a product cost no step`() throws {
        let plain = try Self.network([#"{"type": "Conv2D", "filters": 5, "kernel_size": 3}"#, Self.relu])
        let normalized = try Self.network(Self.networks[0])

        #expect(try InferencePlans(normalized).steps(rows: 4) == InferencePlans(plain).steps(rows: 4))
        #expect(try InferencePlans(plain).steps(rows: 4).count == 1)
    }
}
