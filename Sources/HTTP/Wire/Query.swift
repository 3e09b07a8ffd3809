import HTTPTypes
import JSON

/// The query of a request target, read as `application/x-www-form-urlencoded` (WHATWG URL §5.1): `+` is a space.
public struct Query: Sendable {
    /// One `name=value` pair; a name without `=` has an empty value.
    public typealias Item = (name: String, value: String)

    /// Every pair, in the order sent.
    public let items: [Item]

    /// Reads the text after the `?`; nil where an escape is malformed or stands for bytes that are not UTF-8 text.
    public init?(parsing text: String) {
        var items: [Item] = []
        for pair in Array(text.utf8).split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decode(pair[..<equals], plusIsSpace: true),
                let value = PercentEncoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
            else { return nil }
            items.append((name, value))
        }
        self.items = items
    }

    init() {
        items = []
    }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// Every value of that name, in the order sent.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// The first value of that name; throws a 400 `Problem` where there is none.
    public func require(_ name: String) throws(Problem) -> String {
        guard let value = self[name] else {
            throw Problem(.badRequest, detail: "query parameter \"\(name)\": expected a value, found none")
        }
        return value
    }

    /// The first value of that name, converted; throws a 400 `Problem` where it does not convert.
    public func value<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(Problem) -> Value? {
        guard let text = self[name] else { return nil }
        guard let value = Value(text) else {
            throw Problem(
                .badRequest,
                detail: "query parameter \"\(name)\": expected \(Problem.name(of: type)), found \"\(text)\""
            )
        }
        return value
    }

    /// Throws a 400 `Problem` for a name that is not in `known`, or that stands there twice.
    public func check(known: [String]) throws(Problem) {
        var seen: Set<String> = []
        for item in items {
            guard known.contains(item.name) else {
                let unknown = Suggestion.unknown("query parameter", item.name, known: known)
                throw Problem(.badRequest, detail: unknown)
            }
            guard seen.insert(item.name).inserted else {
                throw Problem(.badRequest, detail: "query parameter \"\(item.name)\" is given more than once")
            }
        }
    }
}
