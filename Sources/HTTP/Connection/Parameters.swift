import HTTPTypes

/// The values of a route's `{name}` segments, percent-decoded.
public struct Parameters: Sendable {
    let names: [String]
    let values: [String]

    static let none = Parameters(names: [], values: [])

    /// The value of that parameter.
    public subscript(name: String) -> String? {
        names.firstIndex(of: name).map { values[$0] }
    }

    /// The value of a parameter that the route's pattern has; throws a 500 `Problem` where the pattern has none.
    public func require(_ name: String) throws(Problem) -> String {
        guard let value = self[name] else {
            throw Problem(.internalServerError, detail: "the route has no parameter \"\(name)\"")
        }
        return value
    }

    /// The value of a parameter, converted; throws a 404 `Problem` where it does not convert.
    public func require<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type
    ) throws(Problem) -> Value {
        let text = try require(name)
        guard let value = Value(text) else {
            throw Problem(.notFound, detail: "\(name): expected \(Problem.name(of: type)), found \"\(text)\"")
        }
        return value
    }
}
