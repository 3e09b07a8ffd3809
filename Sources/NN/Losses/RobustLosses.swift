import JSON

/// Keras's `Huber`: the mean of `e² / 2` for errors up to `delta`, of `delta · |e| − delta² / 2` beyond.
///
/// Source: Huber 1964.
struct Huber: LossKind {
    static let names = ["huber", "Huber"]

    private let delta: Double

    init(reading arguments: inout ObjectReader) {
        delta = arguments.double("delta", in: .above(0), default: 1)
    }

    func write(to json: inout JSONWriter) {
        json.field("delta", delta)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let size = try graph.magnitude(graph.subtract(prediction.output, target))
        // With m = min(|e|, delta) both branches are m · (|e| − m / 2).
        let bound = try graph.constant(Float(delta), shape: graph.shape(of: size))
        let least = try graph.minimum(size, bound)
        return try graph.multiply(least, graph.subtract(size, graph.scale(least, by: 0.5)))
    }
}

/// Keras's `LogCosh`: the mean of `log cosh(prediction − target)`.
struct LogCosh: LossKind {
    static let names = ["log_cosh", "logcosh", "LogCosh"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let difference = try graph.subtract(prediction.output, target)
        // log cosh e = e + log(1 + e^−2e) − log 2, which doesn't overflow.
        let tail = try graph.softplus(graph.scale(difference, by: -2))
        return try graph.offset(graph.add(difference, tail), by: -0.693_147_180_6)
    }
}

/// Keras's `MeanAbsolutePercentageError`: the mean of `100 · |target − prediction| / |target|`, no less than 1e-7 below.
struct MeanAbsolutePercentageError: LossKind {
    static let names = ["mean_absolute_percentage_error", "mape", "MAPE", "MeanAbsolutePercentageError"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let size = try graph.magnitude(target)
        let divisor = try graph.maximum(size, graph.constant(Probabilities.epsilon, shape: graph.shape(of: size)))
        let error = try graph.magnitude(graph.subtract(target, prediction.output))
        return try graph.scale(graph.divide(error, divisor), by: 100)
    }
}

/// Keras's `MeanSquaredLogarithmicError`: the mean of `(log(1 + target) − log(1 + prediction))²`, negative numbers as 0.
struct MeanSquaredLogarithmicError: LossKind {
    static let names = ["mean_squared_logarithmic_error", "msle", "MSLE", "MeanSquaredLogarithmicError"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        var logarithms: [Value] = []
        for value in [target, prediction.output] {
            let least = try graph.constant(Probabilities.epsilon, shape: graph.shape(of: value))
            logarithms.append(try graph.log(graph.offset(graph.maximum(value, least), by: 1)))
        }
        let difference = try graph.subtract(logarithms[0], logarithms[1])
        return try graph.multiply(difference, difference)
    }
}
