import JSON

/// Keras's `Hinge`: the mean of `max(1 − target · prediction, 0)`, targets -1 and 1, or 0 and 1.
struct Hinge: LossKind {
    static let names = ["hinge", "Hinge"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        try graph.margins(prediction.output, target)
    }
}

/// Keras's `SquaredHinge`: the mean of `max(1 − target · prediction, 0)²`, targets -1 and 1, or 0 and 1.
struct SquaredHinge: LossKind {
    static let names = ["squared_hinge", "SquaredHinge"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let margins = try graph.margins(prediction.output, target)
        return try graph.multiply(margins, margins)
    }
}

/// Keras's `CategoricalHinge`: `max(1 + the greatest wrong class − the right one, 0)`, from one-hot targets.
struct CategoricalHinge: LossKind {
    static let names = ["categorical_hinge", "CategoricalHinge"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let shape = graph.shape(of: target)
        let (classes, rows) = (shape.last, shape.volume / max(shape.last, 1))
        let right = try graph.sum(graph.multiply(target, prediction.output), axes: [shape.rank - 1])
        let wrong = try graph.multiply(graph.offset(graph.negate(target), by: 1), prediction.output)
        let greatest = try graph.maxPool2D(
            graph.reshape(wrong, to: [rows, 1, classes, 1]),
            window: (1, classes),
            strides: (1, 1)
        )
        let best = try graph.reshape(greatest, to: graph.shape(of: right))
        return try graph.relu(graph.offset(graph.subtract(best, right), by: 1))
    }
}

extension Graph {
    /// `max(1 − target · prediction, 0)`, a target of 0 counting as -1.
    fileprivate mutating func margins(_ prediction: Value, _ target: Value) throws(ShapeError) -> Value {
        let isZero = try offset(negate(nonZero(target)), by: 1)
        let side = try subtract(target, isZero)
        return try relu(offset(negate(multiply(side, prediction)), by: 1))
    }
}
