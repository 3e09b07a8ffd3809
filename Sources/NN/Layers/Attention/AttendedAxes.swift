/// Which axes of the inputs are the steps that attention goes over, and how the others become rows of the batch.
struct AttendedAxes {
    /// The axes of an input `[N, …, width]` that are attended over, in ascending order.
    let axes: [Int]
    /// The axes, without the batch, that each attention is done for by itself.
    let others: [Int]

    /// The axes of inputs of this rank, counted with the batch.
    init(_ axes: [Int], rank: Int) {
        self.axes = axes
        others = (1..<rank - 1).filter { !axes.contains($0) }
    }

    /// Whether values need no other arrangement.
    private var isPlain: Bool { others.isEmpty && axes.count == 1 }

    private var order: [Int] { [0] + others + axes }

    /// How many steps an input of this shape has.
    func steps(in shape: Shape) -> Int { axes.reduce(1) { $0 * shape[$1] } }

    /// An input `[N, …, D]` as sequences `[N·others, T, D]`.
    func sequences(_ input: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        if isPlain { return input }
        let shape = graph.shape(of: input)
        let arranged = try graph.transpose(input, permutation: order + [shape.rank - 1])
        return try graph.reshape(arranged, to: [rows(of: shape), steps(in: shape), shape.last])
    }

    /// A mask of an input of this shape as one of its sequences, `[N·others, T]`.
    func mask(_ mask: Value, of shape: Shape, in graph: inout Graph) throws(ShapeError) -> Value {
        let whole = try graph.stretchedMask(mask, to: shape.prefix(shape.rank - 1))
        let arranged = try graph.transpose(whole, permutation: order)
        return try graph.reshape(arranged, to: [rows(of: shape), steps(in: shape)])
    }

    /// Sequences `[N·others, T, …]` as they were in the query of this shape, with further axes of their own.
    func restored(_ sequences: Value, of query: Shape, in graph: inout Graph) throws(ShapeError) -> Value {
        let further = graph.shape(of: sequences).extents.dropFirst(2)
        let arranged = try graph.reshape(sequences, to: Shape(order.map { query[$0] } + further))
        let places = order + (query.rank - 1..<query.rank - 1 + further.count)
        var inverse = places
        for (place, source) in places.enumerated() { inverse[source] = place }
        return try graph.transpose(arranged, permutation: inverse)
    }

    private func rows(of shape: Shape) -> Int { others.reduce(shape[0]) { $0 * shape[$1] } }
}
