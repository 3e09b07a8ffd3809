import JSON
import NN
import Testing

struct LossTests {
    /// A loss from the text of its JSON.
    private static func make(_ text: String) throws -> Loss { try loss(JSONDocument(parsing: text).root) }

    static let spellings: [(String, String)] = [
        (#""mse""#, "mean_squared_error"), (#""MeanSquaredError""#, "mean_squared_error"),
        (#""mean_squared_error""#, "mean_squared_error"), (#""mae""#, "mean_absolute_error"),
        (#""bce""#, "binary_crossentropy"), (#"{"type": "categorical_crossentropy"}"#, "categorical_crossentropy"),
        (
            #"{"type": "sparse_categorical_crossentropy", "label_smoothing": 0.25}"#,
            "sparse_categorical_crossentropy"
        ),
        (
            #"""
            {"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy", "config": {"name": "s",
             "reduction": "sum_over_batch_size", "from_logits": true, "ignore_class": null}}
            """#,
            "sparse_categorical_crossentropy"
        ),
    ]

    @Test(arguments: spellings)
    func `a loss is known by Keras's names`(text: String, name: String) throws {
        #expect(try Self.make(text).name == name)
    }

    @Test(arguments: spellings.map(\.0))
    func `written and read again a loss is the same`(text: String) throws {
        let loss = try Self.make(text)

        var json = JSONWriter()
        json.write(loss)

        #expect(try Self.make(json.text) == loss)
    }

    @Test func `an unknown loss and option are told with what is known`() throws {
        let unknown = try #require(throws: FaultyInput.self) { try Self.make(#""mean_square_error""#) }
        let option = try #require(throws: FaultyInput.self) { try Self.make(#"{"type": "mse", "delta": 1}"#) }
        let smoothing = try #require(throws: FaultyInput.self) {
            try Self.make(#"{"type": "sparse_categorical_crossentropy", "label_smoothing": 1.5}"#)
        }

        #expect(
            unknown.description == #"unknown loss "mean_square_error"; did you mean "mean_squared_error"? Known: "#
                + "binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy, "
                + "categorical_focal_crossentropy, categorical_generalized_cross_entropy, categorical_hinge, circle, "
                + "cosine_similarity, ctc, dice, hinge, huber, kl_divergence, log_cosh, mean_absolute_error, "
                + "mean_absolute_percentage_error, mean_squared_error, mean_squared_logarithmic_error, poisson, "
                + "sparse_categorical_crossentropy, squared_hinge, tversky"
        )
        #expect(smoothing.description == "/label_smoothing: expected a number from 0 to 1, found 1.5")
        #expect(option.description == #"/delta: unknown key "delta". Known: type, reduction, name, dtype"#)
    }

    static let rules: [(String, TargetDescription, Shape, TargetRule)] = [
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 10, shape: []), [10],
            TargetRule(shape: [], allowed: .labels(below: 10))
        ),
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 3, shape: [1]), [10],
            TargetRule(shape: [], allowed: .labels(below: 10))
        ),
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 3, shape: [7]), [7, 4],
            TargetRule(shape: [7], allowed: .labels(below: 4))
        ),
        (#""mse""#, .values(shape: []), [1], TargetRule(shape: [1], allowed: .anyNumber)),
        (#""mse""#, .values(shape: [7, 4]), [7, 4], TargetRule(shape: [7, 4], allowed: .anyNumber)),
        (#""mae""#, .labels(classes: 3, shape: []), [1], TargetRule(shape: [1], allowed: .anyNumber)),
        (#""bce""#, .labels(classes: 2, shape: []), [1], TargetRule(shape: [1], allowed: .fractions)),
        (#""categorical_crossentropy""#, .values(shape: [4]), [4], TargetRule(shape: [4], allowed: .fractions)),
    ]

    @Test(arguments: rules)
    func `a loss says what its targets must be`(
        text: String,
        target: TargetDescription,
        output: Shape,
        rule: TargetRule
    ) throws {
        #expect(try Self.make(text).rule(for: target, output: output) == rule)
    }

    static let mismatches: [(String, TargetDescription, Shape, String)] = [
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 10, shape: []), [9],
            #""sparse_categorical_crossentropy" needs one number a class, but the network gives [9] and the data has "#
                + "labels of 10 classes, one a sample; give the last layer at least 10 units"
        ),
        (
            #""sparse_categorical_crossentropy""#, .values(shape: [3]), [10],
            #""sparse_categorical_crossentropy" needs class labels, as numbers from 0 to 9, but the data has values, "#
                + #"[3] a sample; for values use "mean_squared_error""#
        ),
        (
            #""sparse_categorical_crossentropy""#, .values(shape: [3], look: .oneHot), [3],
            #""sparse_categorical_crossentropy" needs class labels, as numbers from 0 to 2, but the data has one-hot "#
                + #"rows, [3] a sample; use "categorical_crossentropy", which takes one-hot rows"#
        ),
        (
            #""sparse_categorical_crossentropy""#, .values(shape: [4], look: .oneHot), [3],
            #""sparse_categorical_crossentropy" needs class labels, as numbers from 0 to 2, but the data has one-hot "#
                + #"rows, [4] a sample; use "categorical_crossentropy", which takes one-hot rows, and give the last "#
                + "layer 4 units"
        ),
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 10, shape: []), [24, 24, 10],
            #""sparse_categorical_crossentropy" needs a target for each result, but the network gives [24, 24, 10] a "#
                + "sample, one for each of 24 × 24 places, and the data has labels of 10 classes, one a sample; put a "
                + "Flatten or GlobalAveragePooling2D layer before the last Dense layer"
        ),
        (
            #""categorical_crossentropy""#, .values(shape: [3], look: .oneHot), [5, 3],
            #""categorical_crossentropy" needs a target for each result, but the network gives [5, 3] a sample, one for "#
                + "each of 5 steps, and the data has one-hot rows, [3] a sample; let the last recurrent layer give its "
                + #"last step alone ("return_sequences": false), or put a Flatten or GlobalAveragePooling1D layer before "#
                + "the last Dense layer"
        ),
        (
            #""mse""#, .values(shape: [1]), [24, 1],
            #""mean_squared_error" needs a target for each result, but the network gives [24, 1] a sample, one for each "#
                + "of 24 steps, and the data has values, one a sample; let the last recurrent layer give its last step "
                + #"alone ("return_sequences": false), or put a Flatten or GlobalAveragePooling1D layer before the last "#
                + "Dense layer"
        ),
        (
            #""sparse_categorical_crossentropy""#, .values(shape: [5], look: .integers(0...2)), [3],
            #""sparse_categorical_crossentropy" needs class labels, as numbers from 0 to 2, but the data has whole "#
                + "numbers from 0 to 2, [5] a sample, and the network gives [3]; for a label a step the network gives a "
                + #"result a step ("return_sequences": true in its recurrent layers)"#
        ),
        (
            #""categorical_crossentropy""#, .values(shape: [1], look: .integers(0...2)), [3],
            #""categorical_crossentropy" needs a probability for each class, [3] a sample, but the data has whole "#
                + #"numbers from 0 to 2, one a sample; for class numbers use "sparse_categorical_crossentropy""#
        ),
        (
            #""mse""#, .labels(classes: 10, shape: []), [10],
            #""mean_squared_error" needs targets of the result's shape, [10], but the data has labels of 10 classes, one "#
                + #"a sample; for class labels use "sparse_categorical_crossentropy""#
        ),
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 2, shape: []), [1],
            #""sparse_categorical_crossentropy" needs a result with one number a class, but the network gives [1] and "#
                + #"the data has labels of 2 classes, one a sample; for two classes and a single number use "#
                + #""binary_crossentropy", or give the last layer 2 units"#
        ),
        (
            #""sparse_categorical_crossentropy""#, .labels(classes: 2, shape: [5]), [4, 3],
            #""sparse_categorical_crossentropy" needs labels of the shape [4], but the data has labels of 2 classes, "#
                + #"[5] a sample; for a label a step the network gives a result a step ("return_sequences": true in its "#
                + "recurrent layers)"
        ),
        (
            #""categorical_crossentropy""#, .labels(classes: 4, shape: []), [4],
            #""categorical_crossentropy" needs a probability for each class, [4] a sample, but the data has labels of "#
                + #"4 classes, one a sample; for labels use "sparse_categorical_crossentropy""#
        ),
        (
            #""mse""#, .values(shape: [2]), [3],
            #""mean_squared_error" needs targets of the result's shape, [3], but the data has values, [2] a sample; give "#
                + "the last layer 2 units"
        ),
        (
            #""mse""#, .values(shape: [3, 2]), [2, 3],
            #""mean_squared_error" needs targets of the result's shape, [2, 3], but the data has values, [3, 2] a "#
                + "sample; a model for them ends in a result of [3, 2]"
        ),
        (
            #""bce""#, .labels(classes: 3, shape: []), [1],
            #""binary_crossentropy" needs two classes, but the data has labels of 3 classes, one a sample; "#
                + #"use "sparse_categorical_crossentropy" and give the last layer 3 units"#
        ),
    ]

    @Test(arguments: mismatches)
    func `targets that don't fit are told with what does`(
        text: String,
        target: TargetDescription,
        output: Shape,
        sentence: String
    ) throws {
        let loss = try Self.make(text)

        let error = try #require(throws: TargetMismatch.self) { try loss.rule(for: target, output: output) }

        #expect(error.description == sentence)
    }

    /// The losses of a network that only applies a function, and their gradients by its input.
    private static func extreme(
        _ activation: String,
        _ text: String,
        inputs: Tensor,
        targets: Tensor
    ) throws -> (losses: [Float], gradients: [Float]) {
        let network = try network([inputs.shape[1]], #"{"type": "Activation", "activation": "\#(activation)"}"#)
        var trial = try NetworkTrial(network, samples: inputs)
        let target = try trial.graph.input("target", shape: targets.shape)
        trial.numbers[target] = targets.values
        let losses = try make(text).append(to: &trial.graph, prediction: trial.applied, target: target)
        let total = try trial.graph.sum(losses, axes: [0])
        let gradients = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]])
        let computed = try trial.evaluate([losses] + gradients)
        return (computed[0], computed[1])
    }

    @Test func `a certain softmax has an exact loss and gradient`() throws {
        let inputs = Tensor([2, 3], [200, 0, -200, 200, 0, -200])

        let (losses, gradients) = try Self.extreme(
            "softmax",
            #""sparse_categorical_crossentropy""#,
            inputs: inputs,
            targets: Tensor([2], [0, 2])
        )

        #expect(losses == [0, 400])
        #expect(gradients == [0, 0, 0, 1, 0, -1])
    }

    @Test func `a certain sigmoid has an exact loss and gradient`() throws {
        let inputs = Tensor([3, 1], [200, 200, 0])

        let (losses, gradients) = try Self.extreme(
            "sigmoid",
            #""bce""#,
            inputs: inputs,
            targets: Tensor([3, 1], [1, 0, 1])
        )

        #expect(losses == [0, 200, 0.693_147_2])
        #expect(gradients == [0, 1, -0.5])
    }

    @Test func `a probability of zero has a finite loss`() throws {
        let (losses, gradients) = try Self.extreme(
            "relu",
            #""sparse_categorical_crossentropy""#,
            inputs: Tensor([1, 2], [1, 0]),
            targets: Tensor([1], [1])
        )

        // Keras keeps probabilities 1e-7 from zero.
        #expect(abs(losses[0] - 16.118_095) < 1e-4)
        #expect(gradients.allSatisfy { $0.isFinite })
    }
}
