import Loops

/// The hyperbolic tangent; its derivative is `1 - tanh²`.
public struct HyperbolicTangent: UnaryElementwise {
    /// The name in messages.
    public var name: String { "tanh" }

    package init() {}

    func value(_ x: Float) -> Float { VectorMath.tanh(x) }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(ElementwiseOperation(arity: 1, apply: VectorLoops.tanh))
    }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        let square = try graph.multiply(result, result)
        return try graph.subtract(outer, graph.multiply(outer, square))
    }
}

extension Graph {
    /// Each number's hyperbolic tangent.
    public mutating func tanh(_ x: Value) throws(ShapeError) -> Value { try append(HyperbolicTangent(), x) }
}
