/// A primitive that maps the numbers at the same place of two operands of one shape to one number of the result.
protocol BinaryElementwise: SingleResultPrimitive {
    /// The function of two numbers.
    func value(_ a: Float, _ b: Float) -> Float
}

extension BinaryElementwise {
    /// The common shape of both operands.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[0] == operands[1] else {
            throw ShapeError(name, "\(operands[0]) and \(operands[1]) differ; broadcast one of them first")
        }
        return operands[0]
    }

    /// One loop, which the plan fuses with its neighbours.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .elementwise(
            ElementwiseOperation(arity: 2) { result, first, second, count in
                // In place has loops of its own: with pointers that may overlap the compiler runs its scalar loop.
                if UnsafePointer(result) == first {
                    if first == second {
                        for index in 0..<count { result[index] = value(result[index], result[index]) }
                    } else {
                        for index in 0..<count { result[index] = value(result[index], second[index]) }
                    }
                } else if UnsafePointer(result) == second {
                    for index in 0..<count { result[index] = value(first[index], result[index]) }
                } else {
                    for index in 0..<count { result[index] = value(first[index], second[index]) }
                }
            }
        )
    }
}
