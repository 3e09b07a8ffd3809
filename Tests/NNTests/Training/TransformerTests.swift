import JSON
import NN
import Testing

/// A language model of a few weights: places, causal attention, a tied table.
struct TransformerTests {
    /// Texts of two words in turn, some of them shorter, with the word that follows each.
    private func texts() -> TensorData {
        var numbers = TestNumbers(8)
        var (inputs, targets): ([Float], [Float]) = ([], [])
        for row in 0..<96 {
            let first = Float(1 + Int(numbers.next(in: 0...6.99)))
            let second = Float(1 + Int(numbers.next(in: 0...6.99)))
            let text = (0..<7).map { $0.isMultiple(of: 2) ? first : second }
            let length = row.isMultiple(of: 4) ? 4 : 6
            for step in 0..<6 {
                inputs.append(step < length ? text[step] : 0)
                targets.append(step < length ? text[step + 1] : 0)
            }
        }
        return TensorData(inputs: Tensor([96, 6], inputs), targets: Tensor([96, 6], targets), classes: 8)
    }

    private func model() throws -> Network {
        try network(
            [6],
            #"{"type": "TokenAndPositionEmbedding", "name": "words", "vocabulary_size": 8, "sequence_length": 6, "#
                + #""embedding_dim": 16, "mask_zero": true, "embeddings_initializer": "glorot_uniform"}"#,
            #"{"type": "RMSNormalization", "name": "x"}"#,
            #"{"type": "MultiHeadAttention", "name": "heads", "num_heads": 2, "key_dim": 8, "use_causal_mask": true, "#
                + #""dropout": 0.05, "inputs": ["x", "x"]}"#,
            #"{"type": "Add", "inputs": ["words", "heads"]}"#,
            #"{"type": "LayerNormalization"}"#,
            #"{"type": "Dense", "units": 16, "activation": "gelu"}"#,
            #"{"type": "Dense", "shares": "words", "activation": "softmax"}"#
        )
    }

    private func options() throws -> TrainingOptions {
        let text = #"""
            {"loss": {"type": "sparse_categorical_crossentropy", "label_smoothing": 0.02}, "metrics": ["accuracy"],
             "optimizer": {"type": "Adam", "learning_rate": 0.01}, "epochs": 40, "batch_size": 32}
            """#
        return try TrainingOptions(JSONDocument(parsing: text).root)
    }

    @Test func `it learns what comes next, and the same on two threads as on one`() throws {
        let (one, two) = try (
            trained(model(), options(), texts()), trained(model(), options(), texts(), threads: 2)
        )

        #expect(bits(one.weights) == bits(two.weights))
        // The second word of a text can't be known; the others can, from what stands two steps before.
        let found = try #require(try one.evaluate(texts()))
        #expect(found[1].name == "accuracy")
        #expect(found[1].value > 0.8, "\(found)")
    }
}
