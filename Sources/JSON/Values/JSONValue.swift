/// One value of a document: a cheap view that keeps the document alive.
public struct JSONValue: Sendable {
    /// The six kinds of JSON value.
    public enum Kind: Sendable {
        case null, bool, number, string, array, object
    }

    /// The text and tape this value is part of.
    public let document: JSONDocument

    /// Where the value begins on the tape.
    let index: Int

    /// Which of the six kinds this is, told by its first byte.
    public var kind: Kind {
        switch firstByte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// True for `null`.
    public var isNull: Bool { kind == .null }

    /// The elements of an array or the members of an object; 0 for anything else.
    public var count: Int {
        switch kind {
        case .array, .object: Int(document.tape[index + 2])
        default: 0
        }
    }

    /// The elements of an array, in order; none for anything else.
    public var elements: JSONElements { JSONElements(of: self) }

    /// The members of an object, in the order of the text; none for anything else.
    public var members: JSONMembers { JSONMembers(of: self) }

    /// The value of `key` in an object, or nil.
    public subscript(key: String) -> JSONValue? {
        guard kind == .object else { return nil }
        var key = key
        return key.withUTF8 { name in
            var place = index + 3
            while place < end {
                let value = JSONValue(document: document, index: place + 2)
                if isKey(at: place, equalTo: name) { return value }
                place = value.end
            }
            return nil
        }
    }

    /// The element at `position` of an array, or nil; walks the elements before it unless all are numbers.
    public subscript(position: Int) -> JSONValue? {
        guard kind == .array, position >= 0, position < count else { return nil }
        if end - index - 3 == count { return JSONValue(document: document, index: index + 3 + position) }
        return elements.dropFirst(position).first { _ in true }
    }

    // MARK: The text

    /// The value's own text, exactly as it came.
    public var source: String { String(decoding: sourceBytes, as: UTF8.self) }

    /// The bytes of the value's own text, exactly as they came.
    public var sourceBytes: ArraySlice<UInt8> { document.bytes[start..<sourceEnd] }

    /// The offset of the value's first byte in the document.
    var start: Int { Int(document.tape[index]) }

    var firstByte: UInt8 { document.bytes[start] }

    /// The tape index just after this value.
    var end: Int { Tape.end(of: index, in: document.tape, firstByte: firstByte) }

    /// The offset just after the value's last byte.
    private var sourceEnd: Int {
        let bytes = document.bytes
        switch kind {
        case .null: return start + 4
        case .bool: return start + (firstByte == UInt8(ascii: "t") ? 4 : 5)
        case .string: return start + Int(document.tape[index + 1] >> 1) + 2
        case .number: return bytes[start...].firstIndex { !DecimalToken.isNumberByte($0) } ?? bytes.count
        case .array, .object:
            let closing = kind == .array ? UInt8(ascii: "]") : UInt8(ascii: "}")
            let last = kind == .array ? lastValue(skippingKeys: false) : lastValue(skippingKeys: true)
            let inside = last?.sourceEnd ?? start + 1
            return (bytes[inside...].firstIndex(of: closing) ?? inside) + 1
        }
    }

    private func lastValue(skippingKeys: Bool) -> JSONValue? {
        var last: JSONValue?
        var place = index + 3
        while place < end {
            let value = JSONValue(document: document, index: skippingKeys ? place + 2 : place)
            place = value.end
            last = value
        }
        return last
    }

    private func isKey(at place: Int, equalTo name: UnsafeBufferPointer<UInt8>) -> Bool {
        let token = StringToken(document.tape, at: place)
        guard !token.hasEscapes else { return Array(string(at: place).utf8) == Array(name) }
        return token.count == name.count && document.bytes[token.start..<token.start + token.count].elementsEqual(name)
    }

    /// The decoded string whose tape entry is at `place`.
    func string(at place: Int) -> String {
        document.bytes.withUnsafeBufferPointer { StringToken(document.tape, at: place).decoded(from: $0) }
    }
}

extension JSONValue: Equatable {
    /// Compares what two values mean: members in any order, strings after escapes, numbers by their value.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        guard left.kind == right.kind, left.count == right.count else { return false }
        switch left.kind {
        case .null: return true
        case .bool: return left.firstByte == right.firstByte
        case .string: return left.string(at: left.index).utf8.elementsEqual(right.string(at: right.index).utf8)
        case .number: return left.sourceBytes == right.sourceBytes || left.nearestDouble == right.nearestDouble
        case .array: return zip(left.elements, right.elements).allSatisfy { $0 == $1 }
        case .object: return left.members.allSatisfy { right[$0.key] == $0.value }
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value's own text.
    public var description: String { source }
}
