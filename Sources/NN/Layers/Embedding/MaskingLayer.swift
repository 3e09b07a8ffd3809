import JSON

/// Keras's `Masking`: later layers skip the steps whose numbers along the last axis all equal `mask_value`.
///
/// These become zero. Of a sample `[features]` it is the row that is skipped.
struct MaskingLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Masking"]

    var makesMask: Bool { true }

    private let maskValue: Double

    init(reading arguments: inout ObjectReader) {
        maskValue = arguments.double("mask_value", in: .initialWeight, default: 0)
    }

    func write(to json: inout JSONWriter) { json.field("mask_value", maskValue) }

    func outputShape(for input: Shape) -> Shape { input }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let others = try pass.graph.nonZero(pass.graph.offset(input, by: Float(-maskValue)))
        let mask = try pass.graph.positive(pass.graph.sum(others, axes: [shape.rank - 1]))
        pass.setMask(mask)
        return try pass.graph.multiply(input, pass.graph.stretchedMask(mask, to: shape))
    }
}
