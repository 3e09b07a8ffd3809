import JSON

/// Keras's `Rescaling`: `x · scale + offset`.
struct RescalingLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Rescaling"]

    var passesMask: Bool { true }

    private let scale: Double
    private let offset: Double

    init(reading arguments: inout ObjectReader) {
        scale = arguments.double("scale", in: .initialWeight)
        offset = arguments.double("offset", in: .initialWeight, default: 0)
    }

    func write(to json: inout JSONWriter) {
        json.field("scale", scale)
        json.field("offset", offset)
    }

    func outputShape(for input: Shape) -> Shape { input }

    func operations(input: Shape, output: Shape) -> Int { 2 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let scaled = try pass.graph.scale(input, by: Float(scale))
        return offset == 0 ? scaled : try pass.graph.offset(scaled, by: Float(offset))
    }
}
