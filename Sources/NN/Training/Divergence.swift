/// Where a run's numbers stopped being finite.
public struct Divergence: Sendable, Equatable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The step within the epoch, from 1; the last one where the validation after it came to such a number.
    public let step: Int
    /// The layer whose result, or whose weight's gradient, was first not finite; `input` where that is what came in, `loss`
    /// where every layer's result is finite.
    public let layer: String
    /// The first number there that isn't finite.
    public let value: Float
    /// The rows of the batch, by their place in the data.
    public let rows: [Int]
    /// Whether the step itself was done before.
    let isAfterStep: Bool

    /// What stands for what came in.
    static let input = "input"
    /// What stands for the loss.
    static let loss = "loss"
}

/// What a step came to, and how large its gradient and the weights before it were.
public struct StepRecord: Sendable, Equatable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The step within the epoch, from 1.
    public let step: Int
    /// The loss of its batch.
    public let loss: Double
    /// The 2-norm of the gradient of all trainable weights, before it is clipped.
    public let gradient: Double
    /// The 2-norm of all trainable weights before the step.
    public let weight: Double
}

/// Takes note of the steps before one that is known.
final class StepRecorder {
    private(set) var records: [StepRecord] = []
    private let range: Range<Int>
    private let stepsPerEpoch: Int

    /// Takes note of the last `count` steps before a divergence.
    init(_ divergence: Divergence, count: Int, stepsPerEpoch: Int) {
        self.stepsPerEpoch = stepsPerEpoch
        let end = (divergence.epoch - 1) * stepsPerEpoch + divergence.step - (divergence.isAfterStep ? 0 : 1)
        range = max(end - count, 0)..<max(end, 0)
    }

    /// Whether it wants a step of an epoch, both counted from 0.
    func wants(epoch: Int, step: Int) -> Bool { range.contains(epoch * stepsPerEpoch + step) }

    /// Takes note of a step.
    func add(_ record: StepRecord) { records.append(record) }
}

extension TrainingSession {
    /// Trains up to where a run like this one diverged, and tells of the last steps before that.
    ///
    /// - Parameters:
    ///   - divergence: Where.
    ///   - count: How many steps at most.
    ///   - observe: As `run` calls it.
    /// - Returns: The steps, first to last; nil where `observe` asked to come back.
    /// - Throws: What `run` throws, but for what ended the other run.
    public func steps(
        before divergence: Divergence,
        count: Int,
        _ observe: Observer
    ) throws -> [StepRecord]? {
        let recorder = StepRecorder(divergence, count: count, stepsPerEpoch: stepsPerEpoch)
        self.recorder = recorder
        defer { self.recorder = nil }
        do {
            guard try run(observe) == .finished else { return nil }
        } catch let error as TrainingError where self.divergence != nil {
            guard self.divergence?.epoch == divergence.epoch, self.divergence?.step == divergence.step else {
                throw error
            }
        }
        return recorder.records
    }
}

extension ParameterLayout {
    /// The 2-norm of all that training changes in a buffer.
    func trainableNorm(of buffer: UnsafePointer<Float>) -> Double {
        var sum = 0.0
        for entry in entries where entry.trainable {
            for place in entry.offset..<entry.offset + entry.shape.volume {
                sum += Double(buffer[place]) * Double(buffer[place])
            }
        }
        return sum.squareRoot()
    }
}
