/// A primitive that names the composition of simpler primitives it stands for.
///
/// Such a primitive exists for its kernel, which runs the whole composition at once. Its derivative rules follow from
/// the composition where it doesn't bring faster ones, and tests hold the kernel against it.
public protocol CompositePrimitive: Primitive {
    /// Appends the composition and gives the values that stand for the results.
    func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value]
}

extension CompositePrimitive {
    /// Forward mode through the composition.
    public func jvp(_ call: Call, tangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        let start = graph.nodes.count
        let results = try expand(call.operands, in: &graph)
        return try graph.forward(results, call.operands, tangents, from: start)
    }

    /// Reverse mode through the composition.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        try vjpByExpansion(call, cotangents: cotangents, in: &graph)
    }

    /// Reverse mode through the composition, for primitives whose own rule covers only some cases.
    func vjpByExpansion(
        _ call: Call,
        cotangents: [Value?],
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let start = graph.nodes.count
        let results = try expand(call.operands, in: &graph)
        return try graph.reverse(results, cotangents, call.operands, from: start)
    }
}
