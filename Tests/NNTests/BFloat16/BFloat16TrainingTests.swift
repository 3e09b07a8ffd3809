import Foundation
import JSON
import NN
import Testing

/// Training with `"precision": "mixed_bfloat16"`.
struct BFloat16TrainingTests {
    private static let loss = "sparse_categorical_crossentropy"
    private static let mixed = #""precision": "mixed_bfloat16""#
    private static let width = 300

    private static func session(
        _ fields: String,
        threads: Int = 1,
        from checkpoint: TrainingCheckpoint? = nil,
        isFork: Bool = false
    ) throws -> TrainingSession {
        let options = try options(
            loss,
            #""optimizer": "adam", "epochs": 3, "batch_size": 64, "metrics": ["accuracy"], "validation_split": 0.4, \#(fields)"#
        )
        let network = try classifier(width: width, units: 256)
        let data = classes(rows: 190, width: width)
        guard let checkpoint else {
            return try TrainingSession(network: network, options: options, data: data, threads: threads)
        }
        return try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: threads,
            resuming: checkpoint,
            isFork: isFork
        )
    }

    @Test func `it is float32 where nothing is said, and then isn't written`() throws {
        func text(_ options: TrainingOptions) -> String {
            var json = JSONWriter()
            json.write(options)
            return json.text
        }
        let standard = try options("mse")
        let mixed = try options("mse", Self.mixed)

        #expect(standard.precision == .float32)
        #expect(try options("mse", #""precision": "float32""#) == standard)
        #expect(!text(standard).contains("precision"))
        #expect(text(mixed).contains(#""precision":"mixed_bfloat16""#))
        #expect(try TrainingOptions(JSONDocument(parsing: text(mixed)).root) == mixed)
    }

    @Test func `another name is refused with those there are`() throws {
        let fault = try #require(throws: FaultyInput.self) { try options("mse", #""precision": "float16""#) }

        #expect("\(fault)".contains("/precision"))
        #expect("\(fault)".contains("mixed_bfloat16"))
    }

    @Test(.enabled(if: !hasBFloat16))
    func `a processor without it refuses, and says why`() throws {
        let fault = try #require(throws: FaultyInput.self) { try Self.session(Self.mixed) }

        #expect("\(fault)".contains("/precision"))
        #expect("\(fault)".contains("AVX-512 BF16"))
    }

    @Test(.enabled(if: hasBFloat16), arguments: [2, 3])
    func `the weights do not depend on the number of threads`(threads: Int) throws {
        let alone = try Self.session(Self.mixed)
        let team = try Self.session(Self.mixed, threads: threads)
        let exact = try Self.session(#""seed": 0"#)

        for session in [alone, team, exact] { #expect(try session.run() == .finished) }

        #expect(bits(alone.weights) == bits(team.weights))
        #expect(alone.course == team.course)
        #expect(bits(alone.weights) != bits(exact.weights))
    }

    @Test(.enabled(if: hasBFloat16))
    func `a run cut anywhere goes on from its checkpoint to the same bits`() throws {
        let whole = try Self.session(Self.mixed)
        var checkpoints: [[UInt8]] = []
        #expect(
            try whole.run { session, _ in
                checkpoints.append(session.checkpoint().encoded())
                return .proceed
            } == .finished
        )

        for (place, bytes) in checkpoints.enumerated() {
            let rest = try Self.session(
                Self.mixed,
                threads: 1 + place % 2,
                from: TrainingCheckpoint(decoding: bytes)
            )
            #expect(try rest.run() == .finished)
            #expect(bits(rest.weights) == bits(whole.weights), "cut at boundary \(place)")
        }
    }

    @Test(.enabled(if: hasBFloat16))
    func `a checkpoint is of its precision, which a fork may change`() throws {
        let first = try Self.session(Self.mixed)
        _ = try first.run { _, event in
            if case .epoch = event { return .pause }
            return .proceed
        }
        let checkpoint = try TrainingCheckpoint(decoding: first.checkpoint().encoded())

        #expect(throws: TrainingError.self) { try Self.session(#""seed": 0"#, from: checkpoint) }
        let fork = try Self.session(#""seed": 0"#, from: checkpoint, isFork: true)
        #expect(try fork.run() == .finished)
        #expect(try first.run() == .finished)
        #expect(bits(fork.weights) != bits(first.weights))
    }

    @Test(.enabled(if: hasBFloat16))
    func `validation is computed in float32, as answers are`() throws {
        let session = try Self.session(Self.mixed)
        #expect(try session.run() == .finished)
        let network = try classifier(width: Self.width, units: 256)
        let data = classes(rows: 190, width: Self.width)
        let held = Array(data.inputs.values[(114 * Self.width)...])
        let worker = InferenceModel(try InferencePlans(network), weights: session.weights).makeWorker()

        let answers = try worker.predict(Tensor([76, Self.width], held)).values
        let loss = (0..<76).reduce(0.0) { sum, row in
            sum - log(Double(answers[row * 3 + Int(data.targets.values[114 + row])])) / 76
        }

        let told = try #require(session.history.last?.measurements.first { $0.name == "val_loss" }?.value)
        #expect(abs(told - loss) < 1e-5)
    }
}
