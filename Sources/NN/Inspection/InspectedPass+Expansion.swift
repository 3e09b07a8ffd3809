extension InspectedPass {
    /// The same pass where the recurrences of some layers are written out step by step.
    mutating func expand(_ layers: Set<Int>) {
        var (target, known): (Graph, [Value: Value]) = (Graph(), [:])
        var owners: [Int?] = Array(repeating: nil, count: graph.nodes.count)
        for (place, results) in results.enumerated() { for node in results.nodes { owners[node] = place } }
        var ranges: [Range<Int>?] = Array(repeating: nil, count: results.count)
        for (index, node) in graph.nodes.enumerated() {
            let begin = target.nodes.count
            let operands = node.operands.map { known[$0] ?? $0 }
            let isExpanded = owners[index].map { layers.contains($0) } ?? false
            let made: [Value]
            do throws(ShapeError) {
                if isExpanded, let composite = node.primitive as? any CompositePrimitive {
                    made = try composite.expand(operands, in: &target)
                } else {
                    made = try target.append(node.primitive, to: operands)
                }
            } catch {
                preconditionFailure("a graph that was made before: \(error)")
            }
            for (place, value) in made.enumerated() { known[Value(node: index, result: place)] = value }
            if let owner = owners[index] {
                ranges[owner] = (ranges[owner]?.lowerBound ?? begin)..<target.nodes.count
            }
        }
        self = InspectedPass(of: self, as: target) {
            known[$0] ?? $0
        } nodes: {
            ranges[$0] ?? 0..<0
        }
    }

    private init(
        of other: InspectedPass,
        as graph: Graph,
        _ value: (Value) -> Value,
        nodes: (Int) -> Range<Int>
    ) {
        (self.graph, network, rows) = (graph, other.network, other.rows)
        inputs = other.inputs.map(value)
        parameters = other.parameters.map(value)
        replacement = other.replacement.map(value)
        results = other.results.enumerated().map { place, results in
            LayerResults(
                values: results.values.map(value),
                masks: results.masks.map { $0.map(value) },
                activities: results.activities.map(value),
                traces: [],
                attention: nil,
                nodes: nodes(place)
            )
        }
        outputs = other.outputs.map { output in
            AppliedOutput(
                output: value(output.output),
                activation: output.activation,
                logits: output.logits.map(value),
                mask: output.mask.map(value),
                batchRows: output.batchRows
            )
        }
    }
}
