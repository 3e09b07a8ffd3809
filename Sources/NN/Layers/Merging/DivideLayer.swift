import JSON

/// The first input over the second, number by number: the operation `Divide` in Keras's models, which has no layer for it.
///
/// A divisor of 0 gives what IEEE 754 says. As behind any operation there, a mask ends here.
struct DivideLayer: MergingLayer {
    static let names = ["Divide", "TrueDivide"]
    static let inputCount = 2...2

    init(reading arguments: inout ObjectReader) {}

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        let shapes = inputs.map { pass.graph.shape(of: $0) }
        let shape = shapes[0].stretched(with: shapes[1]) ?? shapes[0]
        return try merge(
            inputs.map { input throws(ShapeError) in try pass.graph.broadcast(input, to: shape) },
            in: &pass.graph
        )
    }

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.divide(inputs[0], inputs[1])
    }
}
