/// How all that a network gives changes along one direction, by one forward pass.
public final class SensitivityPlan: Sendable {
    /// What a pass gave of one output.
    public struct Output: Sendable {
        /// The output and its change, without the batch.
        public let value, change: Tensor
        /// What its softmax or sigmoid was applied to, and the change of that; nil where there is none.
        public let logit, logitChange: Tensor?
    }

    private let plan: ViewPlan
    private let network: Network
    private let hasLogits: [Bool]
    private let layers: [Int]

    /// The shape of the direction.
    public let directionShape: Shape

    /// Compiles a forward pass.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - variable: The input or layer along which the direction goes.
    ///   - layers: The layers whose change is told too.
    /// - Throws: What keeps it from being compiled.
    public init(_ network: Network, at variable: DifferentiationVariable, layers: [Int]) throws {
        var pass = try InspectedPass(network)
        let value = pass.value(of: variable)
        let direction = try pass.graph.input("direction", shape: pass.graph.shape(of: value))
        directionShape = pass.graph.shape(of: value).dropping(1)
        hasLogits = pass.outputs.map { $0.classifierLogits != nil }
        let asked =
            pass.outputs.flatMap { [$0.output] + ($0.classifierLogits.map { [$0] } ?? []) }
            + layers.map { pass.results[$0].values[0] }
        let changes = try pass.graph.jvp(of: asked, withRespectTo: [value], tangents: [direction])
        plan = try ViewPlan(
            pass.graph,
            given: pass.inputs + [direction],
            parameters: pass.parameters,
            outputs: asked + changes
        )
        (self.network, self.layers) = (network, layers)
    }

    /// Runs the pass.
    ///
    /// - Returns: Each output with its change, and the change of each layer.
    public func run(
        _ row: [Float],
        along direction: [Float],
        _ model: InferenceModel
    ) -> (outputs: [Output], layers: [Tensor]) {
        let found = plan.run(network.parted(row) + [direction], .of(model)).map { $0.slice(0, axis: 0) }
        let count = found.count / 2
        var place = 0
        let outputs = hasLogits.map { hasLogits in
            defer { place += hasLogits ? 2 : 1 }
            return Output(
                value: found[place],
                change: found[count + place],
                logit: hasLogits ? found[place + 1] : nil,
                logitChange: hasLogits ? found[count + place + 1] : nil
            )
        }
        return (outputs, layers.indices.map { found[count + place + $0] })
    }
}
