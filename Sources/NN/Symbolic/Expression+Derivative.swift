extension Expression {
    /// The derivative by a variable, by the rules alone: nothing is simplified, and no part is computed.
    ///
    /// (u+v)′ = u′+v′, (uv)′ = u′v+uv′, (u/v)′ = (u′v−uv′)/v², f(u)′ = f′(u)·u′, c′ = 0, x′ = 1.
    ///
    /// - Parameters:
    ///   - variable: What to differentiate by.
    ///   - memory: The derivatives of parts by the same variable.
    /// - Returns: The derivative, which shares the formula's parts.
    func derivative(
        by variable: String,
        _ memory: inout ExpressionMemory<Expression>
    ) -> Expression {
        fold(&memory) { part, inner in
            switch part.kind {
            case .number: .number(0)
            case .variable(let name): .number(name == variable ? 1 : 0)
            case .negation: Expression(.negation(inner[0]))
            case .sum: Expression(.sum(inner[0], inner[1]))
            case .difference: Expression(.difference(inner[0], inner[1]))
            case .product(let u, let v):
                Expression(.sum(Expression(.product(inner[0], v)), Expression(.product(u, inner[1]))))
            case .quotient(let u, let v):
                Expression(
                    .quotient(
                        Expression(.difference(Expression(.product(inner[0], v)), Expression(.product(u, inner[1])))),
                        Expression(.power(v, 2))
                    )
                )
            case .power(let u, let exponent):
                Expression(
                    .product(
                        Expression(.product(.number(exponent), Expression(.power(u, exponent - 1)))),
                        inner[0]
                    )
                )
            case .call(let function, let u): function.chain(part, u, inner[0])
            }
        }
    }
}

extension ElementaryFunction {
    /// The derivative of `whole`, the function of `u`, from that of `u`.
    fileprivate func chain(_ whole: Expression, _ u: Expression, _ inner: Expression) -> Expression {
        func times(_ outer: Expression) -> Expression { Expression(.product(outer, inner)) }
        func less(_ subtracted: Expression) -> Expression { Expression(.difference(.number(1), subtracted)) }
        return switch self {
        case .exp: times(whole)
        case .log: Expression(.quotient(inner, u))
        case .sin: times(Expression(.call(.cos, u)))
        case .cos: times(Expression(.negation(Expression(.call(.sin, u)))))
        case .tanh: times(less(Expression(.power(whole, 2))))
        case .sigmoid: times(Expression(.product(whole, less(whole))))
        case .relu: times(Expression(.call(.step, u)))
        case .sqrt: Expression(.quotient(inner, Expression(.product(.number(2), whole))))
        case .step: .number(0)
        }
    }
}
