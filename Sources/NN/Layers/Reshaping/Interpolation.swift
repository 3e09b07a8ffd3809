/// How an image is enlarged or reduced, by Keras's names.
enum Interpolation: String, Sendable, CaseIterable {
    /// The nearest pixel.
    case nearest
    /// Between the two nearest pixels along each axis, pixels being squares with their number at the center.
    case bilinear

    /// The shares of each old pixel in each new one along an axis, `[new, old]`.
    func shares(from old: Int, to new: Int) -> Tensor {
        var values = [Float](repeating: 0, count: new * old)
        let scale = Double(old) / Double(new)
        for place in 0..<new {
            switch self {
            case .nearest:
                // The pixel under the center of the new one.
                values[place * old + min(Int((Double(place) + 0.5) * scale), old - 1)] = 1
            case .bilinear:
                let position = max((Double(place) + 0.5) * scale - 0.5, 0)
                let left = min(Int(position), old - 1)
                let right = min(left + 1, old - 1)
                let share = Float(position - Double(left))
                values[place * old + left] += 1 - share
                values[place * old + right] += share
            }
        }
        return Tensor([new, old], values)
    }
}

extension Graph {
    /// Images `[N, H, W, C]` with another height and width.
    mutating func resize(
        _ x: Value,
        height: Int,
        width: Int,
        _ interpolation: Interpolation
    ) throws(ShapeError) -> Value {
        let rows = try mix(x, axis: 1, to: height, interpolation)
        return try mix(rows, axis: 2, to: width, interpolation)
    }

    /// The numbers along one axis mixed into as many as wanted.
    private mutating func mix(
        _ x: Value,
        axis: Int,
        to extent: Int,
        _ interpolation: Interpolation
    ) throws(ShapeError) -> Value {
        let old = shape(of: x)[axis]
        return old == extent ? x : try mixed(x, axis: axis, by: interpolation.shares(from: old, to: extent))
    }

    /// The numbers along one axis mixed by the shares of each old one in each new one, `[new, old]`.
    mutating func mixed(_ x: Value, axis: Int, by shares: Tensor) throws(ShapeError) -> Value {
        let from = shape(of: x)
        let others = from.extents.indices.filter { $0 != axis }
        let front = try transpose(x, permutation: [axis] + others)
        let columns = from.volume / max(from[axis], 1)
        let mixed = try matmul(literal(shares), reshape(front, to: [from[axis], columns]), staysExact: true)
        let back = try reshape(mixed, to: Shape([shares.shape[0]] + others.map { from[$0] }))
        // The first axis goes back to its place.
        var order = Array(1..<from.rank)
        order.insert(0, at: axis)
        return try transpose(back, permutation: order)
    }
}
