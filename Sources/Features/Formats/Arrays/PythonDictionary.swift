/// The one-line Python dictionary literal that NumPy writes: text keys; text, `True`, `False` or integer tuple values.
struct PythonDictionary {
    enum Value: Equatable {
        case text(String)
        case truth(Bool)
        case integers([Int])
        /// A list, as structured types have; not looked into.
        case list
    }

    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    /// Reads the whole dictionary; nil if it is anything else, or has a key twice.
    mutating func entries() -> [String: Value]? {
        var entries: [String: Value] = [:]
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = text(), take(":"), let value = value(), entries.updateValue(value, forKey: key) == nil
            else {
                return nil
            }
            guard take(",") || peek("}") else { return nil }
        }
        skipSpace()
        return rest.isEmpty ? entries : nil
    }

    private mutating func value() -> Value? {
        if take("True") { return .truth(true) }
        if take("False") { return .truth(false) }
        if peek("[") { return list() ? .list : nil }
        if peek("(") { return tuple().map(Value.integers) }
        return text().map(Value.text)
    }

    private mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var integers: [Int] = []
        while !take(")") {
            skipSpace()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let integer = Int(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            // Python 2 wrote long integers with an L.
            _ = take("L")
            integers.append(integer)
            guard take(",") || peek(")") else { return nil }
        }
        return integers
    }

    /// Skips a list, of whatever is in it.
    private mutating func list() -> Bool {
        var depth = 0
        while let next = rest.popFirst() {
            if next == "[" { depth += 1 }
            if next == "]" { depth -= 1 }
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func text() -> String? {
        skipSpace()
        guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
        let inside = rest.dropFirst().prefix { $0 != quote }
        rest = rest.dropFirst(inside.count + 1)
        guard rest.popFirst() == quote else { return nil }
        return String(inside)
    }

    private mutating func take(_ word: String) -> Bool {
        guard peek(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    private mutating func peek(_ word: String) -> Bool {
        skipSpace()
        return rest.hasPrefix(word)
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
    }
}
