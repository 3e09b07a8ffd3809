import JSON

/// Keras's `L1`: `l1 · Σ |w|`.
struct L1Regularizer: RegularizerKind {
    static let names = ["L1", "l1"]

    private let factor: Double

    init(reading arguments: inout ObjectReader) {
        factor = arguments.double("l1", in: .from(0), default: 0.01)
    }

    func write(to json: inout JSONWriter) { json.field("l1", factor) }

    func penalty(of value: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.scale(graph.total(graph.magnitude(value)), by: Float(factor))
    }
}

/// Keras's `L2`: `l2 · Σ w²`.
struct L2Regularizer: RegularizerKind {
    static let names = ["L2", "l2"]

    private let factor: Double

    init(reading arguments: inout ObjectReader) {
        factor = arguments.double("l2", in: .from(0), default: 0.01)
    }

    func write(to json: inout JSONWriter) { json.field("l2", factor) }

    func penalty(of value: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.scale(graph.total(graph.multiply(value, value)), by: Float(factor))
    }
}

/// Keras's `L1L2`: `l1 · Σ |w| + l2 · Σ w²`.
struct L1L2Regularizer: RegularizerKind {
    static let names = ["L1L2", "l1_l2"]

    private let absoluteFactor: Double
    private let squareFactor: Double

    init(reading arguments: inout ObjectReader) {
        // By its name alone Keras means 0.01 for both, as an object 0 for what is left out.
        let isName = arguments.object == nil
        absoluteFactor = arguments.double("l1", in: .from(0), default: isName ? 0.01 : 0)
        squareFactor = arguments.double("l2", in: .from(0), default: isName ? 0.01 : 0)
    }

    /// Reads the arguments of a layer, whose factors are 0 where they are left out.
    init(layer arguments: inout ObjectReader) {
        absoluteFactor = arguments.double("l1", in: .from(0), default: 0)
        squareFactor = arguments.double("l2", in: .from(0), default: 0)
    }

    func write(to json: inout JSONWriter) {
        json.field("l1", absoluteFactor)
        json.field("l2", squareFactor)
    }

    func penalty(of value: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let absolute = try graph.scale(graph.magnitude(value), by: Float(absoluteFactor))
        let square = try graph.scale(graph.multiply(value, value), by: Float(squareFactor))
        return try graph.total(graph.add(absolute, square))
    }
}

extension Graph {
    /// The sum of all numbers of a value, a scalar.
    mutating func total(_ x: Value) throws(ShapeError) -> Value {
        try sum(x, axes: Array(shape(of: x).extents.indices))
    }
}
