internal import JSON

/// The lines of a document on which its values stand.
struct JSONLines {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    /// The line, counted from 1, of what an RFC 6901 pointer names: of a member's name, or of an element.
    ///
    /// Where there is no such thing, as of a member that is missing, the line on which what encloses it begins.
    func line(of pointer: String) -> Int {
        var value = root
        var offset = root.sourceBytes.startIndex
        for step in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(step).replacing("~1", with: "/").replacing("~0", with: "~")
            switch value.kind {
            case .object:
                guard let member = value[name] else { return line(at: offset) }
                value = member
                offset = nameEnd(before: member.sourceBytes.startIndex)
            case .array:
                guard let position = Int(name), let element = value[position] else { return line(at: offset) }
                value = element
                offset = element.sourceBytes.startIndex
            default: return line(at: offset)
            }
        }
        return line(at: offset)
    }

    /// The offset of the closing quote of the name whose value begins there.
    private func nameEnd(before offset: Int) -> Int {
        root.document.bytes[..<offset].lastIndex(of: UInt8(ascii: "\"")) ?? offset
    }

    private func line(at offset: Int) -> Int { 1 + root.document.bytes[..<offset].count { $0 == 0x0A } }
}
