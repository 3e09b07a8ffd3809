import JSON

/// Keras's `MeanSquaredError`: the mean of `(prediction − target)²`.
struct MeanSquaredError: LossKind {
    static let names = ["mean_squared_error", "mse", "MSE", "MeanSquaredError"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let difference = try graph.subtract(prediction.output, target)
        return try graph.multiply(difference, difference)
    }
}

/// Keras's `MeanAbsoluteError`: the mean of `|prediction − target|`.
struct MeanAbsoluteError: LossKind {
    static let names = ["mean_absolute_error", "mae", "MAE", "MeanAbsoluteError"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        try graph.magnitude(graph.subtract(prediction.output, target))
    }
}
