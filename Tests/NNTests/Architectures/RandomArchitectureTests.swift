import JSON
import NN
import Testing

/// What must hold of any model, tried on models drawn at random.
struct RandomArchitectureTests {
    @Test(arguments: 1...60)
    func `inferred shapes are the shapes that are computed`(seed: Int) throws {
        let network = try RandomArchitecture(seed: seed).networkOfAllResults()
        var numbers = TestNumbers(seed)
        let samples = Tensor(network.inputShape.batched(3), numbers.list(3 * network.inputShape.volume))
        let trial = try NetworkTrial(network, samples: samples, key: [1, 2, 3, Float(seed)])

        let computed = try trial.evaluate(trial.applied.outputs.map(\.output))

        #expect(network.outputs.map(\.shape) == network.layers.map(\.outputShape))
        for (layer, (output, values)) in zip(network.layers, zip(trial.applied.outputs, computed)) {
            #expect(trial.graph.shape(of: output.output) == layer.outputShape.batched(3), "\(layer.name)")
            #expect(values.count == 3 * layer.outputShape.volume && values.allSatisfy(\.isFinite), "\(layer.name)")
        }
    }

    @Test(arguments: 1...60)
    func `a model that is written and read is the same model`(seed: Int) throws {
        let network = try RandomArchitecture(seed: seed).network()
        var json = JSONWriter()
        network.definition.write(to: &json)

        let read = try NNTests.network(json.text)

        #expect(read.definition == network.definition)
        #expect(read.layers == network.layers)
        #expect(read.parameters == network.parameters)
        #expect(bits(read.initialWeights()) == bits(network.initialWeights()))
    }

    /// Rows enough for a batch of them to be cut into two parts or more.
    private func rows(for network: Network) -> Int { min(2 * max(16, 2_000_000 / (3 * network.operations) + 1), 700) }

    private func data(_ seed: Int, _ network: Network, rows: Int) -> TensorData {
        var numbers = TestNumbers(seed)
        return TensorData(
            inputs: Tensor(network.inputShape.batched(rows), numbers.list(rows * network.inputShape.volume)),
            targets: Tensor([rows], (0..<rows).map { Float($0 % 3) }),
            classes: 3
        )
    }

    @Test(arguments: 101...124)
    func `a step on a batch in parts is the step on the undivided batch`(seed: Int) throws {
        let network = try RandomArchitecture(seed: seed, isRandom: false).network()
        let data = data(seed, network, rows: rows(for: network))
        // So large a step that what is subtracted from a weight is not lost in the weight's own digits.
        let rate: Float = 1000
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": \#(data.rows), "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": \#(rate)}"#
        )
        var trial = try NetworkTrial(network, samples: data.inputs, key: [0, 0, 0, 0])
        let target = try trial.graph.input("target", shape: [data.rows])
        trial.numbers[target] = data.targets.values
        let losses = try options.loss.append(to: &trial.graph, prediction: trial.applied, target: target)
        var loss = try trial.graph.mean(losses, axes: [0])
        if let penalty = trial.applied.penalty { loss = try trial.graph.add(loss, penalty) }
        let learned = network.parameters.indices.filter { network.parameters[$0].trainable }
        let gradients = try trial.graph.gradients(of: loss, withRespectTo: learned.map { trial.weights[$0] })
        let numbers = try trial.evaluate([loss] + gradients)

        let session = try trained(network, options, data, threads: 2)

        let found = try #require(session.history.first?.measurements.first)
        #expect(abs(found.value - Double(numbers[0][0])) < 1e-5 * max(found.value, 1))
        let (before, after) = (network.initialWeights(), session.weights)
        let greatest = numbers.dropFirst().flatMap { $0 }.map(abs).max() ?? 0
        for (place, gradient) in zip(learned, numbers.dropFirst()) {
            let moved = zip(before[place].values, after[place].values).map { ($0 - $1) / rate }
            let error = zip(moved, gradient).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= 1e-4 * greatest, "\(network.parameters[place].name)")
        }
    }

    @Test(arguments: 201...216)
    func `the same seed gives the same bits on one, two and three threads`(seed: Int) throws {
        let network = try RandomArchitecture(seed: seed).network()
        let data = data(seed, network, rows: rows(for: network))
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": \#(data.rows * 2 / 3), "epochs": 2, "seed": \#(seed), "optimizer": "adam", "metrics": ["accuracy"]"#
        )

        let sessions = try (1...3).map { try trained(network, options, data, threads: $0) }

        for other in sessions.dropFirst() {
            #expect(bits(other.weights) == bits(sessions[0].weights))
            #expect(other.course == sessions[0].course)
        }
    }
}
