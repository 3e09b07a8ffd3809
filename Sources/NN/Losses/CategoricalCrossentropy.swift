import JSON

/// Keras's `CategoricalCrossentropy`: `−Σ target · log p`, from targets that are probabilities, as in one-hot rows.
struct CategoricalCrossentropy: LossKind {
    static let names = ["categorical_crossentropy", "CategoricalCrossentropy"]

    private let fromLogits: Bool
    private let labelSmoothing: Double

    init(reading arguments: inout ObjectReader) {
        fromLogits = arguments.bool("from_logits", default: false)
        labelSmoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(.number(-1), for: "axis")
    }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        if case .labels = target {
            throw TargetMismatch(
                "needs a probability for each class, \(output) a sample, but the data has \(target); "
                    + "for labels use \"sparse_categorical_crossentropy\""
            )
        }
        guard output.rank > 0, output.last > 1 else {
            throw TargetMismatch(
                "needs a result with one number a class, as [10], but the network gives \(output); "
                    + "for a single number use \"binary_crossentropy\""
            )
        }
        return try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithms = try graph.logProbabilities(of: prediction, fromLogits: fromLogits)
        let shape = graph.shape(of: logarithms)
        var target = target
        if labelSmoothing > 0 {
            let kept = try graph.scale(target, by: Float(1 - labelSmoothing))
            target = try graph.offset(kept, by: Float(labelSmoothing / Double(shape.last)))
        }
        return try graph.negate(graph.sum(graph.multiply(target, logarithms), axes: [shape.rank - 1]))
    }
}
