import Foundation
import NN
import Testing

/// The norms of each epoch's last step.
struct EpochNormsTests {
    private static func norm(_ numbers: some Sequence<Float>) -> Double {
        numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    private func isNear(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-6) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), 1e-3) }
    }

    /// A run whose norms are taken, and what they were at the end of each epoch.
    private func norms(
        of session: TrainingSession,
        _ observe: TrainingSession.Observer = { _, _ in .proceed }
    ) throws -> [EpochNorms] {
        session.takeNorms()
        var found: [EpochNorms] = []
        _ = try session.run { session, event in
            if case .epoch = event { found.append(try #require(session.takenNorms)) }
            return try observe(session, event)
        }
        return found
    }

    @Test func `a step worked out by hand has the norms that were found, before the gradient is clipped`() throws {
        let session = try TrainingSession(
            network: network([2], #"{"type": "Dense", "name": "line", "units": 1}"#),
            options: options(
                "mse",
                #""batch_size": 2, "optimizer": {"type": "SGD", "learning_rate": 0.1, "clipnorm": 1}"#
            ),
            data: TensorData(inputs: Tensor([2, 2], [1, 2, 3, -1]), targets: Tensor([2, 1], [1, 0])),
            threads: 1,
            weights: [Tensor([2, 1], [0.5, -0.25]), Tensor([1], [0.1])]
        )

        let found = try #require(try norms(of: session).first)

        // The answers are 0.1 and 1.85, 0.9 too little and 1.85 too much; the mean of the squares has twice the mean error
        // times the input as its derivative: 4.65 and -3.65, and 0.95 by the bias. Clipped is the kernel's alone.
        let length = (4.65 * 4.65 + 3.65 * 3.65).squareRoot()
        #expect(session.trainedTensors == ["line/kernel", "line/bias"])
        #expect(isNear(found.gradient, [length, 0.95]))
        #expect(isNear(found.update, [0.1, 0.095]))
        let moved = [0.5 - 0.1 * 4.65 / length, -0.25 + 0.1 * 3.65 / length]
        #expect(isNear(found.weight, [(moved[0] * moved[0] + moved[1] * moved[1]).squareRoot(), 0.005]))
    }

    @Test func `they are of the last step of each epoch, of what training changes alone`() throws {
        let session = try TrainingSession(
            network: network(
                [6],
                #"{"type": "Dense", "name": "fixed", "units": 5, "trainable": false}"#,
                #"{"type": "BatchNormalization", "name": "norm"}"#,
                #"{"type": "Dense", "name": "last", "units": 3, "activation": "softmax"}"#
            ),
            options: options(
                "sparse_categorical_crossentropy",
                #""epochs": 2, "batch_size": 8, "optimizer": {"type": "SGD", "learning_rate": 1}"#
            ),
            data: classes(rows: 20),
            threads: 1
        )
        var before: [[Tensor]] = []
        var after: [[Tensor]] = []

        let found = try norms(of: session) { session, event in
            if case .epoch = event { after.append(session.weights) }
            if case .step = event, session.progress.step == 2 { before.append(session.weights) }
            return .proceed
        }

        #expect(session.trainedTensors == ["norm/gamma", "norm/beta", "last/kernel", "last/bias"])
        // After the two of the layer that is fixed come scale and shift, then what batches are like on the whole.
        let places = [2, 3, 6, 7]
        for (epoch, norms) in found.enumerated() {
            #expect(isNear(norms.weight, places.map { Self.norm(after[epoch][$0].values) }))
            let moved = places.map { place in
                Self.norm(zip(after[epoch][place].values, before[epoch][place].values).map { $0 - $1 })
            }
            #expect(isNear(norms.update, moved))
            // At a rate of 1 a step is its gradient, but for the rounding of the weights.
            #expect(isNear(norms.gradient, moved, 1e-4))
        }
        #expect(found.count == 2 && before.count == 2)
    }

    @Test func `the weights have the same bits with them and without, and they the same on any threads, cut anywhere`()
        throws
    {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 64, "validation_split": 0.4, "seed": 3, "optimizer": {"type": "Adam", "clipnorm": 0.1}"#
        )
        func session(threads: Int = 1, resuming bytes: [UInt8]? = nil) throws -> TrainingSession {
            let (network, data) = (try classifier(width: 300, units: 256), classes(rows: 190, width: 300))
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
        let plain = try session()
        _ = try plain.run()
        let whole = try session()
        var checkpoints: [[UInt8]] = []

        let found = try norms(of: whole) { session, _ in
            checkpoints.append(session.checkpoint().encoded())
            return .proceed
        }

        #expect(plain.takenNorms == nil)
        #expect(bits(whole.weights) == bits(plain.weights) && whole.course == plain.course)
        for (place, bytes) in checkpoints.enumerated() {
            let rest = try session(threads: 1 + place % 3, resuming: bytes)
            let later = try norms(of: rest)
            #expect(bits(rest.weights) == bits(plain.weights), "cut at boundary \(place)")
            #expect(later == Array(found.suffix(later.count)), "cut at boundary \(place)")
        }
    }

    @Test func `an epoch takes the time of its own steps and validation, without the time for which it was cut`() throws
    {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 10, "validation_split": 0.2"#
        )
        func session(resuming checkpoint: TrainingCheckpoint? = nil) throws -> TrainingSession {
            let (network, data) = (try classifier(), classes(rows: 50))
            guard let checkpoint else {
                return try TrainingSession(network: network, options: options, data: data, threads: 1)
            }
            return try TrainingSession(network: network, options: options, data: data, threads: 1, resuming: checkpoint)
        }
        func pass(milliseconds: Int) {
            let end = ContinuousClock.now + .milliseconds(milliseconds)
            while ContinuousClock.now < end {}
        }
        let first = try session()
        let start = ContinuousClock.now
        _ = try first.run { session, _ in
            guard session.progress.step == 2 else { return .proceed }
            pass(milliseconds: 30)
            return .pause
        }
        let firstPart = start.duration(to: .now) / .seconds(1)
        pass(milliseconds: 200)
        let rest = try session(resuming: TrainingCheckpoint(decoding: first.checkpoint().encoded()))
        let again = ContinuousClock.now

        _ = try rest.run()

        let secondPart = again.duration(to: .now) / .seconds(1)
        let seconds = try rest.history.map { try #require($0.seconds) }
        #expect(seconds.count == 2 && seconds[0] >= 0.03 && seconds[1] > 0)
        #expect(seconds[0] + seconds[1] <= firstPart + secondPart + 1e-5)
    }
}
