import JSON

extension ObjectReader {
    /// The axes that a layer works along, by Keras's `axis`: one number or, where a layer takes several, a list.
    ///
    /// They are counted with the batch, which is axis 0 and none of them; -1 is the last.
    mutating func axes(count: ClosedRange<Int>) -> [Int] {
        guard let value = optionalValue("axis") else { return [-1] }
        let axes = value.kind == .array ? ints("axis", in: -6...6, count: count) : [int("axis", in: -6...6)]
        if axes.contains(0) { fault(at: "axis", "axis 0 is the batch; expected -6 to -1 or 1 to 6") }
        return axes
    }
}

extension JSONWriter {
    /// Writes `axis`: one number, or the list where there are several.
    mutating func axes(_ axes: [Int]) {
        if axes.count == 1 { field("axis", axes[0]) } else { field("axis", axes) }
    }
}

extension Shape {
    /// The places in this shape of a sample that axes counted with the batch mean, in ascending order.
    ///
    /// - Throws: `ShapeRequirement` where the sample has no such axis, or two of them are the same.
    func places(ofAxes axes: [Int]) throws(ShapeRequirement) -> [Int] {
        let places = axes.map { $0 < 0 ? $0 + rank : $0 - 1 }.sorted()
        guard places.allSatisfy({ extents.indices.contains($0) }), Set(places).count == places.count else {
            throw ShapeRequirement(axes.count == 1 ? "an axis \(axes[0])" : "the axes \(axes)")
        }
        return places
    }
}

extension Graph {
    /// A weight with the extents of some axes of a batch, in ascending order, stretched along the others.
    mutating func stretched(_ weight: Value, along axes: [Int], to shape: Shape) throws(ShapeError) -> Value {
        let isTrailing = axes == Array(shape.rank - axes.count..<shape.rank)
        let kept = Shape((1..<shape.rank).map { axes.contains($0) ? shape[$0] : 1 })
        return try broadcast(isTrailing ? weight : reshape(weight, to: kept), to: shape)
    }

    /// A value with one of its axes moved to the end; others keep their order.
    mutating func moving(_ axis: Int, toEndOf value: Value) throws(ShapeError) -> Value {
        let rank = shape(of: value).rank
        guard axis != rank - 1 else { return value }
        return try transpose(value, permutation: (0..<rank).filter { $0 != axis } + [axis])
    }

    /// A value with its last axis moved to where `moving(_:toEndOf:)` took it from.
    mutating func moving(endOf value: Value, to axis: Int) throws(ShapeError) -> Value {
        let rank = shape(of: value).rank
        guard axis != rank - 1 else { return value }
        return try transpose(value, permutation: Array(0..<axis) + [rank - 1] + Array(axis..<rank - 1))
    }
}
