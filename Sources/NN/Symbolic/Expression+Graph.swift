extension Expression {
    /// Appends the formula to a graph, a scalar; parts that are shared are one node.
    ///
    /// - Parameters:
    ///   - graph: The graph.
    ///   - variables: The values of the variables.
    ///   - memory: The values of parts.
    /// - Returns: The formula's value.
    /// - Throws: `ShapeError` never: all are scalars.
    func append(
        to graph: inout Graph,
        variables: [String: Value],
        _ memory: inout ExpressionMemory<Value>
    ) throws(ShapeError) -> Value {
        try fold(&memory) { part, operands throws(ShapeError) in
            switch part.kind {
            case .number(let number): return try graph.constant(Float(number))
            case .variable(let name):
                guard let value = variables[name] else { preconditionFailure("the variable \(name) has no value") }
                return value
            case .negation: return try graph.negate(operands[0])
            case .sum: return try graph.add(operands[0], operands[1])
            case .difference: return try graph.subtract(operands[0], operands[1])
            case .product: return try graph.multiply(operands[0], operands[1])
            case .quotient: return try graph.divide(operands[0], operands[1])
            case .power(_, let exponent): return try graph.power(operands[0], Float(exponent))
            case .call(let function, _): return try function.append(to: &graph, operands[0])
            }
        }
    }
}

extension ElementaryFunction {
    fileprivate func append(to graph: inout Graph, _ x: Value) throws(ShapeError) -> Value {
        switch self {
        case .exp: try graph.exp(x)
        case .log: try graph.log(x)
        case .sin: try graph.sin(x)
        case .cos: try graph.cos(x)
        case .tanh: try graph.tanh(x)
        case .sigmoid: try graph.sigmoid(x)
        case .relu: try graph.relu(x)
        case .sqrt: try graph.sqrt(x)
        case .step: try graph.positive(x)
        }
    }
}
