/// A computation graph: applications of primitives in the order in which they were appended.
///
/// An operand always stands before the node that uses it, so the order of the nodes is an order of execution, and its
/// reverse is the order of reverse-mode differentiation. A graph is a value; it holds no data and runs nothing. A
/// `Plan` compiles it.
public struct Graph: Sendable {
    /// One application of a primitive.
    public struct Node: Sendable {
        /// What is applied.
        public let primitive: any Primitive
        /// What it is applied to.
        public let operands: [Value]
        /// The shapes of its results.
        public let shapes: [Shape]
    }

    /// All nodes; an operand's node stands before its user.
    public private(set) var nodes: [Node] = []

    /// An empty graph.
    public init() {}

    /// The shape of a value of this graph.
    public func shape(of value: Value) -> Shape { nodes[value.node].shapes[value.result] }

    /// The application that produced a value.
    public func call(of node: Int) -> Call {
        Call(
            operands: nodes[node].operands,
            results: nodes[node].shapes.indices.map { Value(node: node, result: $0) }
        )
    }

    /// Applies a primitive to operands and gives its results, or throws the shape rule that they break.
    public mutating func append(_ primitive: any Primitive, to operands: [Value]) throws(ShapeError) -> [Value] {
        let shapes = try primitive.shapes(of: operands.map { nodes[$0.node].shapes[$0.result] })
        nodes.append(Node(primitive: primitive, operands: operands, shapes: shapes))
        return shapes.indices.map { Value(node: nodes.count - 1, result: $0) }
    }

    /// Applies a primitive with one result.
    public mutating func append(
        _ primitive: some SingleResultPrimitive,
        _ operands: Value...
    ) throws(ShapeError) -> Value {
        try append(primitive, to: operands)[0]
    }
}

/// One result of one node of a graph.
public struct Value: Hashable, Sendable {
    /// The node's place in the graph.
    public let node: Int
    /// Which of the node's results it is.
    public let result: Int
}

extension Graph: CustomStringConvertible {
    /// One line a node: `%3 = matmul %0 %2 : [32, 10]`.
    public var description: String {
        nodes.enumerated().map { index, node in
            let operands = node.operands.map { $0.result == 0 ? "%\($0.node)" : "%\($0.node).\($0.result)" }
            let shapes = node.shapes.map(\.description).joined(separator: ", ")
            return "%\(index) = \(([node.primitive.name] + operands).joined(separator: " ")) : \(shapes)"
        }.joined(separator: "\n")
    }
}
