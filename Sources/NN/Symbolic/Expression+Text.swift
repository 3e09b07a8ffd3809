extension Expression {
    /// The formula without what changes nothing: zeros added, ones multiplied, numbers that can be computed.
    func simplified() -> Expression {
        var memory = ExpressionMemory<Expression>()
        return fold(&memory) { part, operands in part.with(operands).rewritten() }
    }

    /// A simpler formula of the same value whose operands are simple already; itself where there is none.
    private func rewritten() -> Expression {
        switch kind {
        case .number, .variable: return self
        case .negation(let u):
            if let number = u.number { return .number(-number) }
            if case .negation(let inner) = u.kind { return inner }
        case .sum(let u, let v):
            if u.number == 0 { return v }
            if v.number == 0 { return u }
            if let one = u.number, let other = v.number { return .number(one + other) }
            if case .negation(let inner) = v.kind { return Expression(.difference(u, inner)).rewritten() }
        case .difference(let u, let v):
            if v.number == 0 { return u }
            if let one = u.number, let other = v.number { return .number(one - other) }
            if u.number == 0 { return Expression(.negation(v)).rewritten() }
            if case .negation(let inner) = v.kind { return Expression(.sum(u, inner)).rewritten() }
        case .product(let u, let v): return Self.product(u, v) ?? self
        case .quotient(let u, let v):
            if u.number == 0 { return u }
            if v.number == 1 { return u }
        case .power(let u, let exponent):
            if exponent == 1 { return u }
            if exponent == 0 { return .number(1) }
        case .call: break
        }
        return self
    }

    private static func product(_ u: Expression, _ v: Expression) -> Expression? {
        if let one = u.number, let other = v.number { return .number(one * other) }
        for (number, other) in [(u.number, v), (v.number, u)] {
            switch number {
            case 0: return .number(0)
            case 1: return other
            case -1: return Expression(.negation(other)).rewritten()
            default: break
            }
        }
        // A sign goes before the whole, a number before its factors.
        if case .negation(let inner) = u.kind {
            return Expression(.negation(Expression(.product(inner, v)).rewritten()))
        }
        if case .negation(let inner) = v.kind {
            return Expression(.negation(Expression(.product(u, inner)).rewritten()))
        }
        if v.number != nil, u.number == nil { return Expression(.product(v, u)).rewritten() }
        if let number = u.number, case .product(let first, let rest) = v.kind, let other = first.number {
            return Expression(.product(.number(number * other), rest)).rewritten()
        }
        return nil
    }

    /// The formula as text that reads back as itself; nil where it is longer than `limit` characters.
    func text(limit: Int) -> String? {
        var memory = ExpressionMemory<Written?>()
        return fold(&memory) { part, operands -> Written? in
            var known: [Written] = []
            for operand in operands {
                guard let operand else { return nil }
                known.append(operand)
            }
            let written = part.written(known)
            return written.text.utf8.count > limit ? nil : written
        }?.text
    }

    /// A text, and how tightly its outermost operator binds: sum 1, product 2, sign 3, power 4, all else 5.
    private struct Written {
        let text: String
        let rank: Int

        /// The text as an operand of what binds so tightly.
        func within(_ least: Int) -> String { rank < least ? "(\(text))" : text }
    }

    private func written(_ operands: [Written]) -> Written {
        switch kind {
        case .number(let number):
            let text = number.formulaText
            return Written(text: text, rank: number.sign == .minus ? 3 : 5)
        case .variable(let name): return Written(text: name, rank: 5)
        case .negation: return Written(text: "-\(operands[0].within(3))", rank: 3)
        case .sum: return Written(text: "\(operands[0].within(1))+\(operands[1].within(2))", rank: 1)
        case .difference: return Written(text: "\(operands[0].within(1))-\(operands[1].within(2))", rank: 1)
        case .product: return Written(text: "\(operands[0].within(2))*\(operands[1].within(3))", rank: 2)
        case .quotient: return Written(text: "\(operands[0].within(2))/\(operands[1].within(3))", rank: 2)
        case .power(_, let exponent):
            return Written(text: "\(operands[0].within(5))^\(exponent.formulaText)", rank: 4)
        case .call(let function, _): return Written(text: "\(function.rawValue)(\(operands[0].text))", rank: 5)
        }
    }
}

extension Double {
    /// The number as a formula has it: the shortest that reads back as itself, whole ones without a point.
    var formulaText: String {
        self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)"
    }
}
