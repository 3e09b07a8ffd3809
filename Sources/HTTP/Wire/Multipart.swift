public import HTTPTypes

/// What comes out of a `multipart/form-data` body: for each part its head, its bytes in pieces, and its end.
public enum MultipartEvent: Sendable, Equatable {
    /// A part begins.
    case head(MultipartHead)
    /// The next bytes of the part.
    case body(ArraySlice<UInt8>)
    /// The part is complete.
    case end
}

/// The head of one part of a form (RFC 7578 §4).
public struct MultipartHead: Sendable, Equatable {
    /// The name of the form's field.
    public var name: String
    /// The name of the file, where the part is one.
    public var filename: String?
    /// All header fields of the part.
    public var fields: HTTPFields
}

/// Why a body is not `multipart/form-data`.
public enum MultipartError: Error, Sendable, Equatable {
    /// The `Content-Type` has no usable boundary; what was found is told.
    case boundary(String)
    /// The body breaks the format; the sentence tells where.
    case malformed(String)
    /// The body ends before its closing boundary.
    case truncated
    /// The header fields of a part take more than this many bytes.
    case headTooLarge(Int)
    /// There are more parts than this.
    case tooManyParts(Int)
}

extension MultipartError: CustomStringConvertible {
    /// One line: where, what was found, what is allowed.
    public var description: String {
        switch self {
        case .boundary(let detail): "Content-Type: \(detail)"
        case .malformed(let detail): "multipart body: \(detail)"
        case .truncated: "multipart body: it ends before the closing boundary; was the upload cut short?"
        case .headTooLarge(let limit):
            "multipart body: the header fields of a part take more than \(limit) bytes, the limit"
        case .tooManyParts(let limit): "multipart body: more than \(limit) parts, the limit"
        }
    }
}

/// Reads a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1) as it arrives, cut anywhere: bytes in, events out.
///
/// Held between two reads are the head of a part, up to its limit, and at most a boundary's worth of bytes. Text before
/// the first boundary and after the closing one is skipped, as RFC 2046 says.
public struct MultipartParser: Sendable {
    private enum State: Sendable {
        case preamble, afterBoundary, head, body, epilogue
    }

    /// The longest head of a part, in bytes.
    public static let headLimit = 16 << 10
    /// The most parts of a body, where its reader says nothing else.
    public static let partLimit = 1000

    /// What ends a part: a line break, two dashes and the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// How many bytes of the delimiter have matched so far and are held back; the body begins as after a line break.
    private var matched = 2
    /// The rest of a boundary line, or the head of a part, as far as it has come.
    private var line: [UInt8] = []
    private var parts = 0
    private let partLimit: Int

    /// Starts a body whose parts are separated by `boundary`.
    ///
    /// - Throws: `MultipartError.boundary` unless it is 1 to 70 of the characters that RFC 2046 §5.1.1 allows.
    public init(boundary: String, partLimit: Int = partLimit) throws(MultipartError) {
        let marks = Array("'()+_,-./:=? ".utf8)
        let isAllowed = { (byte: UInt8) in
            byte &- 0x30 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || marks.contains(byte)
        }
        guard (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy(isAllowed), !boundary.hasSuffix(" ")
        else {
            throw .boundary("expected a boundary of 1 to 70 letters, digits and '()+_,-./:=?, found \"\(boundary)\"")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.partLimit = partLimit
    }

    /// Starts the body of a message with this `Content-Type`.
    ///
    /// - Throws: `MultipartError.boundary` if it is not `multipart/form-data` with a boundary.
    public init(contentType: String, partLimit: Int = partLimit) throws(MultipartError) {
        let parameters = HeaderParameters(contentType)
        guard parameters.value.lowercased() == "multipart/form-data" else {
            throw .boundary("expected multipart/form-data; boundary=…, found \"\(contentType)\"")
        }
        guard let boundary = parameters["boundary"] else {
            throw .boundary("expected a boundary parameter, found \"\(contentType)\"")
        }
        try self.init(boundary: boundary, partLimit: partLimit)
    }

    /// Reads the next bytes of the body.
    ///
    /// - Returns: What is in them, in order; the pieces of a part's body share the memory of `bytes`.
    /// - Throws: `MultipartError`; nothing can be read after that.
    public mutating func read(_ bytes: ArraySlice<UInt8>) throws(MultipartError) -> [MultipartEvent] {
        var events: [MultipartEvent] = []
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .preamble, .body: seek(&rest, &events)
            case .afterBoundary: try finishBoundary(&rest)
            case .head: try readHead(&rest, &events)
            case .epilogue: return events
            }
        }
        return events
    }

    /// Ends the body.
    ///
    /// - Throws: `MultipartError.truncated` if the closing boundary has not come.
    public func finish() throws(MultipartError) {
        guard state == .epilogue else { throw .truncated }
    }

    // MARK: Boundaries

