import AllocationCount
import JSON
import NN
import Testing

/// What a running plan may take from the allocator: nothing, apart from what oneDNN keeps its own books with.
@Suite(.enabled(if: allocation_count_works()))
struct AllocationTests {
    private static let networks = [
        #"{"name": "lenet", "input_shape": [28, 28, 1], "layers": [{"type": "Conv2D", "filters": 6, "kernel_size": 5, "#
            + #""padding": "same", "activation": "tanh"}, {"type": "AveragePooling2D"}, {"type": "Conv2D", "#
            + #""filters": 16, "kernel_size": 5, "activation": "tanh"}, {"type": "AveragePooling2D"}, "#
            + #"{"type": "Flatten"}, {"type": "Dense", "units": 120, "activation": "tanh"}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "vgg", "input_shape": [16, 16, 3], "layers": [{"type": "Conv2D", "filters": 32, "kernel_size": 3, "#
            + #""padding": "same"}, {"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu"}, "#
            + #"{"type": "MaxPooling2D"}, {"type": "Dropout", "rate": 0.5}, {"type": "Flatten"}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "gru", "input_shape": [12, 8], "layers": [{"type": "GRU", "units": 24}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "lstm", "input_shape": [12, 8], "layers": [{"type": "LSTM", "units": 24}, "#
            + #"{"type": "Dense", "units": 10, "activation": "softmax"}]}"#,
        #"{"name": "characters", "input_shape": [12], "layers": [{"type": "Embedding", "input_dim": 30, "#
            + #""output_dim": 8}, {"type": "GRU", "units": 16}, {"type": "Dense", "units": 10, "#
            + #""activation": "softmax"}]}"#,
        #"{"name": "transformer", "input_shape": [12], "layers": [{"type": "TokenAndPositionEmbedding", "name": "x", "#
            + #""vocabulary_size": 10, "sequence_length": 12, "embedding_dim": 8, "mask_zero": true}, "#
            + #"{"type": "MultiHeadAttention", "name": "a", "num_heads": 2, "key_dim": 4, "use_causal_mask": true, "#
            + #""inputs": ["x", "x"]}, {"type": "Add", "name": "s", "inputs": ["x", "a"]}, "#
            + #"{"type": "RMSNormalization"}, {"type": "GlobalAveragePooling1D"}, "#
            + #"{"type": "Dense", "shares": "x", "activation": "softmax"}]}"#,
    ]

    @Test func `the counter counts`() {
        let before = allocation_count()
        let list = [Int](unsafeUninitializedCapacity: 1000) { $1 = 1000 }

        #expect(allocation_count() > before)
        #expect(list.count == 1000)
    }

    @Test(arguments: networks, ProductPrecision.allCases.filter { $0.obstacle == nil })
    func `a training step allocates nothing`(definition: String, precision: ProductPrecision) throws {
        let network = try network(definition)
        let rows = 64
        var numbers = TestNumbers(1)
        let data = TensorData(
            inputs: Tensor(
                network.inputShape.batched(rows),
                numbers.list(rows * network.inputShape.volume, in: 0...1).map { network.inputShape.rank == 1 ? 0 : $0 }
            ),
            targets: Tensor([rows], (0..<rows).map { Float($0 % 10) }),
            classes: 10
        )
        let options = try TrainingOptions(
            JSONDocument(
                parsing: #"{"epochs": 3, "batch_size": 16, "optimizer": "adam", "#
                    + #""loss": "sparse_categorical_crossentropy", "precision": "\#(precision.rawValue)"}"#
            ).root
        )
        let session = try TrainingSession(network: network, options: options, data: data, threads: 1)
        var counts: [Int] = []
        counts.reserveCapacity(100)

        _ = try session.run { _, event in
            if case .step = event { counts.append(allocation_count()) }
            return .proceed
        }

        // The steps within an epoch that are not its first; the first epoch makes the plans.
        let steps = zip(counts, counts.dropFirst()).map { $1 - $0 }
        #expect(counts.count == 12)
        for step in [4, 5, 6, 8, 9, 10] { #expect(steps[step] == 0, "step \(step + 1)") }
    }

    @Test(arguments: networks)
    func `an answer allocates nothing`(definition: String) throws {
        let network = try network(definition)
        let worker = InferenceModel(try InferencePlans(network), weights: network.initialWeights()).makeWorker()
        let inputs = [Float](repeating: 0.5, count: 8 * network.inputShape.volume)
        var answers = [Float](repeating: 0, count: 8 * network.outputShape.volume)
        var counts: [Int] = []
        counts.reserveCapacity(10)

        for _ in 0..<4 {
            for rows in [1, 8] {
                let before = allocation_count()
                try inputs.withUnsafeBufferPointer { inputs in
                    try answers.withUnsafeMutableBufferPointer { answers in
                        try worker.predict(
                            rows: rows,
                            UnsafeBufferPointer(rebasing: inputs[..<(rows * network.inputShape.volume)]),
                            into: UnsafeMutableBufferPointer(rebasing: answers[..<(rows * network.outputShape.volume)])
                        )
                    }
                }
                counts.append(allocation_count() - before)
            }
        }

        #expect(counts.dropFirst(2).allSatisfy { $0 == 0 })
    }
}
