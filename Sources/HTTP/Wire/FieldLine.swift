/// `field-name ":" OWS field-value OWS` (RFC 9112 §5).
struct FieldLine {
    let name: Range<Int>
    let value: Range<Int>

    /// Reads the line in `bytes[range]`, its line ending left out.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireError) {
        var index = range.lowerBound
        while index < range.upperBound, Grammar.isToken(bytes[index]) { index += 1 }
        name = range.lowerBound..<index
        guard !name.isEmpty else {
            guard let first = range.first, bytes[first] == Grammar.space || bytes[first] == Grammar.tab else {
                throw .malformed("a field line does not start with a field name")
            }
            throw .malformed("a field line starts with white space; folded lines are refused (RFC 9112 section 5.2)")
        }
        guard index < range.upperBound, bytes[index] == UInt8(ascii: ":") else {
            throw .malformed("a field name is not followed by a colon at once (RFC 9112 section 5.1)")
        }
        value = bytes.trimmed(index + 1..<range.upperBound)
        for position in value where !Grammar.isFieldValue(bytes[position]) {
            throw .malformed("the field \(bytes.extracting(name).text) has a control character in its value")
        }
    }
}
