/// A way to read a graph; what can't be read in one way may be in another.
struct Reading {
    /// Where the batch is.
    let batch: ONNXReader.Batch
    /// Whether a constant that is repeated for every row is a value of its own, not stretched where it is taken.
    var keepsRepetitions = false

    /// The ways to read a graph, in the order in which they are tried.
    ///
    /// - Parameters:
    ///   - graph: The graph.
    ///   - batch: Where the batch is expected.
    /// - Returns: The ways, at least one.
    static func all(of graph: ONNXGraph, _ batch: ONNXReader.Batch) -> [Reading] {
        var all = [Reading(batch: batch)]
        guard case .first = batch else { return all }
        if graph.nodes.contains(where: { $0.type == "Expand" || $0.type == "Tile" }) {
            all.append(Reading(batch: batch, keepsRepetitions: true))
        }
        let constants = Set(graph.initializers.map(\.name))
        let shapes = graph.inputs.filter { !constants.contains($0.name) }.map { $0.shape ?? [] }
        if shapes.allSatisfy({ $0.first?.fixed == 1 }) { all.append(Reading(batch: .single)) }
        // Steps first: the one axis that the file leaves open is the second.
        if shapes.allSatisfy({ $0.count > 1 && $0[0].fixed != nil && $0[1].fixed == nil }) {
            all.append(Reading(batch: .axis(1)))
        }
        return all
    }

    /// Whether this way may get round what was in the way of the first.
    func isWorthTrying(after error: InterchangeError?) -> Bool {
        error?.faults.contains { $0.pointer.hasPrefix("/graph") && !$0.pointer.hasPrefix("/graph/in") } ?? true
    }
}

/// The values of which nothing counts but their shares in a softmax.
///
/// There −∞ is as good as a number so low that its share is 0.
enum SharedOut {
    /// The operators that hand a number on as it is, or add to it.
    private static let handing: Set = [
        "Add", "Reshape", "Expand", "Unsqueeze", "Squeeze", "Transpose", "Identity", "Cast", "Slice", "Where", "Concat",
        "Gather", "Split", "Flatten", "Tile",
    ]

    /// The values that the nodes of a graph within a node take, and those of graphs within these.
    private static func names(taken message: WireMessage) -> Set<String> {
        var (names, waiting) = (Set<String>(), [message])
        while let message = waiting.popLast() {
            guard let graph = try? ONNXGraph(message) else { continue }
            names.formUnion(graph.outputs.map(\.name))
            for node in graph.nodes {
                names.formUnion(node.inputs)
                waiting += node.attributes.values.compactMap(\.graph)
            }
        }
        return names
    }

    /// Walks back from the outputs of a graph.
    static func values(of graph: ONNXGraph) -> Set<String> {
        var others = Set(graph.outputs.map(\.name))
        var shared: Set<String> = []
        for node in graph.nodes.reversed() {
            let ends = node.domain.isEmpty && ["Softmax", "LogSoftmax"].contains(node.type)
            let hands = node.domain.isEmpty && handing.contains(node.type)
            let isShared = ends || hands && node.outputs.allSatisfy { shared.contains($0) && !others.contains($0) }
            for name in node.inputs where !name.isEmpty {
                if isShared { shared.insert(name) } else { others.insert(name) }
            }
            // What branches take they take for themselves.
            for case let graph? in node.attributes.values.map(\.graph) { others.formUnion(names(taken: graph)) }
            // What a mask of an attention hides has no share.
            if node.domain.isEmpty, node.type == "Attention", let mask = node.input(3) {
                shared.insert(mask)
                if !node.inputs.prefix(3).contains(mask) { others.remove(mask) }
            }
        }
        return shared.subtracting(others)
    }
}
