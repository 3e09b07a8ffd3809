import JSON
import NN
import Testing

/// Networks that go on step by step, held against the whole network over the whole sequence.
struct SteppedNetworkTests {
    private static let steps = 7

    /// Layers over a sequence of 3 numbers a step.
    private static let sequences = [
        #"{"type": "GRU", "units": 5, "return_sequences": true}, {"type": "Dense", "units": 4, "activation": "softmax"}"#,
        #"{"type": "GRU", "units": 5, "return_sequences": true, "reset_after": false, "activation": "relu"}, "#
            + #"{"type": "LSTM", "units": 6, "return_sequences": true}, {"type": "LayerNormalization"}, "#
            + #"{"type": "Dense", "units": 4}"#,
        #"{"type": "SimpleRNN", "units": 5, "return_sequences": true, "name": "a"}, "#
            + #"{"type": "SimpleRNN", "units": 5, "return_sequences": true, "return_state": true, "name": "b"}, "#
            + #"{"type": "Add", "inputs": ["a", "b"]}, {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 2}}"#,
        #"{"type": "RNN", "cell": [{"type": "GRUCell", "units": 4}, {"type": "LSTMCell", "units": 5}], "return_sequences": true}, "#
            + #"{"type": "UnitNormalization"}, {"type": "Dense", "units": 3, "activation": "tanh"}"#,
        #"{"type": "Dense", "units": 4, "name": "x"}, {"type": "PositionEmbedding", "sequence_length": 9, "name": "p"}, "#
            + #"{"type": "SinePositionEncoding", "name": "s", "inputs": ["x"]}, {"type": "Add", "inputs": ["x", "p", "s"]}, "#
            + #"{"type": "RotaryEmbedding", "name": "r"}, {"type": "GroupQueryAttention", "num_query_heads": 4, "#
            + #""num_key_value_heads": 2, "head_dim": 3, "inputs": ["r", "r"], "use_causal_mask": true}, "#
            + #"{"type": "Dense", "units": 4, "activation": "softmax"}"#,
        #"{"type": "Dense", "units": 4, "name": "x"}, {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "#
            + #""inputs": ["x", "x"], "use_causal_mask": true, "return_attention_scores": true, "name": "m"}, "#
            + #"{"type": "Add", "inputs": ["x", "m"], "name": "y"}, {"type": "RMSNormalization", "name": "z"}, "#
            + #"{"type": "Attention", "inputs": ["z", "y", "x"], "use_causal_mask": true}, {"type": "Dense", "units": 4}"#,
        #"{"type": "Dense", "units": 4, "name": "x"}, {"type": "AdditiveAttention", "inputs": ["x", "x"], "#
            + #""use_causal_mask": true, "name": "a"}, {"type": "Attention", "inputs": ["a", "x"], "use_causal_mask": true, "#
            + #""use_scale": true, "score_mode": "concat"}, {"type": "Dense", "units": 4, "activation": "softmax"}"#,
        #"{"type": "Dense", "units": 4, "name": "x"}, {"type": "Dense", "units": 6, "name": "k", "inputs": ["x"]}, "#
            + #"{"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "value_dim": 5, "output_shape": 6, "#
            + #""use_gate": true, "use_bias": false, "inputs": ["x", "x", "k"], "use_causal_mask": true}, "#
            + #"{"type": "Dense", "units": 4}"#,
        // Windows that are wider than the sequence, that forget, and of one step.
        windowed(9),
        windowed(3),
        windowed(2),
        windowed(1),
        #"{"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal", "activation": "relu"}, "#
            + #"{"type": "Conv1D", "filters": 6, "kernel_size": 2, "padding": "causal", "dilation_rate": 4, "groups": 2}, "#
            + #"{"type": "Conv1D", "filters": 4, "kernel_size": 1, "padding": "same", "use_bias": false}, "#
            + #"{"type": "GRU", "units": 5, "return_sequences": true}"#,
    ]

