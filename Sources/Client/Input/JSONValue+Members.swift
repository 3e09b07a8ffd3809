internal import JSON

extension JSONValue {
    /// The text of a member; nil where it is missing or something else.
    func text(_ key: String) -> String? { try? self[key]?.string() }

    /// The number of a member; nil where it is missing or something else.
    func number(_ key: String) -> Double? { try? self[key]?.double() }

    /// The elements of a member that is an array; empty where it is missing or something else.
    func list(_ key: String) -> [JSONValue] {
        guard let value = self[key], value.kind == .array else { return [] }
        return Array(value.elements)
    }

    /// The members that are numbers, in order.
    var numbers: [(name: String, value: Double)] {
        guard kind == .object else { return [] }
        return members.compactMap { member in (try? member.value.double()).map { (member.key, $0) } }
    }

    /// The value on one line.
    var line: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }
}
