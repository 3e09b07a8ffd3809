/// How large gradient, weight and update of each trained tensor were at the last step of an epoch, as 2-norms in the order
/// of the network's weights.
public struct EpochNorms: Sendable, Equatable {
    /// Of the gradients, before they are clipped.
    public let gradient: [Double]
    /// Of the weights after the step.
    public let weight: [Double]
    /// Of what the step changed.
    public let update: [Double]
}

/// Takes the norms of a step, for which it holds a copy of the weights before.
final class NormTaker {
    private let entries: [ParameterLayout.Entry]
    private let before: FloatBuffer
    private var gradient: [Double] = []

    /// One for the trained tensors of a layout.
    init(_ layout: ParameterLayout) {
        entries = layout.entries.filter(\.trainable)
        before = FloatBuffer(count: layout.count)
    }

    /// The bytes of the copy.
    var bytes: Int { before.count * MemoryLayout<Float>.stride }

    /// Looks at the gradients, and at the weights that they are about to move.
    func begin(weights: UnsafePointer<Float>, gradients: UnsafePointer<Float>) {
        gradient = entries.map { Self.norm(of: $0, in: gradients) }
        before.pointer.update(from: weights, count: before.count)
    }

    /// Looks at the weights that have moved.
    func end(weights: UnsafePointer<Float>) -> EpochNorms {
        EpochNorms(
            gradient: gradient,
            weight: entries.map { Self.norm(of: $0, in: weights) },
            update: entries.map { Self.norm(of: $0, in: weights, minus: before.pointer) }
        )
    }

    /// The 2-norm of a tensor in a buffer, or of its distance from the one in another buffer, in double precision.
    private static func norm(
        of entry: ParameterLayout.Entry,
        in buffer: UnsafePointer<Float>,
        minus other: UnsafePointer<Float>? = nil
    ) -> Double {
        let range = ParameterLayout.range(of: entry)
        var sums = SIMD8<Double>.zero
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            var eight = wide(buffer + place)
            if let other { eight -= wide(other + place) }
            sums += eight * eight
        }
        return sums.sum().squareRoot()
    }

    /// Eight numbers that begin at a multiple of eight.
    private static func wide(_ numbers: UnsafePointer<Float>) -> SIMD8<Double> {
        let eight = UnsafeRawPointer(numbers).load(as: SIMD8<Float>.self)
        return SIMD8(
            Double(eight[0]),
            Double(eight[1]),
            Double(eight[2]),
            Double(eight[3]),
            Double(eight[4]),
            Double(eight[5]),
            Double(eight[6]),
            Double(eight[7])
        )
    }
}

extension TrainingSession {
    /// The names of the tensors that training changes, in the order of the norms.
    public var trainedTensors: [String] { task.layout.entries.filter(\.trainable).map(\.name) }

    /// The norms of the last step of the newest epoch whose steps are all done; nil where none are taken.
    public var takenNorms: EpochNorms? { normTaker == nil ? nil : norms }

    /// Has norms be taken from now on; costs a copy of the weights, and a pass over them at the end of each epoch.
    public func takeNorms() { normTaker = NormTaker(task.layout) }
}
