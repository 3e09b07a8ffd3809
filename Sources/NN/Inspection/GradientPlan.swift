/// A number of a network and its derivatives, by one reverse pass.
public final class GradientPlan: Sendable {
    /// What a pass gave of one variable, `[rows, …]`, or a weight's shape.
    public struct Derivative: Sendable {
        /// The variable's numbers.
        public let value: Tensor
        /// The derivative; zeros where the number doesn't depend on it.
        public let gradient: Tensor
    }

    private let plan: ViewPlan
    private let network: Network
    /// Where each variable's derivative stands among the outputs; nil where there is none.
    private let places: [Int?]
    private let shapes: [Shape]
    private let hasTarget: Bool
    private let rows: Int
    private let moving: DifferentiationVariable?

    /// The shape of what the number is picked from, without the batch.
    public let valueShape: Shape

    /// Which variables the number depends on by more than indices.
    public var isReached: [Bool] { places.map { $0 != nil } }

    /// Compiles a reverse pass.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - differentiand: Which number.
    ///   - variables: What it is differentiated by.
    ///   - rows: How many rows go at once, each with a number of its own.
    ///   - moving: A layer or an input whose numbers are given row by row; nil for none.
    /// - Throws: What keeps it from being compiled.
    public init(
        _ network: Network,
        of differentiand: Differentiand,
        by variables: [DifferentiationVariable],
        rows: Int = 1,
        moving: DifferentiationVariable? = nil
    ) throws {
        let replaced: Int? = if case .layer(let place) = moving { place } else { nil }
        var pass = try InspectedPass(network, rows: rows, replacing: replaced)
        let (value, target) = try pass.append(differentiand)
        valueShape = pass.graph.shape(of: value).dropping(1)
        let seed = try pass.graph.input("seed", shape: pass.graph.shape(of: value))
        let asked = variables.map { pass.value(of: $0) }
        let found = try pass.graph.vjp(of: [value], cotangents: [seed], withRespectTo: [], collecting: asked).collected
        var outputs = [value] + asked
        var places: [Int?] = []
        for gradient in found {
            places.append(gradient.map { _ in outputs.count })
            if let gradient { outputs.append(gradient) }
        }
        let given = pass.inputs + (pass.replacement.map { [$0] } ?? []) + [seed] + (target.map { [$0] } ?? [])
        plan = try ViewPlan(pass.graph, given: given, parameters: pass.parameters, outputs: outputs)
        shapes = asked.map { pass.graph.shape(of: $0) }
        (self.network, self.places, self.rows, self.moving) = (network, places, rows, moving)
        hasTarget = target != nil
    }

    /// Runs the pass.
    ///
    /// - Parameters:
    ///   - row: The row's numbers, one input after the other.
    ///   - moved: The numbers of the moving variable, row after row.
    ///   - seed: What each of the numbers counts, of one row: 1 at the one that is asked for.
    ///   - target: The target of a loss; empty where there is none.
    ///   - model: The weights.
    /// - Returns: What the number is picked from, and the derivatives.
    public func run(
        _ row: [Float],
        moved: [Float] = [],
        seed: [Float],
        target: [Float] = [],
        _ model: InferenceModel
    ) -> (value: Tensor, derivatives: [Derivative]) {
        var numbers = network.parted(row, rows: rows)
        switch moving {
        case .input(let place): numbers[place] = moved
        case .layer: numbers.append(moved)
        case .parameter, nil: break
        }
        numbers.append(Array(repeatElement(seed, count: rows).joined()))
        if hasTarget { numbers.append(Array(repeatElement(target, count: rows).joined())) }
        let found = plan.run(numbers, .of(model))
        let derivatives = shapes.indices.map { place in
            Derivative(
                value: found[1 + place],
                gradient: places[place].map { found[$0] } ?? Tensor(repeating: 0, shapes[place])
            )
        }
        return (found[0], derivatives)
    }
}
