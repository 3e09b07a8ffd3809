import Glibc

extension Expression {
    /// The value in double precision; nil where a variable has none.
    func value(at point: [String: Double], _ memory: inout ExpressionMemory<Double?>) -> Double? {
        fold(&memory) { part, operands -> Double? in
            var known: [Double] = []
            for operand in operands {
                guard let operand else { return nil }
                known.append(operand)
            }
            switch part.kind {
            case .number(let number): return number
            case .variable(let name): return point[name]
            case .negation: return -known[0]
            case .sum: return known[0] + known[1]
            case .difference: return known[0] - known[1]
            case .product: return known[0] * known[1]
            case .quotient: return known[0] / known[1]
            case .power(_, let exponent): return pow(known[0], exponent)
            case .call(let function, _): return function.value(known[0])
            }
        }
    }

    /// The value in double precision.
    func value(at point: [String: Double]) -> Double? {
        var memory = ExpressionMemory<Double?>()
        return value(at: point, &memory)
    }

    /// The same formula with others in place of variables; parts that have none of them are shared.
    func replacing(_ variables: [String: Expression]) -> Expression {
        var memory = ExpressionMemory<Expression>()
        return fold(&memory) { part, operands in
            switch part.kind {
            case .number: return part
            case .variable(let name): return variables[name] ?? part
            default:
                let isSame = zip(part.operands, operands).allSatisfy { $0 === $1 }
                return isSame ? part : part.with(operands)
            }
        }
    }

    /// The same operator with other operands.
    func with(_ operands: [Expression]) -> Expression {
        switch kind {
        case .number, .variable: self
        case .negation: Expression(.negation(operands[0]))
        case .sum: Expression(.sum(operands[0], operands[1]))
        case .difference: Expression(.difference(operands[0], operands[1]))
        case .product: Expression(.product(operands[0], operands[1]))
        case .quotient: Expression(.quotient(operands[0], operands[1]))
        case .power(_, let exponent): Expression(.power(operands[0], exponent))
        case .call(let function, _): Expression(.call(function, operands[0]))
        }
    }

    /// The operators and operands of the formula written out, with no part shared; no more than `Int.max`.
    func treeSize(_ memory: inout ExpressionMemory<Int>) -> Int {
        fold(&memory) { part, sizes in
            let own = if case .power = part.kind { 2 } else { 1 }
            return sizes.reduce(own) { sum, size in
                let (total, overflows) = sum.addingReportingOverflow(size)
                return overflows ? Int.max : total
            }
        }
    }
}

extension ElementaryFunction {
    /// The function of a number.
    func value(_ x: Double) -> Double {
        switch self {
        case .exp: Glibc.exp(x)
        case .log: Glibc.log(x)
        case .sin: Glibc.sin(x)
        case .cos: Glibc.cos(x)
        case .tanh: Glibc.tanh(x)
        case .sigmoid: 1 / (1 + Glibc.exp(-x))
        case .relu: x < 0 ? 0 : x
        case .sqrt: x.squareRoot()
        case .step: x > 0 ? 1 : 0
        }
    }
}
