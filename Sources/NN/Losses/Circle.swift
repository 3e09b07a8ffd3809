import JSON

/// Keras's `Circle`: brings rows of one class together and those of different ones apart, by the cosines of their results.
///
/// Of vectors of length 1, as `UnitNormalization` gives them, with `d = max(1 − cosine, 0)` and m the `margin`: of each row
/// `log(1 + Σ e^(γ(m + d)(d − m)) · Σ e^(γ(1 + m − d)(1 − m − d)))`, the first sum over the rows of its class, without
/// itself where `remove_diagonal` says so, the second over all others. The mean is over the rows for which this isn't 0.
/// All rows of a batch are held against each other, so a batch runs on one core. Source: Sun et al. 2020,
/// arXiv:2002.10857.
struct Circle: LossKind {
    static let names = ["circle", "Circle"]

    private let gamma: Double
    private let margin: Double
    private let removesDiagonal: Bool

    init(reading arguments: inout ObjectReader) {
        gamma = arguments.double("gamma", in: .above(0, through: 1e6), default: 80)
        margin = arguments.double("margin", in: .from(0, through: 1), default: 0.4)
        removesDiagonal = arguments.bool("remove_diagonal", default: true)
    }

    func write(to json: inout JSONWriter) {
        json.field("gamma", gamma)
        json.field("margin", margin)
        json.field("remove_diagonal", removesDiagonal)
    }

    var isOfSteps: Bool { false }
    var comparesRows: Bool { true }

    func rule(for target: TargetDescription, output: Shape) throws(TargetMismatch) -> TargetRule {
        guard output.rank == 1, case .labels(let classes, let shape) = target, shape.volume == 1 else {
            throw TargetMismatch(
                "needs a vector a row and a class for each, but the network gives \(output) and the data has \(target)"
            )
        }
        return TargetRule(shape: [], allowed: .labels(below: classes), isAligned: false)
    }

    func append(to graph: inout Graph, prediction: AppliedOutput, target: Value) throws(ShapeError) -> Value {
        let rows = graph.shape(of: prediction.output)[0]
        let square: Shape = [rows, rows]
        let cosines = try graph.matmul(
            prediction.output,
            prediction.output,
            transposingRight: true,
            staysExact: true
        )
        let distances = try graph.relu(graph.offset(graph.negate(cosines), by: 1))
        let own = try graph.broadcast(graph.reshape(target, to: [rows, 1]), to: square)
        let others = try graph.broadcast(graph.reshape(target, to: [1, rows]), to: square)
        let differ = try graph.nonZero(graph.subtract(own, others))
        var alike = try graph.offset(graph.negate(differ), by: 1)
        if removesDiagonal {
            let places = (0..<rows * rows).map { Float($0 / rows == $0 % rows ? 0 : 1) }
            alike = try graph.multiply(alike, graph.literal(Tensor(square, places)))
        }
        let near = try graph.multiply(
            graph.offset(distances, by: Float(margin)),
            graph.offset(distances, by: Float(-margin))
        )
        let far = try graph.multiply(
            graph.relu(graph.offset(graph.negate(distances), by: Float(1 + margin))),
            graph.offset(graph.negate(distances), by: Float(1 - margin))
        )
        let together = try graph.logSumExp(graph.scale(near, by: Float(gamma)), where: alike)
        let apart = try graph.logSumExp(graph.scale(far, by: Float(gamma)), where: differ)
        let losses = try graph.softplus(graph.add(together, apart))
        // Rows with nothing to come near to, or to keep away from, are left out of the mean.
        let counting = try graph.total(graph.positive(losses))
        let divisor = try graph.maximum(counting, graph.constant(1, shape: []))
        let scaled = try graph.scale(losses, by: Float(rows))
        return try graph.divide(scaled, graph.broadcast(divisor, to: [rows]))
    }
}

extension Graph {
    /// The logarithm of the sum of the exponentials of those numbers of each row that are chosen; far below 0 where none is.
    fileprivate mutating func logSumExp(_ x: Value, where chosen: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        // So far below that its exponential is 0.
        let left = try scale(offset(chosen, by: -1), by: 1e9)
        let kept = try add(multiply(x, chosen), left)
        let images = try reshape(kept, to: [shape[0], 1, shape[1], 1])
        let greatest = try stopGradient(
            reshape(maxPool2D(images, window: (1, shape[1]), strides: (1, 1)), to: [shape[0], 1])
        )
        let terms = try exp(subtract(kept, broadcast(greatest, to: shape)))
        return try add(log(sum(terms, axes: [1])), reshape(greatest, to: [shape[0]]))
    }
}