    /// Attention over a window of so many steps.
    private static func windowed(_ steps: Int) -> String {
        #"{"type": "Dense", "units": 4, "name": "x"}, {"type": "RotaryEmbedding", "name": "r", "max_wavelength": 20}, "#
            + #"{"type": "GroupQueryAttention", "num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3, "#
            + #""inputs": ["r", "r"], "use_causal_mask": true, "sliding_window": \#(steps)}, {"type": "Dense", "units": 4}"#
    }

    private static func network(_ inputs: String, _ layers: String) throws -> Network {
        try NNTests.network(#"{"name": "n", \#(inputs) "layers": [\#(layers)]}"#)
    }

    /// Weights that show where any of them is passed over.
    private static func weights(of network: Network, _ numbers: inout TestNumbers) -> [Tensor] {
        network.parameters.map { Tensor($0.shape, numbers.list($0.shape.volume)) }
    }

    /// The answers to each step, one after another.
    private static func answers(
        _ stepped: SteppedNetwork,
        _ weights: [Tensor],
        steps: [[Float]],
        context: [Float]
    ) throws -> [[Float]] {
        let worker = InferenceModel(try InferencePlans(stepped.step), weights: weights).makeWorker()
        var states = stepped.firstStates(context: context)
        var answers: [[Float]] = []
        for step in steps {
            let row = step + context.prefix(stepped.contextWidth) + states.numbers
            let result = try worker.predict(Tensor(stepped.step.inputShape.batched(1), row)).values
            answers.append(Array(result.prefix(stepped.answerWidth)))
            states.advance(by: result[stepped.answerWidth...])
        }
        return answers
    }

    @Test(arguments: sequences)
    func `each step answers as the whole sequence does`(layers: String) throws {
        let network = try Self.network(#""input_shape": [\#(Self.steps), 3],"#, layers)
        var numbers = TestNumbers(3)
        let weights = Self.weights(of: network, &numbers)
        let sequence = numbers.list(Self.steps * 3)
        let whole = try InferenceModel(try InferencePlans(network), weights: weights).makeWorker()
            .predict(Tensor([1, Self.steps, 3], sequence)).values

        let stepped = try SteppedNetwork(network)
        let answers = try Self.answers(
            stepped,
            weights,
            steps: (0..<Self.steps).map { Array(sequence[$0 * 3..<$0 * 3 + 3]) },
            context: []
        )

        #expect(stepped.context == nil)
        // A softmax is answered by its logits.
        let found = network.outputActivation == .softmax ? answers.flatMap { $0.softmax() } : answers.flatMap { $0 }
        #expect(relativeError(found, whole) < 1e-5)
    }

    @Test func `attention gives a step's own key and value, and forgets none but by its window`() throws {
        func stepped(_ window: String) throws -> SteppedNetwork {
            try SteppedNetwork(
                try Self.network(
                    #""input_shape": [7, 6],"#,
                    #"""
                    {"type": "InputLayer", "shape": [7, 6], "name": "x"},
                    {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "inputs": ["x", "x"],
                     "use_causal_mask": true\#(window)}
                    """#
                )
            )
        }
        let whole = try stepped("")
        let windowed = try stepped(#", "sliding_window": 4"#)

        #expect(whole.greatestLength == 7)
        #expect(windowed.greatestLength == nil)
        // The answer, a key and a value of two heads of 3, and whether they count.
        #expect(whole.step.outputShape.volume == 6 + 6 + 6 + 1)
        #expect(whole.firstStates(context: [Float]()).numbers.count == 7 * (6 + 6 + 1))
        #expect(windowed.firstStates(context: [Float]()).numbers.count == 3 * (6 + 6 + 1))
    }

    @Test func `tokens that a mask leaves out are neither attended to nor forgotten places`() throws {
        let layers = #"""
            {"type": "TokenAndPositionEmbedding", "vocabulary_size": 9, "sequence_length": 7, "embedding_dim": 6,
             "mask_zero": true, "name": "x"},
            {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "inputs": ["x", "x"], "use_causal_mask": true,
             "name": "m"},
            {"type": "Add", "inputs": ["x", "m"], "name": "y"},
            {"type": "Attention", "inputs": ["y", "x"], "use_causal_mask": true},
            {"type": "Dense", "units": 9, "activation": "softmax"}
            """#
        let network = try Self.network(#""input_shape": [7],"#, layers)
        var numbers = TestNumbers(11)
        let weights = Self.weights(of: network, &numbers)
        let tokens: [Float] = [0, 3, 0, 8, 1, 0, 5]
        let whole = try InferenceModel(try InferencePlans(network), weights: weights).makeWorker()
            .predict(Tensor([1, 7], tokens)).values

        let answers = try Self.answers(
            try SteppedNetwork(network),
            weights,
            steps: tokens.map { [$0] },
            context: []
        )

        #expect(relativeError(answers.flatMap { $0.softmax() }, whole) < 1e-5)
    }

    @Test(arguments: [sequences[4], sequences[5], windowed(3), sequences[sequences.count - 1]])
    func `a sequence gets the same bits beside others as alone`(layers: String) throws {
        let network = try Self.network(#""input_shape": [\#(Self.steps), 3],"#, layers)
        let stepped = try SteppedNetwork(network)
        var numbers = TestNumbers(13)
        let weights = Self.weights(of: network, &numbers)
        let sequences = (0..<5).map { _ in numbers.list(Self.steps * 3) }
        let alone = try sequences.map { sequence in
            try Self.answers(
                stepped,
                weights,
                steps: (0..<Self.steps).map { Array(sequence[$0 * 3..<$0 * 3 + 3]) },
                context: []
            )
        }

        // Each begins when another has gone a step, so that they never stand at the same place.
        let worker = InferenceModel(try InferencePlans(stepped.step), weights: weights).makeWorker()
        var states = sequences.map { _ in stepped.firstStates(context: [Float]()) }
        var together = sequences.map { _ in [[Float]]() }
        for time in 0..<Self.steps + sequences.count {
            let open = sequences.indices.filter { (0..<Self.steps).contains(time - $0) }
            let rows = open.flatMap { number in
                let begin = (time - number) * 3
                return sequences[number][begin..<begin + 3] + states[number].numbers
            }
            guard !open.isEmpty else { continue }
            let result = try worker.predict(Tensor(stepped.step.inputShape.batched(open.count), rows)).values
            let width = stepped.step.outputShape.volume
            for (place, number) in open.enumerated() {
                let own = result[place * width..<(place + 1) * width]
                together[number].append(Array(own.prefix(stepped.answerWidth)))
                states[number].advance(by: own.dropFirst(stepped.answerWidth))
            }
        }

        #expect(together == alone)
    }

    @Test func `what is carried from part to part gives what the whole gives`() throws {
        let layers = #"""
            {"type": "LSTM", "units": 5, "return_sequences": true, "stateful": true},
            {"type": "RNN", "cell": [{"type": "GRUCell", "units": 4}, {"type": "SimpleRNNCell", "units": 3}], "stateful": true},
            {"type": "Dense", "units": 2}
            """#
        let whole = try Self.network(#""input_shape": [6, 3],"#, layers)
        let part = try Self.network(#""input_shape": [2, 3],"#, layers)
        var numbers = TestNumbers(7)
        let weights = Self.weights(of: whole, &numbers)
        let sequence = numbers.list(6 * 3)
        let expected = try InferenceModel(try InferencePlans(whole), weights: weights).makeWorker()
            .predict(Tensor([1, 6, 3], sequence)).values

        let carried = try #require(try CarriedNetwork(part))
        let worker = InferenceModel(try InferencePlans(carried.network), weights: weights).makeWorker()
        var states = [Float](repeating: 0, count: carried.stateWidth)
        var answer: [Float] = []
        for begin in [0, 6, 12] {
            let row = sequence[begin..<begin + 6] + states
            let result = try worker.predict(Tensor(carried.network.inputShape.batched(1), Array(row))).values
            (answer, states) = (Array(result.prefix(2)), Array(result.dropFirst(2)))
        }

        #expect(carried.stateWidth == 5 + 5 + 4 + 3)
        #expect(relativeError(answer, expected) < 1e-5)
        #expect(
            try CarriedNetwork(try Self.network(#""input_shape": [2, 3],"#, #"{"type": "GRU", "units": 1}"#)) == nil
        )
    }

    @Test(arguments: [("ConvLSTM1D", [5, 2]), ("ConvLSTM2D", [4, 3, 2]), ("ConvLSTM3D", [3, 2, 3, 1])])
    func `what a convolutional memory carries gives what the whole gives`(type: String, image: [Int]) throws {
        let layers = #"""
            {"type": "\#(type)", "filters": 2, "kernel_size": 2, "return_sequences": true, "stateful": true},
            {"type": "\#(type)", "filters": 3, "kernel_size": 2, "padding": "same", "stateful": true},
            {"type": "Flatten"}, {"type": "Dense", "units": 2}
            """#
        func shape(_ steps: Int) -> String { #""input_shape": \#([steps] + image),"# }
        let whole = try Self.network(shape(6), layers)
        let part = try Self.network(shape(2), layers)
        var numbers = TestNumbers(7)
        let weights = Self.weights(of: whole, &numbers)
        let width = image.reduce(1, *)
        let sequence = numbers.list(6 * width)
        let expected = try InferenceModel(try InferencePlans(whole), weights: weights).makeWorker()
            .predict(Tensor(Shape([1, 6] + image), sequence)).values

        let carried = try #require(try CarriedNetwork(part))
        let worker = InferenceModel(try InferencePlans(carried.network), weights: weights).makeWorker()
        var states = [Float](repeating: 0, count: carried.stateWidth)
        var answer: [Float] = []
        for step in stride(from: 0, to: 6, by: 2) {
            let row = sequence[step * width..<(step + 2) * width] + states
            let result = try worker.predict(Tensor(carried.network.inputShape.batched(1), Array(row))).values
            (answer, states) = (Array(result.prefix(2)), Array(result.dropFirst(2)))
        }

        // Each keeps a state and a cell: of two filters over the windows, and of three over the same places.
        let places = image.dropLast().reduce(1) { $0 * ($1 - 1) }
        #expect(carried.stateWidth == 2 * (2 + 3) * places)
        #expect(relativeError(answer, expected) < 1e-5)
    }

    @Test func `a decoder goes on from what an encoder left, beside what it masks`() throws {
        let layers = #"""
            {"type": "InputLayer", "name": "source", "shape": [5]}, {"type": "InputLayer", "name": "target", "shape": [7]},
            {"type": "Embedding", "input_dim": 9, "output_dim": 4, "mask_zero": true, "inputs": ["source"], "name": "words"},
            {"type": "GRU", "units": 6, "return_sequences": true, "return_state": true, "name": "encoder"},
            {"type": "TokenAndPositionEmbedding", "vocabulary_size": 8, "sequence_length": 7, "embedding_dim": 3,
             "inputs": ["target"], "name": "own"},
            {"type": "GRU", "units": 6, "return_sequences": true, "inputs": ["own", "encoder:1"], "name": "decoder"},
            {"type": "Attention", "inputs": ["decoder", "encoder"], "name": "attention"},
            {"type": "Concatenate", "inputs": ["decoder", "attention"]},
            {"type": "Dense", "units": 8, "activation": "softmax"}
            """#
        let network = try Self.network("", layers)
        var numbers = TestNumbers(5)
        let weights = Self.weights(of: network, &numbers)
        let (source, target): ([Float], [Float]) = ([3, 8, 1, 0, 0], [1, 7, 2, 2, 5, 3, 6])
        let whole = try InferenceModel(try InferencePlans(network), weights: weights).makeWorker()
            .predict(Tensor([1, 12], source + target)).values

        let stepped = try SteppedNetwork(network)
        let context = try InferenceModel(try InferencePlans(#require(stepped.context)), weights: weights).makeWorker()
            .predict(Tensor([1, 5], source)).values
        let answers = try Self.answers(stepped, weights, steps: target.map { [$0] }, context: context)

        #expect(stepped.input == 1)
        #expect(relativeError(answers.flatMap { $0.softmax() }, whole) < 1e-5)
    }

    @Test func `the answer is the output that follows the steps, logits where it is a softmax at rest`() throws {
        let layers = #"""
            {"type": "InputLayer", "name": "a", "shape": [2]}, {"type": "InputLayer", "name": "b", "shape": [7, 3]},
            {"type": "Dense", "units": 2, "inputs": ["a"], "name": "side"},
            {"type": "GRU", "units": 5, "return_sequences": true, "inputs": ["b"]},
            {"type": "Dense", "units": 4, "activation": "softmax"}, {"type": "Dropout", "rate": 0.5, "name": "out"}
            """#
        let network = try NNTests.network(#"{"name": "n", "layers": [\#(layers)], "outputs": ["side", "out"]}"#)
        var numbers = TestNumbers(9)
        let weights = Self.weights(of: network, &numbers)
        let (side, sequence) = (numbers.list(2), numbers.list(Self.steps * 3))
        let whole = try InferenceModel(try InferencePlans(network), weights: weights).makeWorker()
            .predict(Tensor([1, 2 + Self.steps * 3], side + sequence)).values

        let stepped = try SteppedNetwork(network)
        let answers = try Self.answers(
            stepped,
            weights,
            steps: (0..<Self.steps).map { Array(sequence[$0 * 3..<$0 * 3 + 3]) },
            context: []
        )

        #expect(stepped.context == nil)
        #expect(try !stepped.step.answersProbabilities())
        #expect(relativeError(answers.flatMap { $0.softmax() }, Array(whole.dropFirst(2))) < 1e-5)
    }

    @Test(arguments: [
        (
            #"{"type": "Bidirectional", "layer": {"type": "GRU", "units": 2, "return_sequences": true}, "name": "both"}"#,
            "both"
        ),
        (#"{"type": "GRU", "units": 2, "return_sequences": true, "go_backwards": true, "name": "back"}"#, "back"),
        (#"{"type": "Conv1D", "filters": 2, "kernel_size": 3, "padding": "same", "name": "wide"}"#, "wide"),
        (
            #"{"type": "Conv1D", "filters": 2, "kernel_size": 3, "padding": "causal", "strides": 2, "name": "leaps"}"#,
            "leaps"
        ),
        (
            #"{"type": "Dense", "units": 2, "name": "x"}, {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "#
                + #""inputs": ["x", "x"], "sliding_window": 3, "name": "near"}"#,
            "near"
        ),
        (
            #"{"type": "Dense", "units": 2, "name": "x"}, {"type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3, "#
                + #""inputs": ["x", "x"], "use_causal_mask": true, "return_attention_scores": true, "name": "m"}, "#
                + #"{"type": "Dense", "units": 2, "inputs": ["m:1"], "name": "shares"}"#,
            "shares"
        ),
        (#"{"type": "Flatten", "name": "flat"}, {"type": "Dense", "units": 3}"#, "flat"),
    ])
    func `a layer that looks ahead is named`(layers: String, name: String) throws {
        let network = try Self.network(#""input_shape": [7, 3],"#, layers)

        let error = #expect(throws: SteppingFault.self) { try SteppedNetwork(network) }

        #expect(error?.description.contains("\"\(name)\"") == true)
    }
}
