/// A dense block of float32 numbers, row-major, with value semantics.
public struct Tensor: Sendable, Equatable {
    /// The extents of the tensor.
    public let shape: Shape
    /// The elements in row-major order; as many as the shape's volume.
    public var values: [Float] {
        didSet { precondition(values.count == shape.volume, "a tensor's volume can't change") }
    }

    /// A tensor of a shape from its elements in row-major order.
    public init(_ shape: Shape, _ values: [Float]) {
        precondition(values.count == shape.volume, "\(values.count) values do not fill \(shape)")
        self.shape = shape
        self.values = values
    }

    /// A tensor whose elements are all the same.
    public init(repeating value: Float, _ shape: Shape) {
        self.init(shape, [Float](repeating: value, count: shape.volume))
    }

    /// A scalar.
    public init(_ scalar: Float) { self.init([], [scalar]) }

    /// The number of axes.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var volume: Int { shape.volume }
}
