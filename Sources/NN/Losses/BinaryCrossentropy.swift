import JSON

/// Keras's `BinaryCrossentropy`: `−(target · log p + (1 − target) · log(1 − p))`, the mean of all results.
struct BinaryCrossentropy: LossKind {
    static let names = ["binary_crossentropy", "bce", "BinaryCrossentropy"]

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

    var logitsActivation: ActivationKind? { fromLogits ? .sigmoid : nil }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        if case .labels(let classes, _) = target, classes > 2 {
            let units = output.last < classes ? " and give the last layer \(classes) units" : ""
            throw TargetMismatch(
                "needs two classes, but the data has \(target); use \"sparse_categorical_crossentropy\"\(units)"
            )
        }
        return try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        var target = target
        if labelSmoothing > 0 {
            target = try graph.offset(
                graph.scale(target, by: Float(1 - labelSmoothing)),
                by: Float(labelSmoothing / 2)
            )
        }
        if let logits = logits(of: prediction) {
            // −log σ(x) = log(1 + eˣ) − x and −log(1 − σ(x)) = log(1 + eˣ), so both terms together are:
            return try graph.subtract(graph.softplus(logits), graph.multiply(target, logits))
        }
        let probability = try graph.clippedProbability(prediction.output)
        let opposite = try graph.offset(graph.negate(probability), by: 1)
        let oppositeTarget = try graph.offset(graph.negate(target), by: 1)
        let yes = try graph.multiply(target, graph.log(probability))
        let no = try graph.multiply(oppositeTarget, graph.log(opposite))
        return try graph.negate(graph.add(yes, no))
    }

    private func logits(of prediction: AppliedOutput) -> Value? {
        if prediction.activation == .sigmoid, let logits = prediction.logits { return logits }
        return fromLogits ? prediction.output : nil
    }
}
