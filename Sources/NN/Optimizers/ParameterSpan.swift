import CVector

/// A stretch of the flat buffers of weights, gradients and slots, a whole number of vectors long.
struct ParameterSpan {
    /// The unit in which stretches are processed.
    typealias Vector = SIMD16<Float>

    /// How many vectors there are.
    let count: Int
    /// The weights, read and written.
    let weights: UnsafeMutablePointer<Vector>
    /// The gradient of the loss.
    let gradients: UnsafePointer<Vector>

    /// The weight that the stretch is, where the optimizer takes whole weights.
    let entry: ParameterLayout.Entry?

    private let slots: UnsafeMutablePointer<Float>
    private let slotStride: Int

    /// The stretch `range` of flat buffers, 64-byte aligned; the slots lie one after the other, `slotStride` apart.
    init(
        _ range: Range<Int>,
        weights: UnsafeMutablePointer<Float>,
        gradients: UnsafePointer<Float>,
        slots: UnsafeMutablePointer<Float>,
        slotStride: Int,
        entry: ParameterLayout.Entry? = nil
    ) {
        self.entry = entry
        count = range.count / ParameterLayout.alignment
        self.weights = Self.vectors(weights + range.lowerBound)
        self.gradients = UnsafePointer(Self.vectors(UnsafeMutablePointer(mutating: gradients + range.lowerBound)))
        self.slots = slots + range.lowerBound
        self.slotStride = slotStride
    }

    /// Makes the weights smaller by a share of themselves.
    func decay(by share: Double) {
        let share = Vector(repeating: Float(share))
        for i in 0..<count { weights[i] -= weights[i] * share }
    }

    /// The stretch of one slot.
    func slot(_ index: Int) -> UnsafeMutablePointer<Vector> { Self.vectors(slots + index * slotStride) }

    /// The weights, one number after the other.
    var numbers: UnsafeMutablePointer<Float> { Self.floats(weights) }

    /// The gradient, one number after the other.
    var gradientNumbers: UnsafePointer<Float> { UnsafePointer(Self.floats(UnsafeMutablePointer(mutating: gradients))) }

    /// The stretch of one slot, one number after the other.
    func numbers(ofSlot index: Int) -> UnsafeMutablePointer<Float> { slots + index * slotStride }

    private static func floats(_ vectors: UnsafeMutablePointer<Vector>) -> UnsafeMutablePointer<Float> {
        // A vector is 16 floats and nothing else.
        UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Float.self)
    }

    private static func vectors(_ floats: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Vector> {
        // A vector is 16 floats and nothing else, and the layout aligns every stretch to 64 bytes.
        UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Vector.self)
    }
}

extension ParameterSpan.Vector {
    /// The square root of each number, correctly rounded.
    var root: Self { vector_square_root(self) }
}
