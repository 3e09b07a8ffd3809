import JSON
import NN
import Testing

/// Layers that need the whole batch, which training cuts into micro-batches.
struct BatchWideTests {
    /// Wide enough that a batch of 128 is cut.
    private static let width = 300

    private func normalizing() throws -> Network {
        try network(
            [Self.width],
            #"{"type": "Dense", "units": 256}"#,
            #"{"type": "BatchNormalization", "momentum": 0.75}"#,
            #"{"type": "Activation", "activation": "tanh"}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax", "kernel_regularizer": {"type": "L2", "l2": 0.1}}"#
        )
    }

    @Test func `a step on a batch in parts is the step on the undivided batch`() throws {
        let network = try normalizing()
        let data = classes(rows: 100, width: Self.width)
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": 100, "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": 1}"#
        )
        var trial = try NetworkTrial(network, samples: data.inputs, key: [0, 0, 0, 0])
        let target = try trial.graph.input("target", shape: [100])
        trial.numbers[target] = data.targets.values
        let losses = try options.loss.append(to: &trial.graph, prediction: trial.applied, target: target)
        let mean = try trial.graph.mean(losses, axes: [0])
        let loss = try trial.graph.add(mean, #require(trial.applied.penalty))
        let trained = network.parameters.indices.filter { network.parameters[$0].trainable }
        let gradients = try trial.graph.gradients(of: loss, withRespectTo: trained.map { trial.weights[$0] })
        let numbers = try trial.evaluate([loss] + gradients + trial.applied.updates.map(\.value))

        let session = try NNTests.trained(network, options, data, threads: 2)

        let history = try #require(session.history.first?.measurements.first)
        #expect(abs(history.value - Double(numbers[0][0])) < 1e-5 * history.value)
        let (before, after) = (network.initialWeights(), session.weights)
        for (place, gradient) in zip(trained, numbers.dropFirst()) {
            let moved = zip(before[place].values, after[place].values).map { $0 - $1 }
            // The bias before the normalization has no effect: its gradient is rounding alone.
            if network.parameters[place].name == "dense/bias" {
                #expect(moved.allSatisfy { abs($0) < 1e-6 })
            } else {
                #expect(relativeError(moved, gradient) < 1e-3, "\(network.parameters[place].name)")
            }
        }
        for (update, value) in zip(trial.applied.updates, numbers.suffix(2)) {
            #expect(relativeError(after[update.parameter].values, value) < 1e-5)
        }
    }

    @Test(arguments: [2, 3])
    func `the bits do not depend on the number of threads`(threads: Int) throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": 64, "epochs": 3, "optimizer": "adam", "validation_split": 0.3, "metrics": ["accuracy"]"#
        )
        let data = classes(rows: 190, width: Self.width)

        let alone = try trained(normalizing(), options, data)
        let team = try trained(normalizing(), options, data, threads: threads)

        #expect(bits(alone.weights) == bits(team.weights))
        #expect(alone.course == team.course)
    }

    @Test func `moving statistics go through checkpoints like any weight`() throws {
        let options = try options("sparse_categorical_crossentropy", #""batch_size": 64, "epochs": 2"#)
        let data = classes(rows: 150, width: Self.width)
        let whole = try trained(normalizing(), options, data)
        let cut = try TrainingSession(network: normalizing(), options: options, data: data, threads: 1)
        #expect(try cut.run { session, _ in session.progress.step == 2 ? .pause : .proceed } == .paused)

        let bytes = cut.checkpoint().encoded()
        let rest = try TrainingSession(
            network: normalizing(),
            options: options,
            data: data,
            threads: 2,
            resuming: TrainingCheckpoint(decoding: bytes)
        )

        #expect(try rest.run() == .finished)
        #expect(bits(rest.weights) == bits(whole.weights))
        #expect(rest.weights[4].values.contains { $0 != 0 }, "the moving means have moved")
    }

    @Test func `a loss under a mask is the mean over the steps that count, in any cut`() throws {
        let network = try network(
            [12, 2],
            #"{"type": "Masking", "mask_value": 0}"#,
            #"{"type": "GRU", "units": 160, "return_sequences": true}"#,
            #"{"type": "Dense", "units": 2}"#
        )
        var numbers = TestNumbers(3)
        var inputs: [Float] = []
        for row in 0..<64 {
            for step in 0..<12 { inputs += step < 1 + row % 12 ? numbers.list(2, in: 0.5...1) : [0, 0] }
        }
        let data = TensorData(
            inputs: Tensor([64, 12, 2], inputs),
            targets: Tensor([64, 12, 2], numbers.list(64 * 24))
        )
        let cut = try TrainingSession(
            network: network,
            options: options("mse", #""batch_size": 64"#),
            data: data,
            threads: 2
        )
        let evaluated = try #require(try cut.evaluate(data)?.first?.value)
        var sums = (0.0, 0.0)
        var trial = try NetworkTrial(network, samples: data.inputs)
        let target = try trial.graph.input("target", shape: [64, 12, 2])
        trial.numbers[target] = data.targets.values
        let found = try trial.evaluate([trial.applied.output])[0]
        for row in 0..<64 {
            for step in 0..<(1 + row % 12) {
                for feature in 0..<2 {
                    let place = (row * 12 + step) * 2 + feature
                    let distance = Double(found[place] - data.targets.values[place])
                    sums = (sums.0 + distance * distance / 2, sums.1 + 0.5)
                }
            }
        }
        let expected = sums.0 / sums.1
        #expect(abs(evaluated - expected) < 1e-5 * expected)
        #expect(try cut.run() == .finished)
        let trainedLoss = try #require(cut.history.first?.measurements.first?.value)
        #expect(abs(trainedLoss - expected) < 1e-5 * expected)
    }

    @Test func `constrained weights are within their bounds after every step`() throws {
        let network = try network(
            [6],
            #"{"type": "Dense", "units": 8, "kernel_constraint": {"type": "MaxNorm", "max_value": 0.5}}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax", "kernel_constraint": "non_neg"}"#
        )
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 10, "optimizer": {"type": "SGD", "learning_rate": 0.5}"#
        )
        let session = try TrainingSession(network: network, options: options, data: classes(rows: 30), threads: 1)
        var steps = 0

        _ = try session.run { session, event in
            guard event == .step else { return .proceed }
            steps += 1
            let weights = session.weights
            for unit in 0..<8 {
                let column = (0..<6).map { weights[0].values[$0 * 8 + unit] }
                #expect(dot(column, column).squareRoot() <= 0.5 * 1.0001)
            }
            #expect(weights[2].values.allSatisfy { $0 >= 0 })
            return .proceed
        }

        #expect(steps == 6)
    }

    @Test func `data of one input for a model of several is refused with a sentence`() throws {
        let network = try network(
            """
            {"name": "two", "layers": [
              {"type": "InputLayer", "name": "a", "shape": [2]},
              {"type": "InputLayer", "name": "b", "shape": [2]},
              {"type": "Add", "inputs": ["a", "b"]}]}
            """
        )
        let data = TensorData(inputs: Tensor(repeating: 0, [4, 2]), targets: Tensor(repeating: 0, [4, 2]))

        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(network: network, options: options("mse"), data: data, threads: 1)
        }

        #expect(error.description.contains(#"the model "two" takes 2 inputs, "a" [2], "b" [2], and the data has one"#))
    }
}
