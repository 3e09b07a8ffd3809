import JSON

/// Keras's `LayerNormalization`: the last axis of each sample with mean 0 and variance 1, then scaled and shifted.
///
/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`. Source: Ba et al. 2016, arXiv:1607.06450.
struct LayerNormalizationLayer: SingleInputLayer {
    static let names = ["LayerNormalization"]

    var passesMask: Bool { true }

    private let axis: Int
    private let epsilon: Double
    private let center: Bool
    private let scale: Bool
    private let beta: WeightRules
    private let gamma: WeightRules

    init(reading arguments: inout ObjectReader) {
        axis = arguments.normalizedAxis()
        epsilon = arguments.double("epsilon", in: .from(0), default: 0.001)
        center = arguments.bool("center", default: true)
        scale = arguments.bool("scale", default: true)
        beta = arguments.weight("beta", default: .zeros)
        gamma = arguments.weight("gamma", default: .ones)
        arguments.only(.bool(false), for: "rms_scaling")
    }

    func write(to json: inout JSONWriter) {
        json.field("axis", axis)
        json.field("epsilon", epsilon)
        json.field("center", center)
        json.field("scale", scale)
        json.weight("beta", beta)
        json.weight("gamma", gamma)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        try input.checkLastAxis(axis)
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        let shape: Shape = [input.last]
        return (scale ? [Parameter("gamma", shape, gamma)] : []) + (center ? [Parameter("beta", shape, beta)] : [])
    }

    func operations(input: Shape, output: Shape) -> Int { 7 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let last = [shape.rank - 1]
        let mean = try pass.graph.mean(input, axes: last, keepingDimensions: true)
        let centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
        let squares = try pass.graph.multiply(centred, centred)
        let variance = try pass.graph.mean(squares, axes: last, keepingDimensions: true)
        let deviation = try pass.graph.sqrt(pass.graph.offset(variance, by: Float(epsilon)))
        var result = try pass.graph.divide(centred, pass.graph.broadcast(deviation, to: shape))
        if scale { result = try pass.graph.multiply(result, pass.graph.broadcast(parameters[0], to: shape)) }
        return center ? try pass.addBias(parameters[scale ? 1 : 0], to: result) : result
    }
}
