import JSON

/// Keras's `Masking`: later layers skip the steps whose numbers all equal `mask_value`; they become zero.
struct MaskingLayer: SingleInputLayer {
    static let names = ["Masking"]

    private let maskValue: Double

    init(reading arguments: inout ObjectReader) {
        maskValue = arguments.double("mask_value", in: .initialWeight, default: 0)
    }

    func write(to json: inout JSONWriter) { json.field("mask_value", maskValue) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 2 else { throw ShapeRequirement("[steps, features]") }
        return input
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let others = try pass.graph.nonZero(pass.graph.offset(input, by: Float(-maskValue)))
        let mask = try pass.graph.positive(pass.graph.sum(others, axes: [2]))
        let column = try pass.graph.reshape(mask, to: [shape[0], shape[1], 1])
        let result = try pass.graph.multiply(input, pass.graph.broadcast(column, to: shape))
        pass.setMask(mask, of: result)
        return result
    }
}
