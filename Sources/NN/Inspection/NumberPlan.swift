/// The numbers from which one is picked, by a forward pass.
public final class NumberPlan: Sendable {
    private let plan: ViewPlan
    private let network: Network
    private let hasTarget: Bool
    private let rows: Int
    private let moving: DifferentiationVariable?

    /// Compiles a forward pass; parameters are as those of `GradientPlan`.
    ///
    /// - Throws: What keeps it from being compiled.
    public init(
        _ network: Network,
        of differentiand: Differentiand,
        rows: Int = 1,
        moving: DifferentiationVariable? = nil
    ) throws {
        let replaced: Int? = if case .layer(let place) = moving { place } else { nil }
        var pass = try InspectedPass(network, rows: rows, replacing: replaced)
        let (value, target) = try pass.append(differentiand)
        let given = pass.inputs + (pass.replacement.map { [$0] } ?? []) + (target.map { [$0] } ?? [])
        plan = try ViewPlan(pass.graph, given: given, parameters: pass.parameters, outputs: [value])
        (self.network, self.rows, self.moving, hasTarget) = (network, rows, moving, target != nil)
    }

    /// The numbers, `[rows, …]`.
    public func run(_ row: [Float], moved: [Float] = [], target: [Float] = [], _ model: InferenceModel) -> Tensor {
        run(row, moved: moved, target: target, weights: .of(model))
    }

    /// A run that is asked again and again, on weights that may change.
    func makeRun(_ weights: ViewWeights) -> ViewRun { plan.makeRun(weights) }

    /// The numbers of a row as a run takes them.
    func numbers(_ row: [Float], moved: [Float] = [], target: [Float]) -> [[Float]] {
        var numbers = network.parted(row, rows: rows)
        switch moving {
        case .input(let place): numbers[place] = moved
        case .layer: numbers.append(moved)
        case .parameter, nil: break
        }
        if hasTarget { numbers.append(Array(repeatElement(target, count: rows).joined())) }
        return numbers
    }

    private func run(_ row: [Float], moved: [Float], target: [Float], weights: ViewWeights) -> Tensor {
        plan.run(numbers(row, moved: moved, target: target), weights)[0]
    }
}
