package import HTTPTypes

/// A request line and its fields as they arrived, with what the connection needs to know already decided.
///
/// The fields stay bytes until somebody asks for one, so a request whose handler looks at none pays for none.
package final class RequestHead: Sendable {
    /// Where one field line's name and value are in `bytes`.
    struct FieldRange: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
    }

    /// The head from the first byte of the request line.
    package let bytes: [UInt8]
    package let method: HTTPRequest.Method
    /// True for HTTP/1.0, whose connections close unless both sides say otherwise.
    package let isVersion10: Bool
    package let target: RequestTarget
    /// Where the host that is asked, with its port, is in `bytes`: the authority of a target in absolute form, else the
    /// value of the Host field (RFC 9112 §3.2.2); nil where there is neither, as HTTP/1.0 allows.
    let authority: Range<Int>?
    package let framing: BodyFraming
    /// Whether the client lets the connection live on after this request.
    package let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool
    private let fieldRanges: [FieldRange]

    init(bytes: [UInt8], line: RequestLine, fields: FieldSection) {
        self.bytes = bytes
        self.method = line.method
        self.isVersion10 = line.isVersion10
        self.target = line.target
        self.authority = line.target.authority ?? fields.host
        self.framing = fields.framing
        self.keepsAlive = fields.keepsAlive(isVersion10: line.isVersion10)
        self.expectsContinue = fields.expectsContinue && !line.isVersion10 && fields.framing != .none
        self.fieldRanges = fields.ranges
    }

    /// The target as it was sent.
    package var rawTarget: String { text(target.whole) }

    /// The path of the target as it was sent, or "*".
    package var rawPath: String { text(target.path) }

    /// The query of the target without its `?`, as it was sent.
    package var rawQuery: String? { target.query.map(text) }

    /// The number of field lines.
    package var fieldCount: Int { fieldRanges.count }

    /// Every field in the order of arrival.
    package var fields: HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(fieldRanges.count)
        for range in fieldRanges {
            guard let name = HTTPField.Name(text(range.name)) else { continue }
            fields.append(HTTPField(name: name, value: text(range.value)))
        }
        return fields
    }

    /// The value of the field of that name; several are joined by ", " (RFC 9110 §5.3).
    package func value(of name: HTTPField.Name) -> String? {
        value(ofFieldNamed: name.canonicalName)
    }

    /// The same, for a name in lower case.
    func value(ofFieldNamed canonicalName: String) -> String? {
        var found: String?
        for range in fieldRanges where matches(range, canonicalName) {
            let value = text(range.value)
            found = found.map { $0 + (canonicalName == "cookie" ? "; " : ", ") + value } ?? value
        }
        return found
    }

    /// Hands out where the value of each field of that name (in lower case) is in `bytes`.
    func forEachValue(ofFieldNamed canonicalName: String, _ body: (Range<Int>) -> Void) {
        for range in fieldRanges where matches(range, canonicalName) { body(range.value) }
    }

    /// Whether the field of that name (in lower case) is present.
    func has(_ canonicalName: String) -> Bool {
        fieldRanges.contains { matches($0, canonicalName) }
    }

    /// The bytes as text; a byte sequence that is not UTF-8 is read as ISO 8859-1, as obs-text was meant.
    func text(_ range: Range<Int>) -> String {
        let slice = bytes[range]
        return String(validating: slice, as: UTF8.self)
            ?? String(String.UnicodeScalarView(slice.map { Unicode.Scalar($0) }))
    }

    private func matches(_ range: FieldRange, _ canonicalName: String) -> Bool {
        let name = canonicalName.utf8
        guard name.count == range.name.count else { return false }
        var index = range.name.lowerBound
        for byte in name {
            guard Grammar.lowercased(bytes[index]) == byte else { return false }
            index += 1
        }
        return true
    }
}

extension RequestHead.FieldRange {
    init(name: Range<Int>, value: Range<Int>) {
        nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
        nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
        valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
        valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
    }

    var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}
