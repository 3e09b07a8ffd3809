import NN
import Testing

/// Runs that go on where another one stood, with its options or with others.
struct ForkTests {
    private static let loss = "sparse_categorical_crossentropy"

    private func session(
        _ fields: String,
        threads: Int = 1,
        from checkpoint: TrainingCheckpoint? = nil
    ) throws -> TrainingSession {
        let options = try options(Self.loss, #""batch_size": 8, \#(fields)"#)
        guard let checkpoint else {
            return try TrainingSession(
                network: classifier(),
                options: options,
                data: classes(rows: 60),
                threads: threads
            )
        }
        return try TrainingSession(
            network: classifier(),
            options: options,
            data: classes(rows: 60),
            threads: threads,
            resuming: checkpoint,
            isFork: true
        )
    }

    /// The checkpoint at the end of an epoch, as bytes give it back.
    private func checkpoint(_ fields: String, after epoch: Int) throws -> TrainingCheckpoint {
        let session = try session(fields)
        _ = try session.run { session, event in
            if case .epoch(let record) = event, record.epoch == epoch { return .pause }
            return .proceed
        }
        return try TrainingCheckpoint(decoding: session.checkpoint().encoded())
    }

    @Test(arguments: [1, 2])
    func `unchanged it ends in the bits of its origin, and changed in what the change makes`(threads: Int) throws {
        let fields = #""optimizer": "adam", "epochs": 4"#
        let origin = try session(fields)
        _ = try origin.run()
        let checkpoint = try checkpoint(fields, after: 2)

        let same = try session(fields, threads: threads, from: checkpoint)
        _ = try same.run()
        let longer = try session(#""optimizer": "adam", "epochs": 6"#, threads: threads, from: checkpoint)
        _ = try longer.run()
        let whole = try session(#""optimizer": "adam", "epochs": 6"#)
        _ = try whole.run()
        let slower = try session(
            #""optimizer": {"type": "Adam", "learning_rate": 1e-5}, "metrics": ["accuracy"], "epochs": 4"#,
            from: checkpoint
        )
        _ = try slower.run()

        #expect(bits(same.weights) == bits(origin.weights))
        #expect(same.history == origin.history)
        #expect(bits(longer.weights) == bits(whole.weights))
        #expect(bits(slower.weights) != bits(origin.weights))
        #expect(slower.history.map(\.epoch) == [1, 2, 3, 4])
        #expect(slower.history.last?.learningRate == 1e-5)
    }

    @Test func `an optimizer that remembers other things can't go on`() throws {
        let checkpoint = try checkpoint(#""optimizer": {"type": "SGD", "momentum": 0.9}, "epochs": 3"#, after: 1)

        #expect(throws: TrainingError.self) { try session(#""optimizer": "adam", "epochs": 3"#, from: checkpoint) }
        #expect(throws: TrainingError.self) { try session(#""optimizer": "sgd", "epochs": 3"#, from: checkpoint) }
        let other = #""optimizer": {"type": "SGD", "momentum": 0.5, "learning_rate": 0.2}, "epochs": 3"#
        #expect(try session(other, from: checkpoint).run() == .finished)
    }

    @Test func `a learning rate that was reduced stays so, until the optimizer is another`() throws {
        let reduction = #""reduce_lr_on_plateau": {"monitor": "loss", "min_delta": 100, "patience": 1, "factor": 0.5}"#
        func fields(_ rate: Double) -> String {
            #""optimizer": {"type": "SGD", "learning_rate": \#(rate)}, "epochs": 3, \#(reduction)"#
        }
        let checkpoint = try checkpoint(fields(0.4), after: 2)

        let same = try session(fields(0.4), from: checkpoint)
        _ = try same.run()
        let changed = try session(fields(0.8), from: checkpoint)
        _ = try changed.run()

        #expect(same.history.map(\.learningRate) == [0.4, 0.4, 0.2])
        #expect(changed.history.map(\.learningRate) == [0.4, 0.4, 0.8])
    }

    @Test func `early stopping that begins with the fork keeps its best epoch, also across a cut`() throws {
        let plain = #""optimizer": {"type": "SGD", "learning_rate": 0.5}, "epochs": 6"#
        let stopping =
            #", "early_stopping": {"monitor": "loss", "mode": "max", "patience": 9, "restore_best_weights": true}"#
        let checkpoint = try checkpoint(plain, after: 2)

        let fork = try session(plain + stopping, from: checkpoint)
        _ = try fork.run { session, _ in session.progress.epoch == 5 ? .pause : .proceed }
        let resumed = try TrainingSession(
            network: classifier(),
            options: fork.options,
            data: classes(rows: 60),
            threads: 1,
            resuming: TrainingCheckpoint(decoding: fork.checkpoint().encoded())
        )
        _ = try resumed.run()

        // The greatest loss is that of the first epoch, but what is kept is one of those that were watched.
        #expect(resumed.kept?.epoch == 3)
    }
}
