import JSON
import NN
import Testing

/// Losses that are of a whole batch, which training cuts into micro-batches, and weights that a layer moves itself.
struct BatchLossTests {
    /// Wide enough that a batch of 100 rows is cut.
    private static let width = 300

    private func wide(_ last: String...) throws -> Network {
        let layers = [#"{"type": "Dense", "units": 256, "activation": "tanh"}"#] + last
        let text = layers.joined(separator: ", ")
        return try network("{\"name\": \"m\", \"input_shape\": [\(Self.width)], \"layers\": [\(text)]}")
    }

    /// One step on a batch, by training and by the graph of the undivided batch.
    private func compare(_ network: Network, _ loss: String, _ data: TensorData, threads: Int = 2) throws {
        let text = """
            {"loss": \(loss), "batch_size": 100, "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": 1}}
            """
        let options = try TrainingOptions(JSONDocument(parsing: text).root)
        var trial = try NetworkTrial(network, samples: data.inputs, key: [0, 0, 0, 0])
        let target = try trial.graph.input("target", shape: data.targets.shape)
        trial.numbers[target] = data.targets.values
        let losses = try options.loss.append(to: &trial.graph, prediction: trial.applied, target: target)
        let mean = try trial.graph.mean(losses, axes: [0])
        let trained = network.parameters.indices.filter { network.parameters[$0].trainable }
        let gradients = try trial.graph.gradients(of: mean, withRespectTo: trained.map { trial.weights[$0] })
        let updates = trial.applied.updates
        let numbers = try trial.evaluate([mean] + gradients + updates.map(\.value))
        var before = network.initialWeights().map(\.values)
        for (update, value) in zip(updates, numbers.suffix(updates.count)) { before[update.parameter] = value }

        let session = try NNTests.trained(network, options, data, threads: threads)

        let history = try #require(session.history.first?.measurements.first)
        #expect(abs(history.value - Double(numbers[0][0])) < 1e-5 * abs(history.value))
        for (place, gradient) in zip(trained, numbers.dropFirst()) {
            let moved = zip(before[place], session.weights[place].values).map { $0 - $1 }
            #expect(relativeError(moved, gradient) < 1e-3, "\(network.parameters[place].name)")
        }
        for update in updates where !network.parameters[update.parameter].trainable {
            #expect(relativeError(session.weights[update.parameter].values, before[update.parameter]) < 1e-6)
        }
    }

    @Test(arguments: [
        #""dice""#, #"{"type": "Dice", "axis": [0]}"#, #"{"type": "Tversky", "alpha": 0.2, "beta": 0.9}"#,
    ])
    func `a sum over the batch is over all its parts`(loss: String) throws {
        let labels = classes(rows: 100, width: Self.width)
        let hot = labels.targets.values.flatMap { label in (0..<3).map { Float($0) == label ? Float(1) : 0 } }
        let data = TensorData(inputs: labels.inputs, targets: Tensor([100, 3], hot))

        try compare(wide(#"{"type": "Dense", "units": 3, "activation": "sigmoid"}"#), loss, data)
    }

    @Test func `rows that are held against each other stay together`() throws {
        let data = classes(rows: 100, width: Self.width)

        try compare(
            wide(#"{"type": "Dense", "units": 4}"#, #"{"type": "UnitNormalization"}"#),
            #"{"type": "Circle", "gamma": 4}"#,
            data
        )
    }

    @Test func `a metric doesn't go with rows that are held against each other`() throws {
        let network = try wide(#"{"type": "Dense", "units": 4}"#, #"{"type": "UnitNormalization"}"#)
        let options = try options("circle", #""metrics": ["accuracy"]"#)
        let error = try #require(throws: FaultyInput.self) {
            _ = try TrainingSession(
                network: network,
                options: options,
                data: classes(rows: 20, width: Self.width),
                threads: 1
            )
        }

        #expect(
            error.faults.map(\.description) == [
                #"/metrics/0: "accuracy" needs targets that a result can be held against, and the loss compares rows with "#
                    + "one another"
            ]
        )
    }

    @Test func `a kernel is divided before the step moves it`() throws {
        let data = classes(rows: 100, width: Self.width)

        try compare(
            wide(
                #"""
                {"type": "SpectralNormalization",
                 "layer": {"type": "Dense", "units": 3, "activation": "softmax"}}
                """#
            ),
            #""sparse_categorical_crossentropy""#,
            data
        )
    }

    @Test(arguments: ["Adafactor", "Ftrl", "Lamb", "Muon", "ScheduleFreeAdamW"])
    func `the bits do not depend on the number of threads, nor on a pause`(optimizer: String) throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": 64, "epochs": 2, "optimizer": "\#(optimizer)""#
        )
        let data = classes(rows: 150, width: 20)
        let network = try network(
            [20],
            #"{"type": "Dense", "units": 33, "activation": "tanh"}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )

        let alone = try trained(network, options, data)
        let team = try trained(network, options, data, threads: 3)
        let cut = try TrainingSession(network: network, options: options, data: data, threads: 1)
        #expect(try cut.run { session, _ in session.progress.step == 2 ? .pause : .proceed } == .paused)
        let rest = try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: 2,
            resuming: TrainingCheckpoint(decoding: cut.checkpoint().encoded())
        )
        #expect(try rest.run() == .finished)

        #expect(bits(alone.weights) == bits(team.weights))
        #expect(bits(alone.weights) == bits(rest.weights))
        #expect(alone.weights != network.initialWeights())
    }
}
