import JSON
import NN
import Testing

/// What a session shows of the weights that it ends with, what it learns before its first step, and what its history
/// says of the learning rate.
struct KeptEpochTests {
    /// Two rows that pull a weight from 0 to 1, and one to validate with, for which 0.3 is best.
    private func session(_ stopping: String) throws -> TrainingSession {
        let data = TensorData(inputs: Tensor([3, 1], [1, 2, 1]), targets: Tensor([3, 1], [1, 2, 0.3]))
        return try trained(
            network([1], #"{"type": "Dense", "units": 1, "use_bias": false, "kernel_initializer": "zeros"}"#),
            options(
                "mse",
                """
                "epochs": 9, "batch_size": 2, "shuffle": false, "validation_rows": 1, "early_stopping": \(stopping),
                "optimizer": {"type": "SGD", "learning_rate": 0.02}
                """
            ),
            data
        )
    }

    @Test(arguments: [
        (#"{"patience": 2, "restore_best_weights": true}"#, 5, 3), (#"{"patience": 2}"#, 5, 5),
        (#"{"patience": 99, "restore_best_weights": true}"#, 9, 3),
        (#"{"monitor": "loss", "restore_best_weights": true}"#, 9, 9),
        (#"{"patience": 99, "restore_best_weights": true, "start_from_epoch": 4}"#, 9, 5),
        (#"{"patience": 99, "restore_best_weights": true, "start_from_epoch": 50}"#, 9, 9),
    ])
    func `the kept epoch is the one whose weights the session has`(stopping: String, epochs: Int, kept: Int) throws {
        let session = try session(stopping)

        #expect(session.history.count == epochs)
        #expect(session.kept?.epoch == kept)
        #expect(session.progress.measurements == session.history[kept - 1].measurements)
        let validation = TensorData(inputs: Tensor([1, 1], [1]), targets: Tensor([1, 1], [0.3]))
        let found = try #require(try session.evaluate(validation, prefix: "val_")?.first)
        #expect(try found == #require(session.kept).measurements.first { $0.name == "val_loss" })
    }

    @Test func `the learning rate of each epoch's last step is in the history`() throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            """
            "epochs": 3, "batch_size": 10, "optimizer": {"type": "SGD", "learning_rate":
             {"type": "ExponentialDecay", "initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.5}}
            """
        )
        let session = try TrainingSession(network: classifier(), options: options, data: classes(rows: 20), threads: 1)
        // Also where the run is cut between the last step and the epoch's end.
        var isCut = false
        _ = try session.run { session, event in
            defer { isCut = isCut || session.progress.step == 2 }
            return session.progress.step == 2 && !isCut ? .pause : .proceed
        }
        let resumed = try TrainingSession(
            network: classifier(),
            options: options,
            data: classes(rows: 20),
            threads: 1,
            resuming: TrainingCheckpoint(decoding: session.checkpoint().encoded())
        )
        _ = try resumed.run()

        // Two steps an epoch.
        #expect(resumed.history.map(\.learningRate) == [0.25, 0.0625, 0.015625])
        var json = JSONWriter()
        json.write(resumed.history[0])
        #expect(json.text.contains(#","learning_rate":0.25,"seconds":"#))
    }

    @Test(arguments: [
        ("", true, Float(5)), ("", false, 0), (#", "adapt": true"#, false, 5), (#", "adapt": false"#, true, 0),
    ])
    func `layers learn from the rows before the first step where they are to`(
        option: String,
        adapts: Bool,
        mean: Float
    ) throws {
        let network = try network(
            [3, 1],
            #"{"type": "TimeDistributed", "layer": {"type": "Normalization"}}"#,
            #"{"type": "Flatten"}"#,
            #"{"type": "Dense", "units": 1}"#
        )
        let data = TensorData(
            inputs: Tensor([2, 3, 1], [1, 2, 3, 7, 8, 9]),
            targets: Tensor([2, 1], [0, 1])
        )
        let session = try TrainingSession(
            network: network,
            options: options("mse", #""epochs": 2\#(option)"#),
            data: data,
            threads: 1,
            adapts: adapts
        )

        #expect(try session.run() == .finished)

        #expect(session.weights[0].values == [mean])
    }

    @Test func `a checkpoint of the format before is read, and its metrics go on with the steps that count`() throws {
        let network = try network(
            [4],
            #"{"type": "Embedding", "input_dim": 3, "output_dim": 2, "mask_zero": true}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        let data = TensorData(
            inputs: Tensor([4, 4], [1, 2, 0, 0, 1, 0, 0, 0, 2, 2, 2, 0, 1, 1, 1, 1]),
            targets: Tensor([4, 4], (0..<16).map { Float($0 % 3) }),
            classes: 3
        )
        let options = try options(
            "sparse_categorical_crossentropy",
            #""metrics": ["accuracy"], "batch_size": 2, "epochs": 2"#
        )
        func session(resuming checkpoint: TrainingCheckpoint? = nil) throws -> TrainingSession {
            guard let checkpoint else {
                return try TrainingSession(network: network, options: options, data: data, threads: 1)
            }
            return try TrainingSession(
                network: network,
                options: options,
                data: data,
                threads: 1,
                resuming: checkpoint
            )
        }
        let cut = try session()
        _ = try cut.run { session, _ in session.progress.epoch == 2 && session.progress.step == 1 ? .pause : .proceed }
        let whole = try session()
        _ = try whole.run()

        let old = try session(resuming: TrainingCheckpoint(decoding: asOlder(cut.checkpoint().encoded())))
        _ = try old.run()

        #expect(bits(old.weights) == bits(whole.weights))
        #expect(old.history.map(\.epoch) == [1, 2])
        #expect(old.history[0].learningRate == nil && old.history[0].seconds == nil)
        #expect(old.history[1].measurements[0] == whole.history[1].measurements[0])
        #expect((0...1).contains(old.history[1].measurements[1].value))
    }

    /// A checkpoint as the program wrote it before metrics left out masked steps: without their number, and without
    /// learning rates and seconds.
    private func asOlder(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = try WeightsFile(decoding: bytes)
        var metadata = file.metadata
        let key = try #require(metadata.keys.first)
        var text = try #require(metadata[key])
        let state = try JSONDocument(parsing: text).root
        text = text.replacing("\"format\":3", with: "\"format\":2")
        let sums = try #require(state["sums"])
        let kept = [0, 2].compactMap { sums[$0]?.source }.joined(separator: ",")
        text = text.replacing(sums.source, with: "[\(kept)]")
        let rate = try #require(state["history"]?[0]?["learning_rate"]).source
        text = text.replacing(",\"learning_rate\":\(rate)", with: "")
        for seconds in [try #require(state["history"]?[0]?["seconds"]), try #require(state["seconds"])] {
            text = text.replacing(",\"seconds\":\(seconds.source)", with: "")
        }
        metadata[key] = text
        return WeightsFile(file.entries, metadata: metadata).encoded()
    }
}
