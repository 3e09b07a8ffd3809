import NN
import Testing

/// The same model, data, options and seed give the same weights, bit for bit, however the work is done.
struct RepeatabilityTests {
    private static let optimizers = [
        #""optimizer": {"type": "SGD", "momentum": 0.9}"#,
        #""optimizer": "adam""#,
        #""optimizer": {"type": "RMSprop", "momentum": 0.5, "centered": true}"#,
        #""optimizer": {"type": "Nadam", "global_clipnorm": 0.1, "weight_decay": 0.01, "learning_rate": "#
            + #"{"type": "CosineDecayRestarts", "initial_learning_rate": 0.01, "first_decay_steps": 2}}"#,
        #""optimizer": "sgd", "early_stopping": {"patience": 9, "restore_best_weights": true}, "#
            + #""reduce_lr_on_plateau": {"monitor": "accuracy", "mode": "min", "patience": 1, "factor": 0.5}"#,
    ]

    /// Wide enough that a batch is cut into several micro-batches.
    private static let width = 300

    /// Two steps an epoch, the second smaller, and two batches to validate with.
    private func options(_ optimizer: String) throws -> TrainingOptions {
        try NNTests.options(
            "sparse_categorical_crossentropy",
            optimizer + #", "epochs": 3, "batch_size": 64, "metrics": ["accuracy"], "validation_split": 0.4, "seed": 3"#
        )
    }

    private func session(
        _ options: TrainingOptions,
        threads: Int = 1,
        resuming bytes: [UInt8]? = nil
    ) throws -> TrainingSession {
        let network = try classifier(width: Self.width, units: 256)
        let data = classes(rows: 190, width: Self.width)
        guard let bytes else {
            return try TrainingSession(network: network, options: options, data: data, threads: threads)
        }
        return try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: threads,
            resuming: TrainingCheckpoint(decoding: bytes)
        )
    }

    @Test(arguments: optimizers)
    func `the same run twice gives the same weights and history`(optimizer: String) throws {
        let options = try options(optimizer)
        let first = try session(options)
        let second = try session(options)

        #expect(try first.run() == .finished)
        #expect(try second.run() == .finished)

        #expect(bits(first.weights) == bits(second.weights))
        #expect(first.course == second.course)
    }

    @Test(arguments: [2, 3, 8])
    func `the weights do not depend on the number of threads`(threads: Int) throws {
        let options = try options(Self.optimizers[1])
        let alone = try session(options)
        let team = try session(options, threads: threads)

        #expect(try alone.run() == .finished)
        #expect(try team.run() == .finished)

        #expect(bits(alone.weights) == bits(team.weights))
        #expect(alone.course == team.course)
    }

    @Test(arguments: [1, 2, 4, 16, 64])
    func `the parts of a batch change the bits, threads do not`(microBatches: Int) throws {
        var options = try options(Self.optimizers[1])
        options.batchSize = 112
        let usual = try session(options)
        options.microBatches = microBatches
        let alone = try session(options)
        let team = try session(options, threads: 3)

        #expect(try usual.run() == .finished)
        #expect(try alone.run() == .finished)
        #expect(try team.run() == .finished)

        #expect(bits(alone.weights) == bits(team.weights))
        // 112 rows are four parts of at least 16 rows, as long as eight are allowed, and as many as are.
        #expect((bits(alone.weights) == bits(usual.weights)) == (microBatches >= 4))
    }

    @Test func `another seed gives other weights`() throws {
        var options = try options(Self.optimizers[0])
        let first = try session(options)
        options.seed += 1
        let second = try session(options)

        #expect(try first.run() == .finished)
        #expect(try second.run() == .finished)

        #expect(bits(first.weights) != bits(second.weights))
    }

    @Test(arguments: optimizers)
    func `a run cut anywhere goes on from its checkpoint to the same bits`(optimizer: String) throws {
        let options = try options(optimizer)
        let whole = try session(options)
        // A checkpoint at every boundary: between steps, before and within a validation, between epochs, at the end.
        var checkpoints = [whole.checkpoint().encoded()]
        #expect(
            try whole.run { session, _ in
                checkpoints.append(session.checkpoint().encoded())
                return .proceed
            } == .finished
        )
        #expect(checkpoints.count == 1 + 3 * (2 + 1 + 1))

        for (place, bytes) in checkpoints.enumerated() {
            let rest = try session(options, threads: 1 + place % 3, resuming: bytes)
            #expect(try rest.run() == .finished)
            #expect(bits(rest.weights) == bits(whole.weights), "cut at boundary \(place)")
            #expect(rest.course == whole.course, "cut at boundary \(place)")
        }
    }

    @Test func `a paused run goes on in place to the same bits`() throws {
        var options = try options(Self.optimizers[1])
        options.validationSplit = 0.2
        let whole = try session(options)
        let paused = try session(options)

        #expect(try whole.run() == .finished)
        var pauses = 0
        while try paused.run({ _, _ in .pause }) == .paused { pauses += 1 }

        #expect(pauses == 3 * (3 + 1))
        #expect(bits(paused.weights) == bits(whole.weights))
        #expect(paused.course == whole.course)
    }
}
