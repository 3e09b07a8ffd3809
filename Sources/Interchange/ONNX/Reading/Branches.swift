/// Nodes `If` whose condition is known before anything is computed.
enum Branches {
    /// The nodes of the branch that is taken, with the values that it gives under the names of the node's outputs.
    ///
    /// - Parameters:
    ///   - node: Any node.
    ///   - inference: What is known before it, which learns of the branch's constants.
    /// - Returns: The nodes; nil where the node is none of these.
    /// - Throws: `Refusal` where the branch can't be read.
    static func taken(of node: ONNXNode, _ inference: inout Inference) throws(Refusal) -> [ONNXNode]? {
        guard node.domain.isEmpty, node.type == "If", case .constant(let condition) = inference.input(node, 0),
            let flag = condition.ints?.first, condition.volume == 1
        else { return nil }
        guard let message = node.attributes[flag != 0 ? "then_branch" : "else_branch"]?.graph else {
            throw Refusal("a branch is missing")
        }
        let graph: ONNXGraph
        do throws(InterchangeError) {
            graph = try ONNXGraph(message)
        } catch {
            throw Refusal("its branch: \(error.faults.first?.message ?? "broken")")
        }
        let source = ConstantSource(file: inference.attributeBytes, beside: [:])
        for tensor in graph.initializers {
            guard inference.known[tensor.name] == nil else {
                throw Refusal("its branch gives \"\(tensor.name)\", which there is already")
            }
            inference.known[tensor.name] = .constant(try Constant(tensor, in: source))
        }
        guard graph.outputs.count >= node.outputs.count else { throw Refusal("its branch gives too few values") }
        var nodes = graph.nodes
        for place in nodes.indices { nodes[place].place = node.place }
        return nodes
            + zip(node.outputs, graph.outputs).filter { !$0.0.isEmpty }.map { output, inner in
                ONNXNode("Identity", [inner.name], [output], [:], in: node)
            }
    }
}