    /// Passes on the bytes before the next delimiter; holds back what may be its beginning.
    private mutating func seek(_ rest: inout ArraySlice<UInt8>, _ events: inout [MultipartEvent]) {
        let held = matched
        var place = rest.startIndex
        while place < rest.endIndex, matched < delimiter.count {
            let byte = rest[place]
            if byte == delimiter[matched] {
                matched += 1
            } else {
                // A carriage return only begins a delimiter, so no shorter match can be under way.
                matched = byte == delimiter[0] ? 1 : 0
            }
            place += 1
            if matched == 0 {
                place = rest[place...].firstIndex(of: delimiter[0]) ?? rest.endIndex
            }
        }
        // Bytes before the match under way, counted from the beginning of `rest`; negative if it began before that.
        let before = place - rest.startIndex - matched
        if state == .body {
            if before > -held, held > 0 { events.append(.body(delimiter[..<min(held, held + before)])) }
            if before > 0 { events.append(.body(rest.prefix(before))) }
        }
        rest = rest[place...]
        guard matched == delimiter.count else { return }
        if state == .body { events.append(.end) }
        state = .afterBoundary
        line = []
    }

    /// Reads what follows a boundary on its line: a line break before a part, two dashes after the last.
    private mutating func finishBoundary(_ rest: inout ArraySlice<UInt8>) throws(MultipartError) {
        guard let byte = rest.popFirst() else { return }
        line.append(byte)
        if line == [0x2D] { return }
        if line.starts(with: [0x2D, 0x2D]) {
            state = .epilogue
            return
        }
        if line.suffix(2) == [0x0D, 0x0A] {
            guard parts < partLimit else { throw .tooManyParts(partLimit) }
            parts += 1
            state = .head
            line = []
            return
        }
        let padding = line.last == 0x0D ? line.dropLast() : line[...]
        guard padding.allSatisfy({ $0 == 0x20 || $0 == 0x09 }), line.count <= 256 else {
            throw .malformed("expected a line break or \"--\" after boundary \(parts + 1), found other bytes")
        }
    }

    // MARK: Heads

    private mutating func readHead(
        _ rest: inout ArraySlice<UInt8>,
        _ events: inout [MultipartEvent]
    ) throws(MultipartError) {
        while let byte = rest.popFirst() {
            line.append(byte)
            guard line.count <= Self.headLimit else { throw .headTooLarge(Self.headLimit) }
            guard byte == 0x0A, line == [0x0D, 0x0A] || line.suffix(4) == [0x0D, 0x0A, 0x0D, 0x0A] else { continue }
            events.append(.head(try head(line.dropLast(2))))
            line = []
            state = .body
            matched = 0
            return
        }
    }

    /// Reads header fields, each ended by a line break.
    private func head(_ bytes: ArraySlice<UInt8>) throws(MultipartError) -> MultipartHead {
        var fields = HTTPFields()
        for line in bytes.split(separator: 0x0A) {
            guard line.last == 0x0D, let text = String(validating: line.dropLast(), as: UTF8.self) else {
                throw .malformed("expected UTF-8 header fields with CRLF line ends in part \(parts)")
            }
            let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let name = HTTPField.Name(String(halves[0])) else {
                throw .malformed("expected a header field in part \(parts), found \"\(text.prefix(60))\"")
            }
            let value = halves[1].drop { $0 == " " || $0 == "\t" }
            fields.append(HTTPField(name: name, value: String(value)))
        }
        let disposition = HeaderParameters(fields[.contentDisposition] ?? "")
        guard disposition.value.lowercased() == "form-data", let name = disposition["name"] else {
            throw .malformed("expected Content-Disposition: form-data; name=\"…\" in part \(parts)")
        }
        return MultipartHead(name: name, filename: disposition["filename"], fields: fields)
    }
}

/// A header field's value with parameters: `form-data; name="x"; filename="a b.gz"`.
private struct HeaderParameters {
    private(set) var value: String
    private var parameters: [(name: String, value: String)] = []

    init(_ text: String) {
        var rest = text[...]
        value = Self.token(&rest)
        while rest.popFirst() == ";" {
            let name = Self.token(&rest, endingAt: "=").lowercased()
            guard rest.popFirst() == "=" else { break }
            parameters.append((name, Self.word(&rest)))
        }
    }

    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// A quoted string, a backslash escaping the character after it, or a token.
    private static func word(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else { return token(&rest) }
        rest.removeFirst()
        var word = ""
        while let character = rest.popFirst(), character != "\"" {
            let next = rest.first
            if character == "\\", next == "\"" || next == "\\", let escaped = rest.popFirst() {
                word.append(escaped)
            } else {
                word.append(character)
            }
        }
        rest = rest.drop { $0 != ";" }
        return word
    }

    private static func token(_ rest: inout Substring, endingAt end: Character = ";") -> String {
        let token = rest.prefix { $0 != end && $0 != ";" }
        rest = rest.dropFirst(token.count)
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(token.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
