/// The compiled forward pass of a network for a fixed number of rows.
struct InferencePlan: Sendable {
    /// How the rows of a run lie.
    let layout: BatchLayout
    /// The compiled graph.
    let plan: Plan
    /// Where what it takes beside the rows comes from.
    let sources: [InferenceGraph.Source]

    /// The bytes that a run takes beside its inputs and the weights.
    var runBytes: Int { plan.arenaBytes + plan.prologueBytes }

    /// The rows of a run.
    var rows: Int { layout.rows }

    private let input: Value
    private let weights: [Value]
    private let output: Value

    /// Compiles the answering part of a forward pass.
    init(_ graph: InferenceGraph, _ layout: BatchLayout) throws {
        sources = graph.taken.map(\.source)
        input = graph.input
        weights = graph.taken.map(\.value)
        plan = try Plan(graph.answering, outputs: [graph.output], steady: weights)
        output = graph.output
        self.layout = layout
    }

    /// A run on memory that outlives it: the rows' inputs, and the weights.
    func makeRun(
        inputs: UnsafeMutablePointer<Float>,
        weights prepared: PreparedWeights
    ) -> (run: PlanRun, outputs: UnsafePointer<Float>) {
        var memory = [input: inputs]
        for (value, source) in zip(weights, sources) { memory[value] = prepared.pointer(to: source) }
        let run = plan.makeRun(memory)
        return (run, UnsafePointer(run.pointer(to: output)))
    }
}
