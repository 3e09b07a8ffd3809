import JSON

/// Keras's `BinaryFocalCrossentropy`: binary cross-entropy, each number times `(1 − p)^gamma`, p the probability of what
/// it should be, so that what is right already counts little.
///
/// With `apply_class_balancing` a 1 counts `alpha`, a 0 `1 − alpha`. Source: Lin et al. 2018, arXiv:1708.02002.
struct BinaryFocalCrossentropy: LossKind {
    static let names = ["binary_focal_crossentropy", "BinaryFocalCrossentropy"]

    private let isBalanced: Bool
    private let alpha: Double
    private let gamma: Double
    private let binary: BinaryCrossentropy
    private let fromLogits: Bool
    private let labelSmoothing: Double

    init(reading arguments: inout ObjectReader) {
        isBalanced = arguments.bool("apply_class_balancing", default: false)
        alpha = arguments.double("alpha", in: .from(0, through: 1), default: 0.25)
        gamma = arguments.double("gamma", in: .from(0, through: 1e6), default: 2)
        fromLogits = arguments.bool("from_logits", default: false)
        labelSmoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(.number(-1), for: "axis")
        binary = BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
    }

    var logitsActivation: ActivationKind? { fromLogits ? .sigmoid : nil }

    func write(to json: inout JSONWriter) {
        json.field("apply_class_balancing", isBalanced)
        json.field("alpha", alpha)
        json.field("gamma", gamma)
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try binary.rule(for: target, output: output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let entropy = try binary.append(to: &graph, prediction: prediction, target: target)
        let smoothed =
            labelSmoothing == 0
            ? target
            : try graph.offset(graph.scale(target, by: Float(1 - labelSmoothing)), by: Float(labelSmoothing / 2))
        let output = prediction.output
        let probability = try fromLogits && prediction.activation != .sigmoid ? graph.sigmoid(output) : output
        // 1 − (t·p + (1 − t)(1 − p)) = t + p − 2·t·p.
        let product = try graph.scale(graph.multiply(smoothed, probability), by: 2)
        let wrong = try graph.subtract(graph.add(smoothed, probability), product)
        let focused = try graph.multiply(graph.power(wrong, gamma), entropy)
        guard isBalanced else { return focused }
        // t·a + (1 − t)(1 − a) = (1 − a) + t·(2·a − 1).
        let shares = try graph.offset(graph.scale(smoothed, by: Float(2 * alpha - 1)), by: Float(1 - alpha))
        return try graph.multiply(shares, focused)
    }
}

/// Keras's `CategoricalFocalCrossentropy`: `−Σ alpha · (1 − p)^gamma · target · log p`, from targets that are
/// probabilities, as in one-hot rows.
///
/// `alpha` is one number, or one for each class. Source: Lin et al. 2018, arXiv:1708.02002.
struct CategoricalFocalCrossentropy: LossKind {
    static let names = ["categorical_focal_crossentropy", "CategoricalFocalCrossentropy"]

    private let alpha: [Double]
    private let gamma: Double
    private let fromLogits: Bool
    private let labelSmoothing: Double
    private let categorical: CategoricalCrossentropy

    init(reading arguments: inout ObjectReader) {
        let shares = Interval.from(0, through: 1e6)
        if arguments.optionalValue("alpha")?.kind == .array {
            alpha = arguments.array("alpha", count: 1...1 << 16) { value, faults in
                faults.collect { () throws(Fault) in try value.double(in: shares) } ?? 0
            }
        } else {
            alpha = [arguments.double("alpha", in: shares, default: 0.25)]
        }
        gamma = arguments.double("gamma", in: .from(0, through: 1e6), default: 2)
        fromLogits = arguments.bool("from_logits", default: false)
        labelSmoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(.number(-1), for: "axis")
        categorical = CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)
    }

    var logitsActivation: ActivationKind? { fromLogits ? .softmax : nil }

    func write(to json: inout JSONWriter) {
        if alpha.count == 1 { json.field("alpha", alpha[0]) } else { json.field("alpha", alpha) }
        json.field("gamma", gamma)
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        let rule = try categorical.rule(for: target, output: output)
        guard alpha.count == 1 || alpha.count == output.last else {
            throw TargetMismatch(
                "needs an alpha for each of \(output.last) classes, or one for all, found \(alpha.count)"
            )
        }
        return rule
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithms = try graph.logProbabilities(of: prediction, fromLogits: fromLogits)
        let shape = graph.shape(of: logarithms)
        var target = target
        if labelSmoothing > 0 {
            let kept = try graph.scale(target, by: Float(1 - labelSmoothing))
            target = try graph.offset(kept, by: Float(labelSmoothing / Double(shape.last)))
        }
        let wrong = try graph.offset(graph.negate(graph.exp(logarithms)), by: 1)
        let entropy = try graph.negate(graph.multiply(target, logarithms))
        var focused = try graph.multiply(graph.power(wrong, gamma), entropy)
        if alpha.count == 1 {
            focused = try graph.scale(focused, by: Float(alpha[0]))
        } else {
            let shares = try graph.literal(Tensor([alpha.count], alpha.map(Float.init)))
            focused = try graph.multiply(focused, graph.broadcast(shares, to: shape))
        }
        return try graph.sum(focused, axes: [shape.rank - 1])
    }
}

extension Graph {
    /// A number from 0 to 1 to a power.
    mutating func power(_ x: Value, _ exponent: Double) throws(ShapeError) -> Value {
        if exponent == 1 { return x }
        if exponent == 2 { return try multiply(x, x) }
        // So small that its power is 0, where the logarithm of 0 would be infinite.
        let least = try maximum(x, constant(1e-30, shape: shape(of: x)))
        return try exp(scale(log(least), by: Float(exponent)))
    }
}
