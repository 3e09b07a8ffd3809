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

    /// The loss with these arguments.
    init(fromLogits: Bool, labelSmoothing: Double) {
        (self.fromLogits, self.labelSmoothing) = (fromLogits, labelSmoothing)
    }

    var logitsActivation: ActivationKind? { fromLogits ? .softmax : nil }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        let needs = "needs a probability for each class, \(output) a sample, but the data has \(target)"
        guard output.rank > 0, output.last > 1 else {
            let units = target.shape.withoutOnes.count == 1 ? "give the last layer \(target.shape.last) units" : nil
            throw TargetMismatch(
                "needs a result with one number a class, as [10], but the network gives \(output) and the data has "
                    + "\(target); \(units ?? "for a single number use \"binary_crossentropy\"")"
            )
        }
        if case .labels = target {
            try target.checkPlaces(of: output)
            throw TargetMismatch("\(needs); for labels use \"sparse_categorical_crossentropy\"")
        }
        guard target.shape.volume == 1 else { return try target.elementwise(output, allowed: .fractions) }
        try target.checkPlaces(of: output)
        if case .values(_, let look) = target, look == .fractions || look == .numbers {
            throw TargetMismatch(
                "\(needs); for values use \"mean_squared_error\" and give the last layer one unit"
            )
        }
        throw TargetMismatch("\(needs); for class numbers use \"sparse_categorical_crossentropy\"")
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
