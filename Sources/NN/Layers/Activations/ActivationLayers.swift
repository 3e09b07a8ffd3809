import JSON

/// Keras's `ReLU`: `x` above the threshold, `negative_slope · (x − threshold)` below, at most `max_value`.
struct ReLULayer: SingleInputLayer, StepwiseLayer {
    static let names = ["ReLU"]

    private let greatest: Double?
    private let slope: Double
    private let threshold: Double

    init(reading arguments: inout ObjectReader) {
        greatest = arguments.optionalDouble("max_value", in: .from(0))
        slope = arguments.double("negative_slope", in: .from(0), default: 0)
        threshold = arguments.double("threshold", in: .from(0), default: 0)
    }

    var activation: ActivationKind { isPlain ? .relu : .linear }
    var passesMask: Bool { true }
    private var isPlain: Bool { greatest == nil && slope == 0 && threshold == 0 }

    func write(to json: inout JSONWriter) {
        json.field("max_value", ifPresent: greatest)
        json.field("negative_slope", slope)
        json.field("threshold", threshold)
    }

    func outputShape(for input: Shape) -> Shape { input }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        if isPlain { return try pass.activate(input, .relu) }
        let above = try pass.graph.offset(input, by: -Float(threshold))
        var result = try pass.graph.relu(above)
        if threshold != 0 {
            let passed = try pass.graph.scale(pass.graph.positive(above), by: Float(threshold))
            result = try pass.graph.add(result, passed)
        }
        if let greatest {
            let most = try pass.graph.constant(Float(greatest), shape: pass.graph.shape(of: result))
            result = try pass.graph.minimum(result, most)
        }
        guard slope != 0 else { return result }
        let below = try pass.graph.relu(pass.graph.negate(above))
        return try pass.graph.subtract(result, pass.graph.scale(below, by: Float(slope)))
    }
}

/// Keras's `LeakyReLU`: `x` where positive, else `negative_slope · x`.
struct LeakyReLULayer: SingleInputLayer, StepwiseLayer {
    static let names = ["LeakyReLU"]

    private let slope: Double

    init(reading arguments: inout ObjectReader) {
        // Keras 2 called the slope alpha.
        slope = arguments.double(arguments.has("alpha") ? "alpha" : "negative_slope", in: .from(0), default: 0.3)
    }

    var passesMask: Bool { true }

    func write(to json: inout JSONWriter) { json.field("negative_slope", slope) }

    func outputShape(for input: Shape) -> Shape { input }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let below = try pass.graph.relu(pass.graph.negate(input))
        return try pass.graph.subtract(pass.graph.relu(input), pass.graph.scale(below, by: Float(slope)))
    }
}

/// Keras's `ELU`: `x` where positive, else `alpha · (eˣ − 1)`.
struct ELULayer: SingleInputLayer, StepwiseLayer {
    static let names = ["ELU"]

    private let alpha: Double

    init(reading arguments: inout ObjectReader) { alpha = arguments.double("alpha", in: .from(0), default: 1) }

    var passesMask: Bool { true }

    func write(to json: inout JSONWriter) { json.field("alpha", alpha) }

    func outputShape(for input: Shape) -> Shape { input }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let below = try pass.graph.negate(pass.graph.relu(pass.graph.negate(input)))
        let decay = try pass.graph.offset(pass.graph.exp(below), by: -1)
        return try pass.graph.add(pass.graph.relu(input), pass.graph.scale(decay, by: Float(alpha)))
    }
}
