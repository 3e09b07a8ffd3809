import JSON

/// Keras's `CategoricalGeneralizedCrossEntropy`: `(1 − p[label]^q) / q`, from class indices, which wrong labels disturb
/// less the nearer q is to 1.
///
/// Source: Zhang and Sabuncu 2018, arXiv:1805.07836.
struct CategoricalGeneralizedCrossEntropy: LossKind {
    static let names = ["categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy"]

    private let exponent: Double

    init(reading arguments: inout ObjectReader) {
        exponent = arguments.double("q", in: .above(0, through: 1), default: 0.5)
    }

    func write(to json: inout JSONWriter) { json.field("q", exponent) }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try SparseCategoricalCrossentropy().rule(for: target, output: output)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let shape = graph.shape(of: prediction.output)
        let chosen = try graph.multiply(graph.oneHot(target, classes: shape.last), prediction.output)
        let probability = try graph.sum(chosen, axes: [shape.rank - 1])
        let least = try graph.constant(Probabilities.epsilon, shape: graph.shape(of: probability))
        let powers = try graph.power(graph.maximum(probability, least), exponent)
        return try graph.scale(graph.offset(graph.negate(powers), by: 1), by: Float(1 / exponent))
    }
}
