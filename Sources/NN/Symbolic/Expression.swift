/// A formula: a tree of operators and operands, of which parts may be shared.
///
/// The same part in two places is one object, so that what grows as a tree, such as a function of a function, stays small
/// in memory; whoever walks it remembers what it has seen.
public final class Expression: Sendable {
    /// What stands at the top.
    let kind: Kind

    /// An operator with its operands, or an operand.
    enum Kind: Sendable {
        case number(Double)
        case variable(String)
        case negation(Expression)
        case sum(Expression, Expression)
        case difference(Expression, Expression)
        case product(Expression, Expression)
        case quotient(Expression, Expression)
        case power(Expression, Double)
        case call(ElementaryFunction, Expression)
    }

    init(_ kind: Kind) { self.kind = kind }

    /// A number.
    static func number(_ number: Double) -> Expression { Expression(.number(number)) }

    /// The number, where it is one.
    var number: Double? { if case .number(let number) = kind { number } else { nil } }

    /// What the operator is applied to.
    var operands: [Expression] {
        switch kind {
        case .number, .variable: []
        case .negation(let operand), .power(let operand, _), .call(_, let operand): [operand]
        case .sum(let left, let right), .difference(let left, let right), .product(let left, let right),
            .quotient(let left, let right):
            [left, right]
        }
    }
}

/// A function of one number that a formula may call.
public enum ElementaryFunction: String, Sendable, CaseIterable {
    case exp, log, sin, cos, tanh, sigmoid, relu, sqrt
    /// 1 above zero, 0 elsewhere: the derivative of `relu`.
    case step

    /// The names that a formula may use.
    public static let names = allCases.filter { $0 != .step }.map(\.rawValue)
}

/// What is remembered of the parts of formulas while they are walked.
///
/// A part is known by its object, which must live as long as this does.
struct ExpressionMemory<Result> {
    private var known: [ObjectIdentifier: Result] = [:]

    /// What a part has come to; nil where it hasn't been seen.
    subscript(part: Expression) -> Result? {
        get { known[ObjectIdentifier(part)] }
        set { known[ObjectIdentifier(part)] = newValue }
    }

    /// How many parts were seen.
    var count: Int { known.count }
}

extension Expression {
    /// Works something out of each part, operands first, shared parts once.
    ///
    /// - Parameters:
    ///   - memory: What is known of parts.
    ///   - body: Makes something of a part and of what its operands have come to.
    /// - Returns: What the whole has come to.
    /// - Throws: What `body` throws.
    func fold<Result, Failure: Error>(
        _ memory: inout ExpressionMemory<Result>,
        _ body: (Expression, [Result]) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let known = memory[self] { return known }
        var results: [Result] = []
        for operand in operands { results.append(try operand.fold(&memory, body)) }
        let result = try body(self, results)
        memory[self] = result
        return result
    }
}
