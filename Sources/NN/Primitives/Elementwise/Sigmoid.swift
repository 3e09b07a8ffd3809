import Loops

/// The logistic function: `σ(x) = 1 / (1 + e⁻ˣ)`; its derivative is `σ(1 - σ)`.
public struct Sigmoid: UnaryElementwise {
    /// The name in messages.
    public var name: String { "sigmoid" }

    package init() {}

    func value(_ x: Float) -> Float { VectorMath.sigmoid(x) }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(ElementwiseOperation(arity: 1, apply: VectorLoops.sigmoid))
    }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        let product = try graph.multiply(outer, result)
        return try graph.subtract(product, graph.multiply(product, result))
    }
}

extension Graph {
    /// Each number's logistic function.
    public mutating func sigmoid(_ x: Value) throws(ShapeError) -> Value { try append(Sigmoid(), x) }
}
