import JSON

/// Keras's `NonNeg`: no number is negative.
struct NonNegativeConstraint: ConstraintKind {
    static let names = ["NonNeg", "non_neg", "nonneg"]

    init(reading arguments: inout ObjectReader) {}

    func constrained(_ weight: Value, in graph: inout Graph) throws(ShapeError) -> Value { try graph.relu(weight) }
}

/// Keras's `MaxNorm`: the norm along some axes is at most `max_value`.
struct MaxNormConstraint: ConstraintKind {
    static let names = ["MaxNorm", "max_norm"]

    private let greatest: Double
    private let axes: NormAxes

    init(reading arguments: inout ObjectReader) {
        greatest = arguments.double("max_value", in: .from(0), default: 2)
        axes = NormAxes(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("max_value", greatest)
        axes.write(to: &json)
    }

    func constrained(_ weight: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let norm = try axes.norm(of: weight, in: &graph)
        let most = try graph.constant(Float(greatest), shape: graph.shape(of: norm))
        return try axes.scale(weight, of: norm, to: graph.minimum(norm, most), in: &graph)
    }
}

/// Keras's `UnitNorm`: the norm along some axes is 1.
struct UnitNormConstraint: ConstraintKind {
    static let names = ["UnitNorm", "unit_norm"]

    private let axes: NormAxes

    init(reading arguments: inout ObjectReader) { axes = NormAxes(reading: &arguments) }

    func write(to json: inout JSONWriter) { axes.write(to: &json) }

    func constrained(_ weight: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let norm = try axes.norm(of: weight, in: &graph)
        return try axes.scale(weight, of: norm, to: graph.constant(1, shape: graph.shape(of: norm)), in: &graph)
    }
}

/// Keras's `MinMaxNorm`: the norm along some axes is moved towards the range from `min_value` to `max_value`.
struct MinMaxNormConstraint: ConstraintKind {
    static let names = ["MinMaxNorm", "min_max_norm"]

    private let least: Double
    private let greatest: Double
    private let rate: Double
    private let axes: NormAxes

    init(reading arguments: inout ObjectReader) {
        least = arguments.double("min_value", in: .from(0), default: 0)
        greatest = arguments.double("max_value", in: .from(0), default: 1)
        rate = arguments.double("rate", in: .from(0, through: 1), default: 1)
        axes = NormAxes(reading: &arguments)
        if least > greatest {
            arguments.fault(at: "min_value", "expected at most max_value, \(greatest), found \(least)")
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("min_value", least)
        json.field("max_value", greatest)
        json.field("rate", rate)
        axes.write(to: &json)
    }

    func constrained(_ weight: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let norm = try axes.norm(of: weight, in: &graph)
        let shape = graph.shape(of: norm)
        let clipped = try graph.minimum(
            graph.maximum(norm, graph.constant(Float(least), shape: shape)),
            graph.constant(Float(greatest), shape: shape)
        )
        let wanted = try graph.add(graph.scale(clipped, by: Float(rate)), graph.scale(norm, by: Float(1 - rate)))
        return try axes.scale(weight, of: norm, to: wanted, in: &graph)
    }
}

/// The axes along which the norm of a weight is taken, Keras's `axis`: 0 for a dense kernel, `[0, 1, 2]` for Conv2D's.
struct NormAxes: Sendable, Equatable {
    private let axes: [Int]

    init(reading arguments: inout ObjectReader) {
        guard let value = arguments.optionalValue("axis") else {
            axes = [0]
            return
        }
        let allowed = -6...5
        if value.kind == .array {
            axes = arguments.ints("axis", in: allowed, count: 1...6)
        } else {
            axes = [arguments.int("axis", in: allowed)]
        }
    }

    func write(to json: inout JSONWriter) { json.field("axis", axes) }

    /// The Euclidean norm along the axes that the weight has, which keep an extent of 1.
    func norm(of weight: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let rank = graph.shape(of: weight).rank
        let counted = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
        guard counted.allSatisfy({ (0..<rank).contains($0) }) else {
            throw ShapeError("constraint", "a weight \(graph.shape(of: weight)) has no axes \(axes)")
        }
        let squares = try graph.multiply(weight, weight)
        return try graph.sqrt(graph.sum(squares, axes: counted.sorted(), keepingDimensions: true))
    }

    /// The weight with another norm; Keras divides by 1e-7 more than the norm.
    func scale(
        _ weight: Value,
        of norm: Value,
        to wanted: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        let factor = try graph.divide(wanted, graph.offset(norm, by: 1e-7))
        return try graph.multiply(weight, graph.broadcast(factor, to: graph.shape(of: weight)))
    }
}
