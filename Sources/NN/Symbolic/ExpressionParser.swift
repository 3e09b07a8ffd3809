/// What keeps a text from being a formula, and where.
public struct ExpressionError: Error, Sendable, Equatable {
    /// What was found and what was expected, with the place.
    public let detail: String
}

extension Expression {
    /// The most characters of a formula.
    public static let greatestLength = 1024
    /// How deep parentheses and signs may lie within one another.
    static let greatestDepth = 100

    /// Reads a formula: `+ - * / ^`, parentheses, numbers, names and functions of one operand.
    ///
    /// `-x^2` is −(x²), `2^3^2` is 2^(3²), and an exponent has no variables.
    ///
    /// - Parameters:
    ///   - text: The formula.
    ///   - variables: The names that it may use.
    /// - Returns: The formula.
    /// - Throws: `ExpressionError` with the first thing that is wrong.
    public static func parse(_ text: String, variables: [String]) throws(ExpressionError) -> Expression {
        guard text.unicodeScalars.count <= greatestLength else {
            throw ExpressionError(
                detail: "expected at most \(greatestLength) characters, found \(text.unicodeScalars.count)"
            )
        }
        var parser = ExpressionParser(text, variables: variables)
        let formula = try parser.sum()
        try parser.finish()
        return formula
    }

    /// Whether a text can be the name of a variable: a letter or `_`, then letters, digits and `_`.
    public static func isName(_ text: String) -> Bool {
        guard let first = text.first, text.utf8.count <= 64, first.isASCII, first.isLetter || first == "_",
            ElementaryFunction(rawValue: text) == nil
        else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

/// Reads a formula from left to right, an operator's operands by its rank.
private struct ExpressionParser {
    private let characters: [Character]
    private let variables: [String]
    private var place = 0
    private var depth = 0

    init(_ text: String, variables: [String]) {
        characters = Array(text)
        self.variables = variables
    }

    mutating func sum() throws(ExpressionError) -> Expression {
        var left = try product()
        while true {
            if take("+") {
                left = Expression(.sum(left, try product()))
            } else if take("-") {
                left = Expression(.difference(left, try product()))
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(ExpressionError) -> Expression {
        var left = try signed()
        while true {
            if take("*") {
                left = Expression(.product(left, try signed()))
            } else if take("/") {
                left = Expression(.quotient(left, try signed()))
            } else {
                return left
            }
        }
    }

    private mutating func signed() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Expression.greatestDepth else {
            throw fault("more than \(Expression.greatestDepth) levels of parentheses and signs")
        }
        if take("-") { return Expression(.negation(try signed())) }
        if take("+") { return try signed() }
        return try power()
    }

    private mutating func power() throws(ExpressionError) -> Expression {
        let base = try operand()
        skipSpace()
        let start = place
        guard take("^") else { return base }
        let exponent = try signed()
        var memory = ExpressionMemory<Double?>()
        guard let number = exponent.value(at: [:], &memory) else {
            place = start
            throw fault("an exponent must be a number; write u^v as exp(v*log(u))")
        }
        return Expression(.power(base, number))
    }

    private mutating func operand() throws(ExpressionError) -> Expression {
        skipSpace()
        guard place < characters.count else { throw fault("the formula ends where an operand is expected") }
        if take("(") {
            let inside = try sum()
            guard take(")") else { throw fault("expected \")\"") }
            return inside
        }
        if characters[place].isASCII, characters[place].isNumber || characters[place] == "." { return try number() }
        return try name()
    }

    private mutating func number() throws(ExpressionError) -> Expression {
        let start = place
        func isDigit(_ place: Int) -> Bool { place < characters.count && ("0"..."9").contains(characters[place]) }
        while isDigit(place) { place += 1 }
        if place < characters.count, characters[place] == "." {
            place += 1
            while isDigit(place) { place += 1 }
        }
        if place < characters.count, characters[place] == "e" || characters[place] == "E" {
            let hasSign = place + 1 < characters.count && ["+", "-"].contains(characters[place + 1])
            let digits = place + (hasSign ? 2 : 1)
            if isDigit(digits) {
                place = digits
                while isDigit(place) { place += 1 }
            }
        }
        let text = String(characters[start..<place])
        guard let number = Double(text), number.isFinite else {
            place = start
            throw fault("\"\(text)\" is no number")
        }
        return .number(number)
    }

    private mutating func name() throws(ExpressionError) -> Expression {
        let start = place
        while place < characters.count, characters[place].isASCII,
            characters[place].isLetter || characters[place].isNumber || characters[place] == "_"
        {
            place += 1
        }
        guard place > start else { throw fault("unexpected \"\(characters[place])\"") }
        let name = String(characters[start..<place])
        if let function = ElementaryFunction(rawValue: name), ElementaryFunction.names.contains(name) {
            guard take("(") else { throw fault("expected \"(\" after \"\(name)\"") }
            let inside = try sum()
            guard take(")") else { throw fault("expected \")\"") }
            return Expression(.call(function, inside))
        }
        guard variables.contains(name) else {
            let known = (variables + ElementaryFunction.names).map { "\"\($0)\"" }.joined(separator: ", ")
            place = start
            throw fault("unknown name \"\(name)\"; \"at\" gives the variables. Known: \(known)")
        }
        return Expression(.variable(name))
    }

    mutating func finish() throws(ExpressionError) {
        skipSpace()
        if place < characters.count { throw fault("unexpected \"\(characters[place])\"; expected an operator") }
    }

    private mutating func skipSpace() {
        while place < characters.count, characters[place].isWhitespace { place += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard place < characters.count, characters[place] == character else { return false }
        place += 1
        return true
    }

    private func fault(_ detail: String) -> ExpressionError {
        ExpressionError(detail: "at character \(place + 1): \(detail)")
    }
}
