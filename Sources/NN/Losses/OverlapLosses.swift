import JSON

/// Keras's `Dice`: `1 − 2 · Σ target · p / (Σ target + Σ p)`, the sums over the whole batch or over some of its axes.
///
/// `axis` counts the batch, axis 0; null, which is Keras's default, means all of them. A loss that is one number for
/// several rows counts for each of them. What a mask leaves out adds to no sum. Source: Milletari et al. 2016,
/// arXiv:1606.04797.
struct Dice: LossKind {
    static let names = ["dice", "Dice"]

    private let axes: SummedAxes

    init(reading arguments: inout ObjectReader) { axes = SummedAxes(reading: &arguments) }

    func write(to json: inout JSONWriter) { axes.write(to: &json) }

    var isOfSteps: Bool { false }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try axes.check(output)
        return try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let (own, wanted) = try graph.counted(prediction, target)
        let both = try axes.sum(graph.multiply(own, wanted), in: &graph)
        let all = try graph.add(axes.sum(own, in: &graph), axes.sum(wanted, in: &graph))
        let divisor = try graph.offset(all, by: Probabilities.epsilon)
        let share = try graph.divide(graph.scale(both, by: 2), divisor)
        return try graph.offset(graph.negate(share), by: 1)
    }
}

/// Keras's `Tversky`: `1 − S / (S + alpha · F + beta · M)` with `S = Σ target · p`, `F = Σ (1 − p) · target` and
/// `M = Σ p · (1 − target)`, the sums as those of `Dice`.
///
/// Source: Salehi et al. 2017, arXiv:1706.05721.
struct Tversky: LossKind {
    static let names = ["tversky", "Tversky"]

    private let alpha: Double
    private let beta: Double
    private let axes: SummedAxes

    init(reading arguments: inout ObjectReader) {
        alpha = arguments.double("alpha", in: .from(0, through: 1e6), default: 0.5)
        beta = arguments.double("beta", in: .from(0, through: 1e6), default: 0.5)
        axes = SummedAxes(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("alpha", alpha)
        json.field("beta", beta)
        axes.write(to: &json)
    }

    var isOfSteps: Bool { false }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        try axes.check(output)
        return try target.elementwise(output, allowed: .fractions)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let (own, wanted) = try graph.counted(prediction, target)
        let product = try graph.multiply(own, wanted)
        let both = try axes.sum(product, in: &graph)
        let missed = try axes.sum(graph.subtract(wanted, product), in: &graph)
        let wrong = try axes.sum(graph.subtract(own, product), in: &graph)
        let others = try graph.add(graph.scale(missed, by: Float(alpha)), graph.scale(wrong, by: Float(beta)))
        let divisor = try graph.offset(graph.add(both, others), by: Probabilities.epsilon)
        return try graph.offset(graph.negate(graph.divide(both, divisor)), by: 1)
    }
}

/// The axes that a loss sums over before it divides.
struct SummedAxes: Sendable, Equatable {
    /// Counted with the batch, which is axis 0; nil for all.
    private let axes: [Int]?

    init(reading arguments: inout ObjectReader) {
        guard let value = arguments.optionalValue("axis") else {
            axes = nil
            return
        }
        let isList = value.kind == .array
        axes = isList ? arguments.ints("axis", in: -7...6, count: 1...7) : [arguments.int("axis", in: -7...6)]
    }

    func write(to json: inout JSONWriter) { json.field("axis", ifPresent: axes) }

    /// Refuses axes that a result hasn't.
    func check(_ output: Shape) throws(TargetMismatch) {
        guard let axes else { return }
        let places = axes.map { $0 < 0 ? $0 + output.rank + 1 : $0 }
        guard places.allSatisfy({ (0...output.rank).contains($0) }), Set(places).count == places.count else {
            throw TargetMismatch("needs the axes \(axes), 0 being the batch, but the network gives \(output) a row")
        }
    }

    /// The sums of a batch `[N, …]`, for each of its rows: `[N, …]` without the summed axes.
    ///
    /// Where the batch is among the axes it is the whole batch, of which the graph may see a part.
    func sum(_ x: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: x)
        let places = axes.map { $0.map { $0 < 0 ? $0 + shape.rank : $0 } } ?? Array(0..<shape.rank)
        let sums = try graph.sum(x, axes: places)
        guard places.contains(0) else { return sums }
        let whole = try graph.replicaSum(sums)
        return try graph.broadcast(whole, to: graph.shape(of: whole).batched(shape[0]))
    }
}

extension Graph {
    /// A result and its target with zeros where a mask leaves the result out.
    fileprivate mutating func counted(
        _ prediction: AppliedOutput,
        _ target: Value
    ) throws(ShapeError) -> (own: Value, wanted: Value) {
        guard let mask = prediction.mask else { return (prediction.output, target) }
        let counts = try stretchedMask(mask, to: shape(of: prediction.output))
        return (try multiply(prediction.output, counts), try multiply(target, counts))
    }
}
