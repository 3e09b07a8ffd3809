import Loops

/// The natural logarithm: `ln x`, with derivative `1/x`; NaN below zero, -∞ at zero.
public struct Logarithm: UnaryElementwise {
    /// The name in messages.
    public var name: String { "log" }

    package init() {}

    func value(_ x: Float) -> Float { VectorMath.log(x) }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(ElementwiseOperation(arity: 1, apply: VectorLoops.log))
    }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.divide(outer, operand)
    }
}

extension Graph {
    /// Each number's natural logarithm.
    public mutating func log(_ x: Value) throws(ShapeError) -> Value { try append(Logarithm(), x) }
}
