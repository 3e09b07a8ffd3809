/// What forces weights into their bounds after each update, as Keras's constraints do.
///
/// It belongs to one thread at a time.
final class WeightConstraints {
    private let run: PlanRun
    private let results: [(target: UnsafeMutablePointer<Float>, value: UnsafePointer<Float>, count: Int)]

    /// The constraints of a network's trained weights in a flat buffer that outlives this; nil where there are none.
    init?(_ network: Network, layout: ParameterLayout, weights: UnsafeMutablePointer<Float>) throws {
        var graph = Graph()
        var memory: [Value: UnsafeMutablePointer<Float>] = [:]
        var bounded: [(entry: ParameterLayout.Entry, value: Value)] = []
        for (entry, parameter) in zip(layout.entries, network.parameters) where parameter.trainable {
            guard let constraint = parameter.constraint else { continue }
            let weight = try graph.input(entry.name, shape: entry.shape)
            memory[weight] = weights + entry.offset
            bounded.append((entry, try constraint.append(to: &graph, weight)))
        }
        guard !bounded.isEmpty else { return nil }
        let run = try Plan(graph, outputs: bounded.map(\.value)).makeRun(memory)
        self.run = run
        results = bounded.map { entry, value in
            (weights + entry.offset, UnsafePointer(run.pointer(to: value)), entry.shape.volume)
        }
    }

    /// Replaces each constrained weight.
    func apply() {
        run.run()
        for result in results { result.target.update(from: result.value, count: result.count) }
    }
}
