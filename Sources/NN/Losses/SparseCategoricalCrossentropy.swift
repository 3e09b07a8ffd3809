import JSON

/// Keras's `SparseCategoricalCrossentropy`: `−log p[label]`, from class indices.
///
/// With `label_smoothing` s, which Keras has for one-hot rows alone, it is the loss of such rows of C classes: `1 − s` of
/// `−log p[label]` and s of the mean of `−log p` over the classes. Source: Szegedy et al. 2015, arXiv:1512.00567.
struct SparseCategoricalCrossentropy: LossKind {
    static let names = ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"]

    private let fromLogits: Bool
    private let labelSmoothing: Double

    init(reading arguments: inout ObjectReader) {
        fromLogits = arguments.bool("from_logits", default: false)
        labelSmoothing = arguments.double("label_smoothing", in: .from(0, through: 1), default: 0)
        arguments.only(nil, for: "ignore_class")
        arguments.only(.number(-1), for: "axis")
    }

    /// The loss with Keras's defaults.
    init() { (fromLogits, labelSmoothing) = (false, 0) }

    var logitsActivation: ActivationKind? { fromLogits ? .softmax : nil }

    func write(to json: inout JSONWriter) {
        json.field("from_logits", fromLogits)
        json.field("label_smoothing", labelSmoothing)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        guard output.rank > 0, output.last > 1 else { throw Self.singleNumber(target, output) }
        let labels = Shape(Array(output.extents.dropLast()))
        guard case .labels(let classes, let shape) = target else { throw try Self.noLabels(target, output) }
        guard shape.withoutOnes == labels.withoutOnes else {
            try target.checkPlaces(of: output)
            throw TargetMismatch("needs labels of the shape \(labels), but the data has \(target); \(Self.perStep)")
        }
        guard classes <= output.last else {
            throw TargetMismatch(
                "needs one number a class, but the network gives \(output) and the data has \(target); "
                    + "give the last layer at least \(classes) units"
            )
        }
        return TargetRule(shape: labels, allowed: .labels(below: output.last))
    }

    /// What makes a network give a result for each step.
    private static let perStep =
        "for a label a step the network gives a result a step (\"return_sequences\": true in its recurrent layers)"

    /// Why a result of one number a sample, or a place, can't be used, and what can.
    private static func singleNumber(_ target: TargetDescription, _ output: Shape) -> TargetMismatch {
        let needs = "needs a result with one number a class, but the network gives \(output) and the data has \(target)"
        switch target {
        case .labels(let classes, _) where classes > 2:
            return TargetMismatch("\(needs); give the last layer \(classes) units and the activation softmax")
        case .values(_, .numbers), .values(_, .fractions):
            return TargetMismatch("\(needs); for values use \"mean_squared_error\"")
        case .values(_, .integers(let range)) where range.upperBound > 1 && range.lowerBound >= 0:
            return TargetMismatch(
                "\(needs); give the last layer \(range.upperBound + 1) units and the activation softmax for class "
                    + "numbers, or use \"mean_squared_error\" for values"
            )
        case .labels, .values:
            return TargetMismatch(
                "\(needs); for two classes and a single number use \"binary_crossentropy\", or give the last layer 2 units"
            )
        }
    }

    /// Why targets that aren't labels can't be used, and which loss or layer fits them.
    private static func noLabels(
        _ target: TargetDescription,
        _ output: Shape
    ) throws(TargetMismatch) -> TargetMismatch {
        let needs = "needs class labels, as numbers from 0 to \(output.last - 1), but the data has \(target)"
        let oneHot = "\"categorical_crossentropy\", which takes one-hot rows"
        if target.shape.withoutOnes == output.withoutOnes { return TargetMismatch("\(needs); use \(oneHot)") }
        if case .values(_, .oneHot) = target {
            let last = target.shape.last
            if target.shape.rank == output.rank {
                return TargetMismatch("\(needs); use \(oneHot), and give the last layer \(last) units")
            }
            return TargetMismatch("\(needs), and the network gives \(output); use \(oneHot) of the result's shape")
        }
        try target.checkPlaces(of: output)
        if case .values(_, .integers) = target {
            return TargetMismatch("\(needs), and the network gives \(output); \(perStep)")
        }
        return TargetMismatch("\(needs); for values use \"mean_squared_error\"")
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithms = try graph.logProbabilities(of: prediction, fromLogits: fromLogits)
        let shape = graph.shape(of: logarithms)
        let chosen = try graph.multiply(graph.oneHot(target, classes: shape.last), logarithms)
        var likelihood = try graph.sum(chosen, axes: [shape.rank - 1])
        if labelSmoothing > 0 {
            let mean = try graph.mean(logarithms, axes: [shape.rank - 1])
            likelihood = try graph.add(
                graph.scale(likelihood, by: Float(1 - labelSmoothing)),
                graph.scale(mean, by: Float(labelSmoothing))
            )
        }
        return try graph.negate(likelihood)
    }
}
