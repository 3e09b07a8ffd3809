import JSON

/// Keras's `KLDivergence`: `Σ target · log(target / prediction)`, both probabilities of the last axis.
///
/// Source: Kullback and Leibler 1951.
struct KLDivergence: LossKind {
    static let names = ["kl_divergence", "kld", "KLD", "kullback_leibler_divergence", "KLDivergence"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        var clipped: [Value] = []
        for value in [target, prediction.output] {
            let shape = graph.shape(of: value)
            let least = try graph.maximum(value, graph.constant(Probabilities.epsilon, shape: shape))
            clipped.append(try graph.minimum(least, graph.constant(1, shape: shape)))
        }
        let ratio = try graph.subtract(graph.log(clipped[0]), graph.log(clipped[1]))
        let last = graph.shape(of: ratio).rank - 1
        return try graph.sum(graph.multiply(clipped[0], ratio), axes: [last])
    }
}

/// Keras's `Poisson`: the mean of `prediction − target · log(prediction)`.
struct Poisson: LossKind {
    static let names = ["poisson", "Poisson"]

    init(reading arguments: inout ObjectReader) {}

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let logarithm = try graph.log(graph.offset(prediction.output, by: Probabilities.epsilon))
        return try graph.subtract(prediction.output, graph.multiply(target, logarithm))
    }
}

/// Keras's `CosineSimilarity`: the negative cosine of the angle between prediction and target along the last axis.
struct CosineSimilarity: LossKind {
    static let names = ["cosine_similarity", "CosineSimilarity"]

    private let axis: Int

    init(reading arguments: inout ObjectReader) {
        axis = arguments.int("axis", in: -1 ... -1, default: -1)
    }

    func write(to json: inout JSONWriter) {
        json.field("axis", axis)
    }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try target.elementwise(output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let last = graph.shape(of: target).rank - 1
        let product = try graph.multiply(graph.normalizedRows(target), graph.normalizedRows(prediction.output))
        return try graph.negate(graph.sum(product, axes: [last]))
    }
}
