import NN
import Testing

/// Regularizers and constraints against their formulas.
struct WeightRuleTests {
    /// A dense layer on two features with the weights 3, −1 and 4, 2, and a bias of 0.5 and −2.
    private func trial(_ arguments: String, batchRows: Int? = nil) throws -> NetworkTrial {
        try NetworkTrial(
            network([2], #"{"type": "Dense", "units": 2, \#(arguments)}"#),
            samples: Tensor([2, 2], [1, 0, 0, 1]),
            weights: [Tensor([2, 2], [3, -1, 4, 2]), Tensor([2], [0.5, -2])],
            key: [1, 2, 3, 4],
            batchRows: batchRows
        )
    }

    static let penalties: [(String, Float)] = [
        (#""kernel_regularizer": "l2""#, 0.3),
        (#""kernel_regularizer": {"type": "L1", "l1": 0.5}"#, 5),
        (#""bias_regularizer": {"class_name": "L1L2", "config": {"l1": 2, "l2": 4}}"#, 5 + 17),
        (#""kernel_regularizer": "l1_l2""#, 0.1 + 0.3),
        (#""kernel_regularizer": "l2", "bias_regularizer": "l1""#, 0.3 + 0.025),
        // The results of the two rows are 3.5, −3 and 4.5, 0.
        (#""activity_regularizer": {"type": "L1", "l1": 1}"#, 11 / 2),
    ]

    @Test(arguments: penalties)
    func `a regularizer adds its formula to the loss`(arguments: String, penalty: Float) throws {
        let trial = try trial(arguments)

        let computed = try trial.evaluate([#require(trial.applied.penalty)])[0]

        #expect(abs(computed[0] - penalty) < 1e-5)
    }

    @Test func `a part of a batch bears its part of the penalty`() throws {
        let weights = try trial(#""kernel_regularizer": "l2""#, batchRows: 8)
        let results = try trial(#""activity_regularizer": "l1""#, batchRows: 8)

        #expect(try abs(weights.evaluate([#require(weights.applied.penalty)])[0][0] - 0.075) < 1e-6)
        #expect(try abs(results.evaluate([#require(results.applied.penalty)])[0][0] - 0.11 / 8) < 1e-6)
    }

    @Test func `nothing is added where there is no regularizer, the layer is frozen or the network only answers`()
        throws
    {
        let network = try network([2], #"{"type": "Dense", "units": 2, "kernel_regularizer": "l2"}"#)
        let answering = try NetworkTrial(network, samples: Tensor([1, 2], [1, 0]))

        #expect(answering.applied.penalty == nil)
        #expect(try trial(#""use_bias": true"#).applied.penalty == nil)
        #expect(try trial(#""kernel_regularizer": "l2", "trainable": false"#).applied.penalty == nil)
    }

    static let constraints: [(String, [Float])] = [
        (#"{"type": "MaxNorm", "max_value": 2.5}"#, [1.5, -1, 2, 2]),
        (#"{"type": "MaxNorm", "max_value": 10, "axis": [0, 1]}"#, [3, -1, 4, 2]),
        (#""non_neg""#, [3, 0, 4, 2]),
        (#"{"type": "UnitNorm", "axis": 0}"#, [0.6, -0.447_213_6, 0.8, 0.894_427_2]),
        (
            #"{"type": "MinMaxNorm", "min_value": 3, "max_value": 4, "rate": 0.5}"#,
            [2.7, -1.170_820_4, 3.6, 2.341_640_8]
        ),
    ]

    @Test(arguments: constraints)
    func `a constraint gives its formula`(constraint: String, expected: [Float]) throws {
        let trial = try trial(#""kernel_constraint": \#(constraint)"#)
        let rule = try #require(trial.network.parameters[0].constraint)
        var graph = trial.graph

        let constrained = try rule.append(to: &graph, trial.weights[0])
        let computed = try evaluate(graph, trial.numbers, [constrained])[0]

        #expect(relativeError(computed, expected) < 1e-6)
        #expect(trial.network.parameters[1].constraint == nil)
    }
}
