import HTTPTypes

/// Reads a head line by line from bytes that may arrive in any pieces.
///
/// A head that is whole in one piece is read where it lies; otherwise the pieces are gathered first. Lines are judged in
/// order, each when its end arrives, so the result does not depend on the pieces.
struct HeadParser: Sendable {
    private let limits: WireLimits
    /// The head so far, when it did not arrive in one piece.
    private var gathered: [UInt8] = []
    private var lineStart = 0
    private var line: RequestLine?
    private var fields = FieldSection()
    private var skippedEmptyLine = false

    init(limits: WireLimits) {
        self.limits = limits
    }

    /// Whether some bytes of a head have arrived but not all.
    var isPartial: Bool { !gathered.isEmpty }

    /// Takes bytes from `position` on; nil when the head is not whole yet, all bytes being taken then.
    mutating func next(_ input: Span<UInt8>, from position: inout Int) throws(WireError) -> RequestHead? {
        guard gathered.isEmpty else { return try nextGathered(input, from: &position) }
        let piece = input.extracting(position..<input.count)
        if let end = try read(piece, from: 0) {
            position += end
            return makeHead(piece, end)
        }
        gathered = piece.array
        position = input.count
        return nil
    }

    private mutating func nextGathered(
        _ input: Span<UInt8>,
        from position: inout Int
    ) throws(WireError) -> RequestHead? {
        let before = gathered.count
        let room = limits.headBytes + 1 - before
        let taken = min(max(room, 1), input.count - position)
        input.extracting(position..<position + taken).withUnsafeBufferPointer { gathered.append(contentsOf: $0) }
        let whole = gathered
        let end = try read(whole.span, from: before)
        guard let end else {
            position += taken
            return nil
        }
        position += end - before
        return makeHead(whole.span, end)
    }

    /// Reads the lines that are whole, the first end of which is at `scanned` or later; the end of the head if it is there.
    private mutating func read(_ bytes: Span<UInt8>, from scanned: Int) throws(WireError) -> Int? {
        var search = scanned
        while let lineFeed = bytes.firstIndex(of: Grammar.lineFeed, from: search) {
            search = lineFeed + 1
            guard search <= limits.headBytes else { throw tooLarge }
            guard lineFeed > lineStart, bytes[lineFeed - 1] == Grammar.carriageReturn else {
                throw .malformed("a line of the head ends in LF without CR (RFC 9112 section 2.2)")
            }
            let range = lineStart..<lineFeed - 1
            lineStart = search
            guard try !take(bytes, range) else { return search }
        }
        guard bytes.count <= limits.headBytes else { throw tooLarge }
        return nil
    }

    /// Takes one line; true when it was the empty line that ends the head.
    private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireError) -> Bool {
        guard let line else {
            // RFC 9112 §2.2: one empty line before the request line is ignored, for clients that end a body with one.
            if range.isEmpty, !skippedEmptyLine {
                skippedEmptyLine = true
                return false
            }
            line = try RequestLine(bytes, range, limits: limits)
            return false
        }
        if range.isEmpty {
            try fields.finish(isVersion10: line.isVersion10)
            return true
        }
        try fields.append(bytes, range, isVersion10: line.isVersion10, limits: limits)
        return false
    }

    private var tooLarge: WireError {
        line == nil
            ? RequestLine.targetTooLong(limits)
            : WireError(.requestHeaderFieldsTooLarge, "the head is longer than \(limits.headBytes) bytes")
    }

    /// The head in the first `end` bytes; the parser is ready for another one.
    private mutating func makeHead(_ bytes: Span<UInt8>, _ end: Int) -> RequestHead? {
        defer { self = HeadParser(limits: limits) }
        return line.map { RequestHead(bytes: bytes.extracting(0..<end).array, line: $0, fields: fields) }
    }
}
