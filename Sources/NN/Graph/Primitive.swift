/// One operation of the computation graph: its shape rule, both derivative rules and its kernel.
///
/// A primitive is a value that holds the parameters of the operation (an axis, a stride), never data. Its derivative
/// rules may only append further primitives to the graph, so the set is closed: a gradient is a graph again and can be
/// differentiated again. A missing rule is a compile error. The catalog lists every primitive with a test case.
public protocol Primitive: Sendable {
    /// The name in messages and in printed graphs, as in `matmul`.
    var name: String { get }

    /// The shapes of the results, or the rule that the operands break.
    func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape]

    /// Forward mode: the tangent of each result, nil where nothing varies.
    ///
    /// - Parameters:
    ///   - call: The operands and results of this application.
    ///   - tangents: The tangent of each operand, nil where it doesn't vary; at least one isn't nil.
    ///   - graph: The graph to append to.
    /// - Returns: One tangent a result.
    /// - Throws: `ShapeError` where a rule was applied to shapes that don't fit, a mistake of the primitive.
    func jvp(_ call: Call, tangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?]

    /// Reverse mode: the cotangent of each operand, nil where the results don't depend on it.
    ///
    /// - Parameters:
    ///   - call: The operands and results of this application.
    ///   - cotangents: The cotangent of each result, nil where nothing depends on it; at least one isn't nil.
    ///   - graph: The graph to append to.
    /// - Returns: One cotangent an operand.
    /// - Throws: `ShapeError` where a rule was applied to shapes that don't fit, a mistake of the primitive.
    func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?]

    /// How the plan computes it for operands and results of these shapes.
    func implementation(for signature: Signature) throws(KernelError) -> Implementation
}

/// The shapes that a kernel is made for.
public struct Signature: Sendable, Hashable {
    /// The shape of each operand.
    public let operands: [Shape]
    /// The shape of each result.
    public let results: [Shape]
}

/// One application of a primitive: what went in and what came out.
public struct Call: Sendable {
    /// The operands, in the primitive's order.
    public let operands: [Value]
    /// The results, in the primitive's order.
    public let results: [Value]
}

/// A primitive with one result, which most are.
public protocol SingleResultPrimitive: Primitive {
    /// The shape of the result, or the rule that the operands break.
    func shape(of operands: [Shape]) throws(ShapeError) -> Shape

    /// Forward mode: the tangent of the result, nil where nothing varies.
    func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value?

    /// Reverse mode: the cotangent of each operand, nil where the result doesn't depend on it.
    func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?]
}

extension SingleResultPrimitive {
    /// The one result's shape, in a list.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] { [try shape(of: operands)] }

    /// The one result's tangent, in a list.
    public func jvp(_ call: Call, tangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        [try jvp(call.operands, tangents: tangents, result: call.results[0], in: &graph)]
    }

    /// The cotangents of the operands, from the one result's.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard let cotangent = cotangents[0] else { return call.operands.map { _ in nil } }
        return try vjp(call.operands, cotangent: cotangent, result: call.results[0], in: &graph)
    }
}
