/// Which nodes are needed for the outputs, and which of them are more together.
struct NodePlan {
    /// Whether a node is needed.
    private(set) var isNeeded: [Bool]
    /// What a node is the last of.
    private(set) var patterns: [Int: NodePattern] = [:]
    /// The values that are taken.
    private(set) var wanted: Set<String>
    /// The nodes that can't be read and are needed, and why.
    private(set) var refusals: [(node: Int, reason: String)] = []

    /// Walks back from the outputs of a graph.
    init(_ graph: ONNXGraph, _ inference: Inference) {
        let nodes = graph.nodes
        isNeeded = Array(repeating: false, count: nodes.count)
        wanted = Set(graph.outputs.map(\.name))
        var (producers, uses) = ([String: Int](), [String: Int]())
        for (place, node) in nodes.enumerated() {
            for name in node.inputs { uses[name, default: 0] += 1 }
            for name in node.outputs where !name.isEmpty && producers[name] == nil { producers[name] = place }
        }
        for output in graph.outputs { uses[output.name, default: 0] += 1 }
        let finder = PatternFinder(nodes: nodes, inference: inference, producers: producers, uses: uses)
        for place in nodes.indices.reversed() {
            let node = nodes[place]
            guard node.outputs.contains(where: { wanted.contains($0) }) else { continue }
            if let reason = inference.refusals[place] { refusals.append((place, reason)) }
            guard let name = node.outputs.first(where: { wanted.contains($0) }), case .flow = inference.known[name]
            else {
                // What else can't be read shows only behind it.
                if case .refused = inference.known[node.outputs.first { wanted.contains($0) } ?? ""] {
                    wanted.formUnion(node.inputs)
                }
                continue
            }
            isNeeded[place] = true
            if let pattern = finder.pattern(at: place) { patterns[place] = pattern }
            wanted.formUnion(operands(of: place, nodes).filter { finder.isFlow($0) })
        }
        refusals.reverse()
    }

    /// The values that a node is made of.
    func operands(of place: Int, _ nodes: [ONNXNode]) -> [String] {
        switch patterns[place] {
        case .activation(_, let x), .curvedGelu(let x), .layerNormalization(let x, _, _, _, _),
            .rootNormalization(let x, _, _, _), .affine(let x, _, _):
            [x]
        case .biased(let other, _): nodes[other].inputs
        case nil: nodes[place].inputs
        }
    }
}
