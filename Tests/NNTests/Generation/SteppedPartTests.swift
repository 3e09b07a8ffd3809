import JSON
import NN
import Testing

/// Steps that a network takes together, held against the same steps one by one.
struct SteppedPartTests {
    private static let sequence = #"{"type": "InputLayer", "name": "x", "shape": [7, 3]},"#
    private static let tokens =
        #"{"type": "InputLayer", "name": "x", "shape": [7]}, {"type": "Embedding", "input_dim": 9, "output_dim": 4},"#

    /// Layers that take many steps at once.
    private static let taking = [
        sequence + #"{"type": "GRU", "units": 5, "return_sequences": true}, {"type": "Dense", "units": 4}"#,
        tokens + #"{"type": "GRU", "units": 70, "return_sequences": true}, {"type": "Dense", "units": 4}"#,
        sequence
            + #"{"type": "GRU", "units": 5, "return_sequences": true, "reset_after": false, "activation": "relu"}, "#
            + #"{"type": "LSTM", "units": 33, "return_sequences": true}, {"type": "LayerNormalization"}, "#
            + #"{"type": "SimpleRNN", "units": 6, "return_sequences": true}, {"type": "Dense", "units": 4}"#,
        sequence
            + #"{"type": "RNN", "cell": [{"type": "GRUCell", "units": 4}, {"type": "LSTMCell", "units": 5}], "#
            + #""return_sequences": true, "name": "a"}, {"type": "UnitNormalization"}, {"type": "PReLU", "shared_axes": [1]}, "#
            + #"{"type": "SimpleRNN", "units": 5, "return_sequences": true}, "#
            + #"{"type": "Add", "inputs": ["a", "simple_rnn"]}, "#
            + #"{"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}}"#,
        sequence
            + #"{"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal", "activation": "relu"}, "#
            + #"{"type": "Conv1D", "filters": 6, "kernel_size": 2, "padding": "causal", "dilation_rate": 40, "groups": 2}, "#
            + #"{"type": "Conv1D", "filters": 4, "kernel_size": 1, "padding": "same", "use_bias": false}, "#
            + #"{"type": "RMSNormalization"}, {"type": "GRU", "units": 5, "return_sequences": true}"#,
        // A decoder that begins with an encoder's state.
        #"{"type": "InputLayer", "name": "source", "shape": [5]}, "#
            + #"{"type": "Embedding", "input_dim": 9, "output_dim": 4, "mask_zero": true, "name": "words"}, "#
            + #"{"type": "GRU", "units": 6, "return_sequences": true, "return_state": true, "name": "encoder"}, "#
            + #"{"type": "InputLayer", "name": "x", "shape": [7]}, "#
            + #"{"type": "Embedding", "input_dim": 9, "output_dim": 4, "mask_zero": true, "inputs": ["x"], "name": "own"}, "#
            + #"{"type": "GRU", "units": 6, "return_sequences": true, "inputs": ["own", "encoder:1"], "name": "decoder"}, "#
            + #"{"type": "LSTM", "units": 4, "return_sequences": true}, {"type": "Dense", "units": 9}"#,
        tokens + #"{"type": "Dense", "units": 200, "activation": "gelu"}, "#
            + #"{"type": "GRU", "units": 256, "return_sequences": true}, {"type": "Dense", "units": 4}"#,
    ]

    /// Layers that take one step at a time, and such as remember nothing.
    private static let others = [
        tokens + #"{"type": "Dense", "units": 4}"#,
        sequence + #"{"type": "SinePositionEncoding"}, {"type": "GRU", "units": 5, "return_sequences": true}"#,
        sequence
            + #"{"type": "GRU", "units": 4, "return_sequences": true, "name": "g"}, "#
            + #"{"type": "Attention", "inputs": ["g", "g"], "use_causal_mask": true}, {"type": "Dense", "units": 4}"#,
        #"{"type": "InputLayer", "name": "seen", "shape": [5, 4]}, {"type": "InputLayer", "name": "x", "shape": [7, 3]}, "#
            + #"{"type": "GRU", "units": 4, "return_sequences": true, "name": "g"}, "#
            + #"{"type": "Attention", "inputs": ["g", "seen"]}, {"type": "LSTM", "units": 4, "return_sequences": true}"#,
    ]

    private static func network(_ layers: String) throws -> Network {
        try NNTests.network(#"{"name": "n", "layers": [\#(layers)]}"#)
    }

    @Test(arguments: taking)
    func `steps that come together leave the bits that they leave one by one`(layers: String) throws {
        let network = try Self.network(layers)
        let stepped = try SteppedNetwork(network)
        let part = try #require(stepped.part)
        var numbers = TestNumbers(17)
        let weights = network.parameters.map { Tensor($0.shape, numbers.list($0.shape.volume)) }
        func worker(_ network: Network) throws -> InferenceWorker {
            InferenceModel(try InferencePlans(network), weights: weights).makeWorker()
        }
        var context: [Float] = []
        if let network = stepped.context {
            context = try worker(network).predict(Tensor([1, 5], [3, 8, 1, 0, 0])).values
        }
        let given = Array(context.prefix(stepped.contextWidth))
        let length = SteppedNetwork.partLength
        let isTokens = stepped.stepWidth == 1
        let sequences: [[Float]] = (0..<3).map { row -> [Float] in
            guard isTokens else { return numbers.list(2 * length * 3) }
            return (0..<2 * length).map { step -> Float in
                let token = (step * 5 + row * 3) % 8
                return Float(token + 1)
            }
        }

        let single = try worker(stepped.step)
        let together = try worker(part)
        let oneByOne: [[Float]] = try sequences.map { sequence -> [Float] in
            var states = stepped.firstStates(context: context)
            for step in 0..<2 * length {
                let own = sequence[step * stepped.stepWidth..<(step + 1) * stepped.stepWidth]
                let row: [Float] = Array(own) + given + states.numbers
                let result = try single.predict(Tensor(stepped.step.inputShape.batched(1), row)).values
                states.advance(by: result[stepped.answerWidth...])
            }
            return states.numbers
        }
        var states = sequences.map { _ in stepped.firstStates(context: context) }
        let half = length * stepped.stepWidth
        for begin in [0, half] {
            let rows = sequences.indices.flatMap { number -> [Float] in
                Array(sequences[number][begin..<begin + half]) + given + states[number].numbers
            }
            let result = try together.predict(Tensor(part.inputShape.batched(3), rows)).values
            for row in states.indices {
                states[row].advance(by: result[row * stepped.stateWidth..<(row + 1) * stepped.stateWidth])
            }
        }

        #expect(states.map(\.numbers) == oneByOne)
    }

    @Test(arguments: others)
    func `steps come one by one where a layer takes them so, or nothing is remembered`(layers: String) throws {
        #expect(try SteppedNetwork(Self.network(layers)).part == nil)
    }
}
