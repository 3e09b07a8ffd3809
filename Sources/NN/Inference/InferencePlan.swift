/// The compiled forward pass of a network for a fixed number of rows.
struct InferencePlan: Sendable {
    /// The rows of a run.
    let rows: Int
    /// The compiled graph.
    let plan: Plan

    private let input: Value
    private let parameters: [Value]
    private let output: Value

    /// Compiles the forward pass, as the network answers.
    init(_ network: Network, rows: Int) throws {
        var graph = Graph()
        input = try graph.input("x", shape: network.inputShape.batched(rows))
        var parameters: [Value] = []
        for parameter in network.parameters {
            parameters.append(try graph.input(parameter.name, shape: parameter.shape))
        }
        let applied = try network.append(to: &graph, input: input, parameters: parameters, mode: .inference)
        let result = try network.pack(applied.outputs, in: &graph)
        // A network that changes nothing still needs a place of its own for its answer.
        output = result == input ? try graph.scale(input, by: 1) : result
        plan = try Plan(graph, outputs: [output])
        self.parameters = parameters
        self.rows = rows
    }

    /// A run on memory that outlives it: the rows' inputs, and the flat buffer of weights.
    func makeRun(
        inputs: UnsafeMutablePointer<Float>,
        weights: UnsafeMutablePointer<Float>,
        layout: ParameterLayout
    ) -> (run: PlanRun, outputs: UnsafePointer<Float>) {
        var memory = [input: inputs]
        for (entry, value) in zip(layout.entries, parameters) { memory[value] = weights + entry.offset }
        let run = plan.makeRun(memory)
        return (run, UnsafePointer(run.pointer(to: output)))
    }
}
