/// What is bound to the parameters of a statement: `?` in their order, `:name` by name.
public struct Arguments: Sendable, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// The values of parameters without a name, in order.
    package private(set) var values: [SQL.Value]
    /// The values of those with a name, none twice.
    package private(set) var named: [(name: String, value: SQL.Value)]

    /// None.
    public init() {
        values = []
        named = []
    }

    /// Values for parameters without a name.
    public init(_ values: [SQL.Value]) {
        self.values = values
        named = []
    }

    /// Values for parameters without a name.
    public init(arrayLiteral elements: (any ValueConvertible)?...) {
        values = elements.map { $0?.sqlValue ?? .null }
        named = []
    }

    /// Values by the names of their parameters.
    public init(dictionaryLiteral elements: (String, (any ValueConvertible)?)...) {
        values = []
        named = elements.map { ($0, $1?.sqlValue ?? .null) }
    }

    /// Both together; of a name that both have, the second one's value.
    public static func + (first: Arguments, second: Arguments) -> Arguments {
        var sum = first
        sum.values += second.values
        for (name, value) in second.named {
            if let place = sum.named.firstIndex(where: { $0.name == name }) {
                sum.named[place].value = value
            } else {
                sum.named.append((name, value))
            }
        }
        return sum
    }

    /// Adds others.
    public static func += (first: inout Arguments, second: Arguments) { first = first + second }
}
