import NN
import Testing

struct TrainingCheckpointTests {
    private func session(
        _ fields: String = #""optimizer": "adam""#,
        rows: Int = 30,
        units: Int = 16,
        resuming checkpoint: TrainingCheckpoint? = nil
    ) throws -> TrainingSession {
        let options = try options("sparse_categorical_crossentropy", fields + #", "epochs": 2, "batch_size": 8"#)
        let network = try classifier(units: units)
        let data = classes(rows: rows)
        guard let checkpoint else {
            return try TrainingSession(network: network, options: options, data: data, threads: 1)
        }
        return try TrainingSession(network: network, options: options, data: data, threads: 1, resuming: checkpoint)
    }

    private func checkpoint() throws -> TrainingCheckpoint {
        let session = try session()
        _ = try session.run { session, _ in session.progress.step == 2 ? .pause : .proceed }
        return session.checkpoint()
    }

    @Test func `a checkpoint written and read again is equal`() throws {
        let checkpoint = try checkpoint()

        #expect(try TrainingCheckpoint(decoding: checkpoint.encoded()) == checkpoint)
        #expect(try session(resuming: checkpoint).checkpoint() == checkpoint)
    }

    @Test func `a checkpoint that says nothing of an option is one of its default`() throws {
        let checkpoint = try checkpoint()
        let written = try WeightsFile(decoding: checkpoint.encoded())
        let metadata = written.metadata.mapValues { $0.replacing(#"\"micro_batches\":8,"#, with: "") }
        let old = try TrainingCheckpoint(decoding: WeightsFile(written.entries, metadata: metadata).encoded())

        #expect(old != checkpoint)
        #expect(try session(resuming: old).checkpoint() == checkpoint)
        #expect(throws: TrainingError.self) { try session(#""optimizer": "adam", "micro_batches": 16"#, resuming: old) }
    }

    @Test func `a checkpoint of another run is refused`() throws {
        let checkpoint = try checkpoint()

        #expect(throws: TrainingError.self) { try session(#""optimizer": "sgd""#, resuming: checkpoint) }
        #expect(throws: TrainingError.self) { try session(rows: 31, resuming: checkpoint) }
        #expect(throws: TrainingError.self) { try session(units: 17, resuming: checkpoint) }
    }

    @Test func `a checkpoint cut short is refused at any length`() throws {
        let bytes = try checkpoint().encoded()

        for length in Swift.stride(from: 0, to: bytes.count, by: 97) {
            #expect(throws: TrainingError.self) { try TrainingCheckpoint(decoding: Array(bytes.prefix(length))) }
        }
    }
}
