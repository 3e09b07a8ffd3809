import Loops

/// The exponential: `eˣ`; its derivative is itself.
public struct Exponential: UnaryElementwise {
    /// The name in messages.
    public var name: String { "exp" }

    package init() {}

    func value(_ x: Float) -> Float { VectorMath.exp(x) }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(ElementwiseOperation(arity: 1, apply: VectorLoops.exp))
    }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.multiply(outer, result)
    }
}

extension Graph {
    /// Each number's exponential.
    public mutating func exp(_ x: Value) throws(ShapeError) -> Value { try append(Exponential(), x) }
}
