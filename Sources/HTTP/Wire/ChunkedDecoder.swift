import HTTPTypes

/// Finds the data in a chunked body, wherever its pieces are cut (RFC 9112 §7.1).
///
/// Extensions are checked and ignored; trailer fields are checked, counted and dropped (RFC 9110 §6.5.1).
struct ChunkedDecoder: Sendable {
    enum Piece: Equatable {
        case data(Range<Int>)
        case end
    }

    private enum State: Sendable {
        case size, blank, extensions, sizeLineFeed
        case data(Int)
        case dataReturn, dataLineFeed
        case trailer
    }

    /// Fifteen digits: the largest power of sixteen that cannot overflow an `Int`.
    private static let longestSize = 15

    private let limits: WireLimits
    private var state = State.size
    private var size = 0
    private var digits = 0
    private var lineBytes = 0
    private var trailer: [UInt8] = []
    private var trailerBytes = 0
    private var trailerCount = 0

    init(limits: WireLimits) {
        self.limits = limits
    }

    /// The next piece from `position` on; nil when the input is used up.
    mutating func next(_ input: Span<UInt8>, from position: inout Int) throws(WireError) -> Piece? {
        while position < input.count {
            if case .data(let remaining) = state {
                let start = position
                position += min(remaining, input.count - position)
                let left = remaining - (position - start)
                state = left > 0 ? .data(left) : .dataReturn
                return .data(start..<position)
            }
            let byte = input[position]
            position += 1
            if case .trailer = state {
                guard try takeTrailer(byte) else { continue }
                return .end
            }
            try take(byte)
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(WireError) {
        switch state {
        case .size: try takeSize(byte)
        case .blank: try takeBlank(byte)
        case .extensions: try takeExtension(byte)
        case .sizeLineFeed:
            guard byte == Grammar.lineFeed else { throw Self.badSize }
            state = size > 0 ? .data(size) : .trailer
            (size, digits, lineBytes) = (0, 0, 0)
        case .dataReturn:
            guard byte == Grammar.carriageReturn else { throw Self.badData }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == Grammar.lineFeed else { throw Self.badData }
            state = .size
        case .data, .trailer:
            preconditionFailure("next takes the bytes of data and trailers itself")
        }
    }

    private mutating func takeSize(_ byte: UInt8) throws(WireError) {
        if let digit = Grammar.hexDigit(byte) {
            digits += 1
            guard digits <= Self.longestSize else { throw .malformed("a chunk size has more than 15 digits") }
            size = size << 4 | Int(digit)
            return
        }
        guard digits > 0 else { throw Self.badSize }
        try endOfSize(byte)
    }

    /// White space after the size may only lead to an extension.
    private mutating func takeBlank(_ byte: UInt8) throws(WireError) {
        guard byte != Grammar.carriageReturn else { throw Self.badSize }
        try endOfSize(byte)
    }

    private mutating func endOfSize(_ byte: UInt8) throws(WireError) {
        switch byte {
        case Grammar.carriageReturn: state = .sizeLineFeed
        case UInt8(ascii: ";"): state = .extensions
        case Grammar.space, Grammar.tab: state = .blank
        default: throw Self.badSize
        }
        try countLine()
    }

    private mutating func takeExtension(_ byte: UInt8) throws(WireError) {
        if byte == Grammar.carriageReturn {
            state = .sizeLineFeed
        } else if !Grammar.isFieldValue(byte) {
            throw .malformed("a chunk extension has a control character")
        }
        try countLine()
    }

    private mutating func countLine() throws(WireError) {
        lineBytes += 1
        guard lineBytes <= limits.chunkLineBytes else {
            throw .malformed("a chunk's extensions are longer than \(limits.chunkLineBytes) bytes")
        }
    }

    /// Takes a byte of the trailer section; true at the empty line that ends it.
    private mutating func takeTrailer(_ byte: UInt8) throws(WireError) -> Bool {
        trailerBytes += 1
        guard trailerBytes <= limits.headBytes else {
            throw WireError(.requestHeaderFieldsTooLarge, "the trailer is longer than \(limits.headBytes) bytes")
        }
        trailer.append(byte)
        guard byte == Grammar.lineFeed else { return false }
        guard trailer.count >= 2, trailer[trailer.count - 2] == Grammar.carriageReturn else {
            throw .malformed("a line of the trailer ends in LF without CR")
        }
        guard trailer.count > 2 else { return true }
        let line = trailer
        _ = try FieldLine(line.span, 0..<line.count - 2)
        trailerCount += 1
        guard trailerCount <= limits.fieldCount else {
            throw WireError(.requestHeaderFieldsTooLarge, "the trailer has more than \(limits.fieldCount) fields")
        }
        trailer.removeAll(keepingCapacity: true)
        return false
    }

    private static let badSize = WireError.malformed("a chunk does not start with its size in hexadecimal and CRLF")
    private static let badData = WireError.malformed("a chunk's data is not followed by CRLF")
}
