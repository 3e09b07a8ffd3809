/// A primitive that maps each number of one operand to one number of the result.
///
/// A conforming type says its function and its derivative; shape, both derivative rules and the loop follow from them.
protocol UnaryElementwise: SingleResultPrimitive {
    /// The function of one number.
    func value(_ x: Float) -> Float

    /// The derivative times a tangent or a cotangent, nil where the derivative is zero everywhere.
    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value?
}

extension UnaryElementwise {
    /// The operand's shape.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { operands[0] }

    /// Forward mode: the chain rule applied to the tangent.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try chain(tangent, operand: operands[0], result: result, in: &graph)
    }

    /// Reverse mode: the chain rule applied to the cotangent.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try chain(cotangent, operand: operands[0], result: result, in: &graph)]
    }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(
            ElementwiseOperation(arity: 1) { result, operand, _, count in
                // In place has a loop of its own: with two pointers that may overlap the compiler runs its scalar loop.
                if UnsafePointer(result) == operand {
                    for index in 0..<count { result[index] = value(result[index]) }
                } else {
                    for index in 0..<count { result[index] = value(operand[index]) }
                }
            }
        )
    }
}
