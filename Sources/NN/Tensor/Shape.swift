/// The extents of a tensor, outermost axis first, as in `[batch, height, width, channels]`.
///
/// A scalar has the shape `[]`. Extents are zero or more; layouts are row-major, so the last axis is contiguous.
public struct Shape: Hashable, Sendable {
    /// The number of elements along each axis.
    public let extents: [Int]

    /// A shape with these extents, each zero or more.
    public init(_ extents: [Int]) {
        precondition(extents.allSatisfy { $0 >= 0 }, "negative extent in \(extents)")
        self.extents = extents
    }

    /// The number of axes, which the API calls the dimension of a tensor.
    public var rank: Int { extents.count }

    /// The number of elements, the product of the extents; 1 for a scalar.
    public var volume: Int { extents.reduce(1, *) }

    /// The extent of the last axis; 1 for a scalar.
    public var last: Int { extents.last ?? 1 }

    /// The number of elements of one step along each axis, row-major.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * extents[axis + 1]
        }
        return strides
    }

    /// The extent of an axis, counted from 0.
    public subscript(axis: Int) -> Int { extents[axis] }

    /// The same shape with another extent on one axis.
    public func replacing(axis: Int, with extent: Int) -> Shape {
        var copy = extents
        copy[axis] = extent
        return Shape(copy)
    }

    /// The shape of a batch of `count` elements of this shape.
    public func batched(_ count: Int) -> Shape { Shape([count] + extents) }

    /// The shape of the first axes.
    func prefix(_ rank: Int) -> Shape { Shape(Array(extents.prefix(rank))) }

    /// The shape without the first axes.
    func dropping(_ rank: Int) -> Shape { Shape(Array(extents.dropFirst(rank))) }
}

extension Shape: ExpressibleByArrayLiteral {
    /// A shape written as a list of extents.
    public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
    /// The extents in brackets, as in `[32, 784]`.
    public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
