import NN
import Testing

/// Several ranks come to the bits of one, whatever the network needs from its whole batch.
struct RankTests {
    private static let networks = [
        // Wide enough that a batch has several parts; dropout draws by the part.
        #"[{"type": "Dense", "units": 256, "activation": "relu"}, {"type": "Dropout", "rate": 0.3}, "#
            + #"{"type": "Dense", "units": 5, "activation": "softmax"}]"#,
        // Sums over the batch in the middle of the network.
        #"[{"type": "Dense", "units": 256}, {"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu"}, "#
            + #"{"type": "Dense", "units": 64}, {"type": "BatchNormalization"}, "#
            + #"{"type": "Dense", "units": 5, "activation": "softmax"}]"#,
        // Convolutions, whose batch normalization has sums over rows and places.
        #"[{"type": "Reshape", "target_shape": [10, 10, 3]}, {"type": "Conv2D", "filters": 16, "kernel_size": 3}, "#
            + #"{"type": "BatchNormalization"}, {"type": "Activation", "activation": "relu"}, "#
            + #"{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 5, "activation": "softmax"}]"#,
        // Recurrent layers, one over the other.
        #"[{"type": "Reshape", "target_shape": [15, 20]}, {"type": "GRU", "units": 32, "return_sequences": true}, "#
            + #"{"type": "LSTM", "units": 24}, {"type": "Dense", "units": 5, "activation": "softmax"}]"#,
    ]

    /// What a run came to.
    private struct End: Equatable, Sendable {
        let weights: [UInt32]
        let course: [String]
    }

    /// Three epochs of two batches, the second with fewer parts than there are ranks, and a validation.
    private static func session(
        _ layers: String,
        microBatches: Int,
        threads: Int,
        optimizer: String = #"{"type": "Adam", "global_clipnorm": 1}"#
    ) throws -> TrainingSession {
        let width = 300
        return try TrainingSession(
            network: network([width], String(layers.dropFirst().dropLast())),
            options: options(
                "sparse_categorical_crossentropy",
                #""optimizer": \#(optimizer), "epochs": 3, "batch_size": 128, "#
                    + #""micro_batches": \#(microBatches), "metrics": ["accuracy"], "validation_split": 0.2, "seed": 3"#
            ),
            data: classes(rows: 200, width: width),
            threads: threads
        )
    }

    private static func end(of session: TrainingSession) -> End {
        End(weights: bits(session.weights).flatMap(\.self), course: session.course.map { "\($0)" })
    }

    @Test(arguments: networks, [1, 2, 4, 8])
    func `any number of ranks and threads comes to the same bits`(layers: String, ranks: Int) throws {
        let alone = try Self.session(layers, microBatches: 8, threads: 1)
        #expect(try alone.run() == .finished)
        let expected = Self.end(of: alone)

        for threads in [1, 2] {
            let ends = try SocketRanks.run(ranks) { group in
                let session = try Self.session(layers, microBatches: 8, threads: threads)
                session.group = group
                #expect(try session.run() == .finished)
                return Self.end(of: session)
            }
            for (rank, end) in ends.enumerated() { #expect(try end.get() == expected, "rank \(rank) of \(ranks)") }
        }
    }

    @Test func `all ranks pause where the leader asks for it`() throws {
        let ends = try SocketRanks.run(2) { group in
            let session = try Self.session(Self.networks[1], microBatches: 4, threads: 1)
            session.group = group
            let outcome = try session.run { session, _ in
                group.rank == 0 && session.progress.epoch == 2 ? .pause : .proceed
            }
            return "\(outcome) \(session.progress.epoch) \(session.progress.step)"
        }
        #expect(try Set(ends.map { try $0.get() }) == ["paused 2 0"])
    }

    @Test(arguments: networks, [0, 1, 2, 5, 13, 20])
    func `the leader goes on alone behind a rank that was lost, to the same bits`(layers: String, exchanges: Int) throws
    {
        let alone = try Self.session(layers, microBatches: 8, threads: 1)
        #expect(try alone.run() == .finished)

        let ends = try SocketRanks.run(2, leaving: (rank: 1, exchanges: exchanges)) { group in
            let session = try Self.session(layers, microBatches: 8, threads: 1)
            session.group = group
            do {
                _ = try session.run()
            } catch is SocketRanks.Lost where group.rank == 0 {
                session.group = nil
                #expect(try session.run() == .finished)
            }
            return Self.end(of: session)
        }

        #expect(try ends[0].get() == Self.end(of: alone))
        #expect(throws: SocketRanks.Lost.self) { try ends[1].get() }
    }

    @Test(arguments: [2, 4]) func `gradients that are added up over steps come to the same bits`(ranks: Int) throws {
        let optimizer = #"{"type": "AdamW", "gradient_accumulation_steps": 2, "use_ema": true}"#
        let alone = try Self.session(Self.networks[0], microBatches: 8, threads: 2, optimizer: optimizer)
        #expect(try alone.run() == .finished)

        let ends = try SocketRanks.run(ranks) { group in
            let session = try Self.session(Self.networks[0], microBatches: 8, threads: 1, optimizer: optimizer)
            session.group = group
            #expect(try session.run() == .finished)
            return Self.end(of: session)
        }

        for end in ends { #expect(try end.get() == Self.end(of: alone)) }
    }

    @Test(arguments: networks) func `a probe is the same on each rank and thread count, and moves nothing`(
        layers: String
    )
        throws
    {
        let first = try Self.session(layers, microBatches: 8, threads: 1)
        let second = try Self.session(layers, microBatches: 8, threads: 2)
        let probe = try first.probe()

        #expect(try probe?.contains { $0 != 0 } == true && second.probe() == probe)
        #expect(first.partsPerBatch > 1)
        #expect(try first.run() == .finished && second.run() == .finished)
        let untouched = try Self.session(layers, microBatches: 8, threads: 1)
        #expect(try untouched.run() == .finished)
        #expect(Self.end(of: first) == Self.end(of: untouched))
        #expect(Self.end(of: second) == Self.end(of: untouched))
    }
}
