/// Integrated gradients: what each number of a variable adds to a number of the network along the straight way from a
/// baseline, `(x − b)·∫ ∂of/∂x (b + α(x − b)) dα`, by the midpoints of equal steps.
///
/// Source: Sundararajan et al. 2017, arXiv:1703.01365.
public final class IntegratedGradients: Sendable {
    /// What the way adds up to.
    public struct Found: Sendable {
        /// What each number adds.
        public let attributions: Tensor
        /// The sum of these.
        public let sum: Double
        /// What the number really changes by.
        public let difference: Double
    }

    /// The most steps that go at once.
    public static let batch = 32

    private let gradients: GradientPlan
    private let ends: NumberPlan
    private let rows: Int

    /// Compiles the passes.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - differentiand: Which number.
    ///   - variable: The input or layer along which it goes.
    ///   - rows: How many steps go at once.
    /// - Throws: What keeps it from being compiled.
    public init(
        _ network: Network,
        of differentiand: Differentiand,
        along variable: DifferentiationVariable,
        rows: Int = IntegratedGradients.batch
    ) throws {
        self.rows = rows
        gradients = try GradientPlan(network, of: differentiand, by: [variable], rows: rows, moving: variable)
        ends = try NumberPlan(network, of: differentiand, rows: 1, moving: variable)
    }

    /// Whether the number depends on the variable by more than indices.
    public var isReached: Bool { gradients.isReached[0] }

    /// Goes along the way.
    ///
    /// - Parameters:
    ///   - row: The row's numbers.
    ///   - end: The variable's numbers.
    ///   - baseline: Where the way begins, as many numbers.
    ///   - steps: How many steps.
    ///   - seed: What each of the numbers counts: 1 at the one that is asked for.
    ///   - target: The target of a loss; empty where there is none.
    ///   - model: The weights.
    ///   - proceed: Called between passes; what it throws ends the work.
    /// - Returns: What was found.
    /// - Throws: What `proceed` throws.
    public func run(
        _ row: [Float],
        to end: Tensor,
        from baseline: [Float],
        steps: Int,
        seed: [Float],
        target: [Float],
        _ model: InferenceModel,
        proceed: () throws -> Void
    ) throws -> Found {
        let width = end.volume
        var sums = [Double](repeating: 0, count: width)
        for begin in stride(from: 0, to: steps, by: rows) {
            try proceed()
            var moved: [Float] = []
            moved.reserveCapacity(rows * width)
            for step in begin..<begin + rows {
                let share = (Float(min(step, steps - 1)) + 0.5) / Float(steps)
                for place in 0..<width { moved.append(baseline[place] + share * (end.values[place] - baseline[place])) }
            }
            let found = gradients.run(row, moved: moved, seed: seed, target: target, model).derivatives[0].gradient
            for step in 0..<min(rows, steps - begin) {
                for place in 0..<width { sums[place] += Double(found.values[step * width + place]) }
            }
        }
        let attributions = (0..<width).map { place in
            Float(Double(end.values[place] - baseline[place]) * sums[place] / Double(steps))
        }
        try proceed()
        func number(_ point: [Float]) -> Double {
            let values = ends.run(row, moved: point, target: target, model).values
            return zip(values, seed).reduce(0) { $0 + ($1.1 == 0 ? 0 : Double($1.0) * Double($1.1)) }
        }
        return Found(
            attributions: Tensor(end.shape, attributions),
            sum: attributions.reduce(0) { $0 + Double($1) },
            difference: number(end.values) - number(baseline)
        )
    }
}
