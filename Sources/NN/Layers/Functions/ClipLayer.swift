import JSON

/// Keras's operation `Clip`: each number, but the limit where it is beyond one; null stands for no limit.
struct ClipLayer: FunctionLayer {
    static let names = ["Clip"]

    /// What a 32-bit float may be.
    private static let limits = Interval.from(
        -Double(Float.greatestFiniteMagnitude),
        through: Double(Float.greatestFiniteMagnitude)
    )

    private let least: Double?
    private let greatest: Double?

    init(reading arguments: inout ObjectReader) {
        least = arguments.optionalDouble("x_min", in: Self.limits)
        greatest = arguments.optionalDouble("x_max", in: Self.limits)
        if let least, let greatest, least > greatest {
            arguments.fault(at: "x_max", "expected at least x_min, \(least), found \(greatest)")
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("x_min", least)
        json.field("x_max", greatest)
    }

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: x)
        var result = x
        if let least { result = try graph.maximum(result, graph.constant(Float(least), shape: shape)) }
        if let greatest { result = try graph.minimum(result, graph.constant(Float(greatest), shape: shape)) }
        return result
    }
}
