public import JSON

/// A rule that moves weights against their gradient, by Keras's names and formulas.
///
/// An optimizer is a value that holds hyper-parameters, never weights. What it remembers from step to step lies in its
/// slots: flat buffers like the weights', zero before the first step, kept by the training session and its
/// checkpoints. To add an optimizer is to add a file with a type that conforms, and its line in `OptimizerRegistry`.
public protocol Optimizer: Sendable {
    /// Keras's class name, as in `Adam`.
    static var name: String { get }

    /// Reads the hyper-parameters; what is absent has Keras's default.
    init(reading fields: inout ObjectReader)

    /// Writes every hyper-parameter, in the order of Keras's arguments.
    func write(to fields: inout JSONWriter)

    /// The names of the slots; their count is how many buffers `update` finds.
    var slots: [String] { get }

    /// Moves one stretch of the weights.
    ///
    /// Each element depends on the same element of the gradient and slots alone, so stretches may run in any order.
    ///
    /// - Parameters:
    ///   - span: The stretch.
    ///   - step: The number of this update, counted from 1.
    func update(_ span: ParameterSpan, step: Int)
}

/// A stretch of the flat buffers of weights, gradients and slots, a whole number of vectors long.
public struct ParameterSpan {
    /// The unit in which stretches are processed.
    public typealias Vector = SIMD16<Float>

    /// How many vectors there are.
    public let count: Int
    /// The weights, read and written.
    public let weights: UnsafeMutablePointer<Vector>
    /// The gradient of the loss.
    public let gradients: UnsafePointer<Vector>

    private let slots: UnsafeMutablePointer<Float>
    private let slotStride: Int

    /// The stretch `range` of flat buffers, 64-byte aligned, whose length is `slotStride`.
    init(
        _ range: Range<Int>,
        weights: UnsafeMutablePointer<Float>,
        gradients: UnsafePointer<Float>,
        slots: UnsafeMutablePointer<Float>,
        slotStride: Int
    ) {
        count = range.count / ParameterLayout.alignment
        self.weights = Self.vectors(weights + range.lowerBound)
        self.gradients = UnsafePointer(Self.vectors(UnsafeMutablePointer(mutating: gradients + range.lowerBound)))
        self.slots = slots + range.lowerBound
        self.slotStride = slotStride
    }

    /// The stretch of one slot.
    public func slot(_ index: Int) -> UnsafeMutablePointer<Vector> { Self.vectors(slots + index * slotStride) }

    private static func vectors(_ floats: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Vector> {
        // A vector is 16 floats and nothing else, and the layout aligns every stretch to 64 bytes.
        UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Vector.self)
    }
}
