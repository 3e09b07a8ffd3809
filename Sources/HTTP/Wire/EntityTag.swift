/// A validator of a representation: `"abc"`, or `W/"abc"` for one that is only equivalent (RFC 9110 §8.8.3).
public struct EntityTag: Sendable, Equatable, CustomStringConvertible {
    /// What stands between the quotes.
    public let opaque: String

    /// Whether equal tags promise no more than equivalent content.
    public let isWeak: Bool

    /// Makes a tag of visible ASCII without quotes, such as a checksum in hexadecimal; other text traps.
    public init(_ opaque: String, isWeak: Bool = false) {
        precondition(opaque.utf8.allSatisfy(Self.isOpaque), "an entity tag has a byte that it cannot have")
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// The tag as a field has it.
    public var description: String {
        isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\""
    }

    /// Whether both are strong and the same, as `If-Match` and `Range` want it.
    public func matchesStrongly(_ other: EntityTag) -> Bool {
        !isWeak && !other.isWeak && opaque == other.opaque
    }

    /// Whether `If-Match` or `If-None-Match` names the tag, or everything by `*`; no tag stands for what does not exist.
    static func list(_ field: String, names tag: EntityTag?, strongly: Bool) -> Bool {
        guard let tag else { return false }
        guard field[...].trimmingBlanks != "*" else { return true }
        return parse(field).contains { strongly ? tag.matchesStrongly($0) : tag.opaque == $0.opaque }
    }

    /// The tags of a list, as far as it is one.
    static func parse(_ field: String) -> [EntityTag] {
        var tags: [EntityTag] = []
        var rest = field.utf8[...]
        while true {
            rest = rest.drop { $0 == Grammar.space || $0 == Grammar.tab || $0 == UInt8(ascii: ",") }
            let isWeak = rest.starts(with: "W/".utf8)
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == UInt8(ascii: "\"") else { return tags }
            let opaque = rest.dropFirst().prefix(while: isOpaque)
            rest = rest.dropFirst(opaque.count + 1)
            guard rest.first == UInt8(ascii: "\"") else { return tags }
            rest = rest.dropFirst()
            tags.append(EntityTag(String(opaque) ?? "", isWeak: isWeak))
        }
    }

    private static func isOpaque(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"")
    }
}
