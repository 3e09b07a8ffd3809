import JSON

/// How normalized numbers are scaled by gamma and shifted by beta, by Keras's arguments.
struct ScaleAndShift: Sendable, Equatable {
    /// What is added to the variance.
    let epsilon: Double
    /// Whether there is a beta, and a gamma.
    let center: Bool, scale: Bool
    private let beta: WeightRules, gamma: WeightRules

    init(reading arguments: inout ObjectReader) {
        epsilon = arguments.double("epsilon", in: .from(0), default: 0.001)
        center = arguments.bool("center", default: true)
        scale = arguments.bool("scale", default: true)
        beta = arguments.weight("beta", default: .zeros)
        gamma = arguments.weight("gamma", default: .ones)
    }

    func write(to json: inout JSONWriter) {
        json.field("epsilon", epsilon)
        json.field("center", center)
        json.field("scale", scale)
        json.weight("beta", beta)
        json.weight("gamma", gamma)
    }

    /// Gamma, then beta, each of this shape, as far as there are any.
    func parameters(_ shape: Shape) -> [Parameter] {
        (scale ? [Parameter("gamma", shape, gamma)] : []) + (center ? [Parameter("beta", shape, beta)] : [])
    }

    /// Scales and shifts normalized numbers, with weights along these axes, counted with the batch.
    func append(
        to graph: inout Graph,
        _ normalized: Value,
        parameters: [Value],
        along axes: [Int]
    ) throws(ShapeError) -> Value {
        let shape = graph.shape(of: normalized)
        var result = normalized
        if scale { result = try graph.multiply(result, graph.stretched(parameters[0], along: axes, to: shape)) }
        guard center else { return result }
        return try graph.add(result, graph.stretched(parameters[scale ? 1 : 0], along: axes, to: shape))
    }
}
