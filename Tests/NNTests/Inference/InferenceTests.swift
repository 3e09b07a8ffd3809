import JSON
import NN
import Testing

struct InferenceTests {
    /// Networks whose kernels a library may choose by the number of rows.
    static let networks: [String] = [
        #"{"name": "dense", "input_shape": [37], "layers": [{"type": "Dense", "units": 53, "activation": "relu"}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "conv", "input_shape": [12, 12, 1], "layers": [{"type": "Conv2D", "filters": 6, "kernel_size": 5, "#
            + #""padding": "same", "activation": "tanh"}, {"type": "AveragePooling2D"}, {"type": "Conv2D", "#
            + #""filters": 16, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"}, "#
            + #"{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "gru", "input_shape": [9, 3], "layers": [{"type": "GRU", "units": 21}, "#
            + #"{"type": "Dense", "units": 1}]}"#,
        #"{"name": "lstm", "input_shape": [6, 5], "layers": [{"type": "LSTM", "units": 40}, "#
            + #"{"type": "Dense", "units": 3}]}"#,
        #"{"name": "wide", "input_shape": [1100], "layers": [{"type": "Dense", "units": 777, "activation": "relu"}, "#
            + #"{"type": "Dense", "units": 2}]}"#,
        #"{"name": "rnn", "input_shape": [7, 3], "layers": [{"type": "SimpleRNN", "units": 19}, "#
            + #"{"type": "Dense", "units": 2}]}"#,
        #"{"name": "normalized", "input_shape": [10, 10, 3], "layers": [{"type": "Conv2D", "filters": 16, "#
            + #""kernel_size": 3, "padding": "same"}, {"type": "BatchNormalization"}, {"type": "Activation", "#
            + #""activation": "relu"}, {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 4}]}"#,
        #"{"name": "gru", "input_shape": [5, 8], "layers": [{"type": "GRU", "units": 16, "reset_after": false, "#
            + #""return_sequences": true}, {"type": "Dense", "units": 4}]}"#,
        #"{"name": "heads", "input_shape": [9, 12], "layers": [{"type": "Dense", "name": "x", "units": 12}, "#
            + #"{"type": "MultiHeadAttention", "num_heads": 3, "key_dim": 5, "use_causal_mask": true, "#
            + #""inputs": ["x", "x"]}, {"type": "Dense", "units": 4}]}"#,
    ]

    @Test(arguments: networks)
    func `the bits of an answer do not depend on what shares its batch`(definition: String) throws {
        let network = try network(definition)
        let worker = InferenceModel(try InferencePlans(network), weights: network.initialWeights()).makeWorker()
        var numbers = TestNumbers(4)
        let width = network.inputShape.volume
        let outputWidth = network.outputShape.volume
        let rows = (0..<40).map { _ in numbers.list(width) }
        let alone = try rows.map { try worker.predict(Tensor(network.inputShape.batched(1), $0)).values }

        for _ in 0..<60 {
            let count = 1 + Int(numbers.next(in: 0...69))
            let mix = (0..<count).map { _ in min(Int(numbers.next(in: 0...40)), 39) }
            let batch = Tensor(network.inputShape.batched(count), mix.flatMap { rows[$0] })
            let answers = try worker.predict(batch).values
            for (place, row) in mix.enumerated() {
                let answer = answers[place * outputWidth..<(place + 1) * outputWidth]
                #expect(answer.map(\.bitPattern) == alone[row].map(\.bitPattern), "row \(place) of \(count)")
            }
        }
    }

    // Without AVX-512, oneDNN's products of few rows have other bits, and such rows run in a larger bucket.
    @Test(.enabled(if: Processor.runsAVX512), arguments: networks)
    func `a single row runs in a bucket of its own`(definition: String) throws {
        let plans = try InferencePlans(network(definition))

        #expect(try plans.usableBuckets().first == 1)
        #expect(plans.greatestBucket == 32)
        #expect(plans.workerBytes > 32 * 4 * plans.network.inputShape.volume)
    }

    @Test func `answers are the network's`() throws {
        let network = try network(Self.networks[1])
        var numbers = TestNumbers(5)
        let samples = Tensor(network.inputShape.batched(3), numbers.list(3 * network.inputShape.volume))
        let trial = try NetworkTrial(network, samples: samples)
        let expected = try trial.evaluate([trial.applied.output])[0]

        let model = InferenceModel(try InferencePlans(network), weights: network.initialWeights())
        let answers = try model.makeWorker().predict(samples)

        #expect(answers.shape == [3, 10])
        // Buckets of another size may add in another order.
        #expect(relativeError(answers.values, expected) < 1e-5)
    }

    @Test func `workers of two versions answer at the same time, each with its own weights`() async throws {
        let network = try network(Self.networks[0])
        let plans = try InferencePlans(network)
        let versions = [network.initialWeights(), network.initialWeights().map { Tensor(repeating: 0.01, $0.shape) }]
        let models = versions.map { InferenceModel(plans, weights: $0) }
        var numbers = TestNumbers(6)
        let samples = Tensor(network.inputShape.batched(7), numbers.list(7 * network.inputShape.volume))
        let expected = try models.map { try $0.makeWorker().predict(samples) }

        let answers = try await withThrowingTaskGroup(of: (Int, [Tensor]).self) { group in
            for (version, model) in models.enumerated() {
                group.addTask {
                    let worker = model.makeWorker()
                    return (version, try (0..<50).map { _ in try worker.predict(samples) })
                }
            }
            return try await group.reduce(into: [(Int, [Tensor])]()) { $0.append($1) }
        }

        #expect(expected[0] != expected[1])
        for (version, tensors) in answers {
            #expect(tensors.allSatisfy { $0 == expected[version] })
        }
    }

    @Test func `no rows get no answers`() throws {
        let network = try network(Self.networks[0])
        let model = InferenceModel(try InferencePlans(network), weights: network.initialWeights())

        #expect(try model.makeWorker().predict(Tensor([0, 37], [])) == Tensor([0, 10], []))
    }
}
