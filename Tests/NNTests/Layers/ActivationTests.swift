import Foundation
import NN
import Testing

struct ActivationTests {
    /// The function and its derivative at some numbers.
    private static func derivative(_ name: String, at numbers: [Float]) throws -> (values: [Float], slopes: [Float]) {
        let network = try network([numbers.count], #"{"type": "Activation", "activation": "\#(name)"}"#)
        var trial = try NetworkTrial(network, samples: Tensor([1, numbers.count], numbers))
        let total = try trial.graph.sum(trial.applied.output, axes: [0, 1])
        let gradient = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]])
        let computed = try trial.evaluate([trial.applied.output] + gradient)
        return (computed[0], computed[1])
    }

    /// The slope at zero of each function that has one; zeros are common while weights start at zero.
    static let slopes: [(String, Float)] = [
        ("linear", 1), ("elu", 1), ("selu", 1.050_701), ("sigmoid", 0.25), ("hard_sigmoid", 1 / 6), ("silu", 0.5),
        ("hard_sigmoid_keras2", 0.2), ("tanh", 1), ("softplus", 0.5), ("softsign", 1), ("exponential", 1),
    ]

    @Test(arguments: slopes)
    func `the slope at zero is that of the function`(name: String, slope: Float) throws {
        let computed = try Self.derivative(name, at: [0]).slopes[0]

        #expect(abs(computed - slope) < 1e-6)
    }

    @Test(arguments: ["sigmoid", "hard_sigmoid", "silu", "tanh", "softplus", "softsign", "elu", "selu", "relu6"])
    func `far from zero nothing overflows`(name: String) throws {
        let (values, slopes) = try Self.derivative(name, at: [-1e4, -200, 200, 1e4])

        #expect(values.allSatisfy { $0.isFinite })
        #expect(slopes.allSatisfy { $0.isFinite })
    }

    @Test func `the hard sigmoid of Keras 2 has its own slope and ends`() throws {
        let numbers: [Float] = [-3, -2.5, -1, 0, 2, 2.4, 2.6, 3]
        let (values, _) = try Self.derivative("hard_sigmoid_keras2", at: numbers)

        for (value, number) in zip(values, numbers) { #expect(abs(value - min(max(0.2 * number + 0.5, 0), 1)) < 1e-6) }
    }

    @Test(arguments: [("swish", "silu"), ("SiLU", nil), ("ReLU", nil)] as [(String, String?)])
    func `a name means a function, as Keras spells it`(name: String, meaning: String?) {
        #expect(ActivationKind.named(name)?.name == meaning)
    }

    @Test func `the last function of a network is remembered with its argument`() throws {
        let network = try network([3], #"{"type": "Dense", "units": 2, "activation": "softmax"}"#)
        let trial = try NetworkTrial(network, samples: Tensor([1, 3], [1, 2, 3]))
        let logits = try #require(trial.applied.logits)

        let computed = try trial.evaluate([trial.applied.output, logits])

        #expect(network.outputActivation == .softmax)
        #expect(trial.applied.activation == .softmax)
        let ratio = computed[0][0] / computed[0][1]
        #expect(abs(ratio - exp(computed[1][0] - computed[1][1])) < 1e-5 * ratio)
    }
}
