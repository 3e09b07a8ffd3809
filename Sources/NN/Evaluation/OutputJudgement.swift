/// What an output's results are to whoever judges them.
public enum OutputJudgement: Sendable, Equatable {
    /// One of several classes, that of the greatest number along the last axis.
    case oneOf(classes: Int)
    /// Class 0 or class 1, by one number, parted at ½.
    case binary
    /// Any of several classes, each by a number of its own, parted at ½.
    case anyOf(classes: Int)
    /// Values, so many a sample.
    case values(width: Int)
    /// A sequence that is held against another one as a whole.
    case sequence

    /// How many classes there are; nil where there are none.
    public var classes: Int? {
        switch self {
        case .oneOf(let count), .anyOf(let count): count
        case .binary: 2
        case .values, .sequence: nil
        }
    }
}

extension ScoredOutput {
    /// What the results are: classes where the loss, the last function and the targets say so.
    ///
    /// Targets that are class indices always are. So are vectors that a softmax or a loss over classes ends, held against
    /// the greatest number of the target. One sigmoid, or several, are where every target is 0 or 1; an output that the loss
    /// `binary_crossentropy` takes for a probability counts as one.
    public var judgement: OutputJudgement {
        guard target.isAligned else { return .sequence }
        if case .labels(let classes) = target.allowed, shape.last > 1 {
            return .oneOf(classes: min(classes, shape.last))
        }
        let comparesClasses =
            loss.kind is CategoricalCrossentropy || loss.kind is CategoricalHinge || activation == .softmax
        if comparesClasses, shape.last > 1, targetVolume == volume { return .oneOf(classes: shape.last) }
        let isProbability = activation == .sigmoid || loss.kind is BinaryCrossentropy
        if isProbability, targetVolume == volume, targetsAreTruths {
            return shape.last <= 1 ? .binary : .anyOf(classes: shape.last)
        }
        return .values(width: volume / max(maskVolume, 1))
    }

    /// Whether results are probabilities.
    var areProbabilities: Bool {
        activation == .softmax || activation == .sigmoid
            || (0..<rows * volume).allSatisfy { 0...1 ~= predictions.pointer[$0] }
    }

    private var targetsAreTruths: Bool {
        (0..<rows * targetVolume).allSatisfy { targets.pointer[$0] == 0 || targets.pointer[$0] == 1 }
    }

    /// How many samples a row has: one, or where each of its steps or places is judged by itself as many.
    func samplesPerRow(_ judgement: OutputJudgement) -> Int {
        switch judgement {
        case .oneOf, .anyOf: volume / max(shape.last, 1)
        case .binary: volume
        case .values(let width): volume / max(width, 1)
        case .sequence: 1
        }
    }

    /// Whether a sample counts, which a mask may deny.
    func counts(row: Int, sample: Int, of samples: Int) -> Bool {
        guard maskVolume > 0 else { return true }
        return masks.pointer[row * maskVolume + sample * maskVolume / max(samples, 1)] != 0
    }

    /// Whether everything that was answered is a finite number.
    var isFinite: Bool { (0..<rows * volume).allSatisfy { predictions.pointer[$0].isFinite } }
}
