import JSON

/// Keras's `SparseCategoricalCrossentropy`: `−log p[label]`, from class indices.
struct SparseCategoricalCrossentropy: LossKind {
    static let names = ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"]

    private let fromLogits: Bool

    init(reading arguments: inout ObjectReader) {
        fromLogits = arguments.bool("from_logits", default: false)
        arguments.only(nil, for: "ignore_class")
        arguments.only(.number(-1), for: "axis")
    }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        guard output.rank > 0, output.last > 1 else {
            throw TargetMismatch(
                "needs a result with one number a class, as [10], but the network gives \(output); "
                    + "for a single number use \"binary_crossentropy\""
            )
        }
        let labels = Shape(Array(output.extents.dropLast()))
        guard case .labels(let classes, let shape) = target else {
            throw TargetMismatch(
                "needs class labels, but the data has \(target); for values use \"mean_squared_error\""
            )
        }
        guard shape.withoutOnes == labels.withoutOnes else {
            throw TargetMismatch("needs labels of the shape \(labels), but the data has \(target)")
        }
        guard classes <= output.last else {
            throw TargetMismatch(
                "needs one number a class, but the network gives \(output) and the data has \(target); "
                    + "give the last layer at least \(classes) units"
            )
        }
        return TargetRule(shape: labels, allowed: .labels(below: output.last))
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithms = try graph.logProbabilities(of: prediction, fromLogits: fromLogits)
        let shape = graph.shape(of: logarithms)
        let chosen = try graph.multiply(graph.oneHot(target, classes: shape.last), logarithms)
        return try graph.negate(graph.sum(chosen, axes: [shape.rank - 1]))
    }
}
