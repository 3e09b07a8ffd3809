import HTTPTypes

/// The field lines of a head as they are read one by one, and what they say about framing and persistence.
///
/// A request whose end a proxy and this server could see in two places is refused (RFC 9112 §6.3, §11.2).
struct FieldSection: Sendable {
    private(set) var ranges: [RequestHead.FieldRange] = []
    private(set) var framing = BodyFraming.none
    private(set) var expectsContinue = false
    /// Where the value of the Host field is in the bytes.
    private(set) var host: Range<Int>?
    private var hasLength = false
    private var hasClose = false
    private var hasKeepAlive = false

    /// Takes the field line in `bytes[range]`, its line ending left out.
    mutating func append(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        isVersion10: Bool,
        limits: WireLimits
    ) throws(WireError) {
        let line = try FieldLine(bytes, range)
        guard ranges.count < limits.fieldCount else {
            throw WireError(.requestHeaderFieldsTooLarge, "the head has more than \(limits.fieldCount) fields")
        }
        if ranges.isEmpty { ranges.reserveCapacity(8) }
        ranges.append(RequestHead.FieldRange(name: line.name, value: line.value))
        let name = bytes.extracting(line.name)
        let value = bytes.extracting(line.value)
        switch name.count {
        case 4 where name.equals(ignoringCase: "host"): try takeHost(value, at: line.value)
        case 6 where name.equals(ignoringCase: "expect"): try takeExpect(value)
        case 10 where name.equals(ignoringCase: "connection"): try takeConnection(value)
        case 14 where name.equals(ignoringCase: "content-length"): try takeLength(value)
        case 17 where name.equals(ignoringCase: "transfer-encoding"):
            try takeTransferEncoding(value, isVersion10: isVersion10)
        default: break
        }
    }

    /// Checks what only the whole section shows.
    func finish(isVersion10: Bool) throws(WireError) {
        guard host != nil || isVersion10 else {
            throw .malformed("an HTTP/1.1 request needs a Host field (RFC 9112 section 3.2)")
        }
    }

    /// HTTP/1.1 persists unless told to close, HTTP/1.0 closes unless told to persist (RFC 9112 §9.3).
    func keepsAlive(isVersion10: Bool) -> Bool {
        !hasClose && (!isVersion10 || hasKeepAlive)
    }

    private mutating func takeHost(_ value: Span<UInt8>, at range: Range<Int>) throws(WireError) {
        guard host == nil else { throw .malformed("the request has more than one Host field") }
        guard HostField.isValid(value) else {
            throw .malformed("the Host field is not a host with an optional port")
        }
        host = range
    }

    private mutating func takeExpect(_ value: Span<UInt8>) throws(WireError) {
        guard value.equals(ignoringCase: "100-continue") else {
            throw WireError(.expectationFailed, "the only expectation met here is 100-continue")
        }
        expectsContinue = true
    }

    private mutating func takeConnection(_ value: Span<UInt8>) throws(WireError) {
        var start = 0
        for index in 0...value.count where index == value.count || value[index] == UInt8(ascii: ",") {
            let option = value.extracting(value.trimmed(start..<index))
            if option.equals(ignoringCase: "close") { hasClose = true }
            if option.equals(ignoringCase: "keep-alive") { hasKeepAlive = true }
            for position in 0..<option.count where !Grammar.isToken(option[position]) {
                throw .malformed("the Connection field is not a list of tokens")
            }
            start = index + 1
        }
    }

    private mutating func takeLength(_ value: Span<UInt8>) throws(WireError) {
        guard framing != .chunked else { throw Self.bothFramings }
        guard !hasLength else { throw .malformed("the request has more than one Content-Length field") }
        var length = 0
        for index in 0..<value.count {
            guard Grammar.isDigit(value[index]) else { throw Self.badLength }
            let (product, tooLarge) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int(value[index] - 0x30))
            guard !tooLarge, !overflow else { throw Self.badLength }
            length = sum
        }
        guard value.count > 0 else { throw Self.badLength }
        hasLength = true
        framing = length == 0 ? .none : .length(length)
    }

    private mutating func takeTransferEncoding(_ value: Span<UInt8>, isVersion10: Bool) throws(WireError) {
        guard !isVersion10 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding (RFC 9112 section 6.1)") }
        guard !hasLength else { throw Self.bothFramings }
        guard framing != .chunked else { throw .malformed("the request has more than one Transfer-Encoding field") }
        guard value.equals(ignoringCase: "chunked") else {
            let start = value.count - 7
            guard start > 0, value[start - 1] == UInt8(ascii: ",") || value[start - 1] == Grammar.space,
                value.extracting(start..<value.count).equals(ignoringCase: "chunked"),
                !value.extracting(0..<7).equals(ignoringCase: "chunked")
            else { throw .malformed("the last transfer coding must be chunked, once (RFC 9112 section 6.3)") }
            throw WireError(.notImplemented, "no transfer coding but chunked is implemented")
        }
        framing = .chunked
    }

    private static let bothFramings = WireError.malformed(
        "the request has both Transfer-Encoding and Content-Length (RFC 9112 section 6.3)"
    )
    private static let badLength = WireError.malformed(
        "Content-Length is not a decimal number from 0 to \(Int.max)"
    )
}
