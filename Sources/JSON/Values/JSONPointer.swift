/// The spelling of JSON pointers (RFC 6901).
public enum JSONPointer {
    /// One step of a pointer: a slash, then `name` with `~` written `~0` and `/` written `~1`.
    public static func token(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return "/" + name
        }
        var token = "/"
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }
}

extension JSONValue {
    /// Where this value stands in its document, as an RFC 6901 JSON pointer; for the root empty, or its `place`.
    ///
    /// Found by walking down from the root, so it costs nothing until a message needs it.
    public var pointer: String {
        var pointer = document.place
        var place = document.root
        while place.index < index {
            if place.kind == .object {
                guard let member = place.members.first(where: { $0.value.end > index }) else { break }
                pointer += JSONPointer.token(member.key)
                place = member.value
            } else {
                guard let (position, element) = place.elements.enumerated().first(where: { $1.end > index }) else {
                    break
                }
                pointer += "/\(position)"
                place = element
            }
        }
        return pointer
    }
}
