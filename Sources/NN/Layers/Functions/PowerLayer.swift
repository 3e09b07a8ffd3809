import JSON

/// Keras's operation `Power` with a constant exponent; of a number below zero and a broken exponent it is no number.
struct PowerLayer: FunctionLayer {
    static let names = ["Power"]

    private let exponent: Double

    init(reading arguments: inout ObjectReader) { exponent = arguments.double("exponent", in: .initialWeight) }

    func write(to json: inout JSONWriter) { json.field("exponent", exponent) }

    func apply(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value { try graph.power(x, Float(exponent)) }
}
