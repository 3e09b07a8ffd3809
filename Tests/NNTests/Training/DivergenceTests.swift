import NN
import Testing

/// What is known of a run whose numbers stopped being finite, and of its last steps.
struct DivergenceTests {
    /// A line learned with a rate under which each step doubles the error and more, until it is too large for a float.
    private func session(threads: Int = 1, resuming checkpoint: TrainingCheckpoint? = nil) throws -> TrainingSession {
        let options = try options(
            "mse",
            #""epochs": 100, "batch_size": 4, "optimizer": {"type": "SGD", "learning_rate": 20}"#
        )
        let network = try network(
            [1],
            #"{"type": "Dense", "units": 2, "name": "first"}"#,
            #"{"type": "Dense", "units": 1, "name": "second"}"#
        )
        let data = RecordingData(rows: 32)
        guard let checkpoint else {
            return try TrainingSession(network: network, options: options, data: data, threads: threads)
        }
        return try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: threads,
            resuming: checkpoint
        )
    }

    @Test(arguments: [1, 2])
    func `the steps before are those of the run itself, from the start or from a checkpoint`(threads: Int) throws {
        let session = try session(threads: threads)
        var losses: [Double] = []
        var checkpoint: TrainingCheckpoint?
        let error = try #require(throws: TrainingError.self) {
            try session.run { session, _ in
                losses.append(session.progress.measurements.first?.value ?? 0)
                if losses.count == 2 { checkpoint = session.checkpoint() }
                return .proceed
            }
        }
        let found = try #require(session.divergence)
        #expect(checkpoint != nil)
        #expect(error.description.contains("epoch \(found.epoch), step \(found.step)"))
        #expect(!found.value.isFinite)
        #expect((1...4).contains(found.rows.count) && found.rows.allSatisfy { (0..<32).contains($0) })

        let fromStart = try #require(try self.session().steps(before: found, count: 20) { _, _ in .proceed })
        let half = try self.session(threads: threads, resuming: checkpoint)
        let fromCheckpoint = try #require(try half.steps(before: found, count: 3) { _, _ in .proceed })

        #expect(!fromStart.isEmpty)
        #expect(Array(fromStart.suffix(fromCheckpoint.count)) == fromCheckpoint)
        let last = try #require(fromStart.last)
        #expect((last.epoch - 1) * 8 + last.step + 1 == (found.epoch - 1) * 8 + found.step)
        #expect(fromStart.allSatisfy { $0.loss.isFinite && $0.gradient > 0 && $0.weight > 0 })
        #expect(last.weight > fromStart[0].weight)
    }

    @Test func `norms are those of all trainable weights`() throws {
        // The loss is (2w − 0)², its gradient 8w.
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1, "use_bias": false}"#),
            options: options("mse", #""epochs": 3, "optimizer": {"type": "SGD", "learning_rate": 1e20}"#),
            data: TensorData(inputs: Tensor([1, 1], [2]), targets: Tensor([1, 1], [0])),
            threads: 1,
            weights: [Tensor([1, 1], [-3])]
        )
        _ = try #require(throws: TrainingError.self) { try session.run() }
        let found = try #require(session.divergence)
        let again = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1, "use_bias": false}"#),
            options: session.options,
            data: TensorData(inputs: Tensor([1, 1], [2]), targets: Tensor([1, 1], [0])),
            threads: 1,
            weights: [Tensor([1, 1], [-3])]
        )

        let steps = try #require(try again.steps(before: found, count: 20) { _, _ in .proceed })

        let only = try #require(steps.first)
        #expect(steps.count == 1 && (only.epoch, only.step) == (1, 1))
        #expect((only.loss, only.gradient, only.weight) == (36, 24, 3))
        #expect((found.epoch, found.step, found.rows) == (2, 1, [0]))
        // The answer, 2 · 2.4e21, is finite, its square isn't.
        #expect((found.layer, found.value) == ("loss", .infinity))
    }

    @Test func `layer and value are those of the first result that is not finite`() throws {
        let session = try TrainingSession(
            network: network(
                [1],
                #"{"type": "Dense", "units": 1, "name": "first"}"#,
                #"{"type": "Activation", "activation": "exponential", "name": "second"}"#
            ),
            options: options("mse", #""batch_size": 2, "shuffle": false"#),
            data: TensorData(inputs: Tensor([4, 1], [1, 1, 1, 100]), targets: Tensor([4, 1], [0, 0, 0, 0])),
            threads: 1,
            weights: [Tensor([1, 1], [1]), Tensor([1], [0])]
        )

        _ = try #require(throws: TrainingError.self) { try session.run() }

        let found = try #require(session.divergence)
        #expect((found.epoch, found.step, found.layer, found.value) == (1, 2, "second", .infinity))
        #expect(found.rows == [2, 3])
    }

    @Test func `a gradient that is not finite is told by its layer, and by the batch`() throws {
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1, "name": "only"}"#),
            options: options("mse"),
            data: TensorData(inputs: Tensor([1, 1], [1e20]), targets: Tensor([1, 1], [0])),
            threads: 1,
            weights: [Tensor([1, 1], [0.1]), Tensor([1], [0])]
        )

        _ = try #require(throws: TrainingError.self) { try session.run() }

        let found = try #require(session.divergence)
        #expect((found.epoch, found.step, found.layer, found.value) == (1, 1, "only", .infinity))
    }

    @Test func `an observer ends the search, and a run that goes well has no divergence`() throws {
        let session = try session()
        _ = try #require(throws: TrainingError.self) { try session.run() }
        let found = try #require(session.divergence)

        #expect(try self.session().steps(before: found, count: 20) { _, _ in .cancel } == nil)
        let fine = try trained(classifier(), options("sparse_categorical_crossentropy"), classes(rows: 30))
        #expect(fine.divergence == nil)
    }
}
