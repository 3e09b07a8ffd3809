/// Checks a JSON text in one pass and notes where each value begins; iterative, so depth costs no stack.
///
/// The tape holds, in the order of the text:
/// - a number, `true`, `false` or `null`: one word, the offset of its first byte (which also tells its kind);
/// - a string: the offset of its opening quote, then the bytes between the quotes × 2, plus 1 if any are escapes;
/// - an array or object: the offset of its bracket, the tape index just after it, the number of its elements or
///   members, then these in turn (a member is its key, a string, then its value).
struct TapeBuilder {
    /// An array or object whose end has not been read.
    private struct Frame {
        var tapeIndex: Int
        var count: UInt32
        var isObject: Bool
        /// The tape index of the key of the member being read, or 0 before there is one.
        var key = 0
    }

    let text: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0
    private(set) var tape: [UInt32] = []
    private var open: [Frame] = []

    init(_ text: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.text = text
        self.maximumDepth = maximumDepth
        tape.reserveCapacity(text.count / 4 + 8)
    }

    mutating func build() throws(JSONSyntaxError) -> [UInt32] {
        guard text.count < 1 << 31 else {
            throw failure("the text is \(text.count) bytes, the limit is 2147483647", at: 0)
        }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
            throw failure("expected a value, found a byte order mark (JSON has none, RFC 8259 §8.1)", at: 0)
        }
        while true {
            skipSpace()
            guard position < text.count else { throw unexpected("a value") }
            let byte = text[position]
            if isDigit(byte) || byte == UInt8(ascii: "-") {
                readNumbers()
                tape.append(UInt32(truncatingIfNeeded: position))
                try number()
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
                if try enter(isObject: byte == UInt8(ascii: "{")) { continue }
            } else if byte == UInt8(ascii: "\"") {
                try string()
            } else {
                try literal(byte)
            }
            if try finishValue() { return tape }
        }
    }

    /// Reads what may follow a value, closing as many containers as end here; true at the end of the text.
    private mutating func finishValue() throws(JSONSyntaxError) -> Bool {
        while let top = open.indices.last {
            open[top].count += 1
            skipSpace()
            let byte = position < text.count ? text[position] : 0
            if byte == UInt8(ascii: ",") {
                position += 1
                if open[top].isObject { try key(orEnd: false) }
                return false
            }
            if open[top].isObject {
                guard byte == UInt8(ascii: "}") else { throw unexpected("\",\" or \"}\"") }
                try refuseRepeatedKeys(of: open[top])
            } else {
                guard byte == UInt8(ascii: "]") else { throw unexpected("\",\" or \"]\"") }
            }
            position += 1
            leave()
        }
        skipSpace()
        guard position == text.count else { throw unexpected("the end of the text after the value") }
        return true
    }

    // MARK: Arrays and objects

    /// Opens a container and says whether a first value is to come; an empty one is closed at once.
    private mutating func enter(isObject: Bool) throws(JSONSyntaxError) -> Bool {
        guard open.count < maximumDepth else {
            throw failure("arrays and objects nest deeper than \(maximumDepth), the limit", at: position)
        }
        open.append(Frame(tapeIndex: tape.count, count: 0, isObject: isObject))
        tape.append(UInt32(truncatingIfNeeded: position))
        tape.append(0)
        tape.append(0)
        position += 1
        if isObject {
            if try key(orEnd: true) { return true }
        } else {
            skipSpace()
            guard position < text.count, text[position] == UInt8(ascii: "]") else { return true }
        }
        position += 1
        leave()
        return false
    }

    private mutating func leave() {
        let frame = open.removeLast()
        tape[frame.tapeIndex + 1] = UInt32(truncatingIfNeeded: tape.count)
        tape[frame.tapeIndex + 2] = frame.count
    }

    /// Reads a key and its colon; false if the object ends here instead.
    @discardableResult
    private mutating func key(orEnd endIsAllowed: Bool) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        let byte = position < text.count ? text[position] : 0
        if endIsAllowed, byte == UInt8(ascii: "}") { return false }
        guard byte == UInt8(ascii: "\"") else {
            throw unexpected(endIsAllowed ? "a key in double quotes or \"}\"" : "a key in double quotes")
        }
        open[open.count - 1].key = 0
        let index = tape.count
        try string()
        open[open.count - 1].key = index
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: ":") else {
            throw unexpected("\":\" after the key")
        }
        position += 1
        return true
    }

    // MARK: Scalars

    /// Takes the elements of an array for as long as they are numbers that another one follows.
    ///
    /// It stops before a number that is the last, or is not well-formed, or stands close to the end of the text.
    private mutating func readNumbers() {
        guard let top = open.indices.last, !open[top].isObject, let start = text.baseAddress else { return }
        let limit = text.count - NumberScan.reach
        var place = position
        var count: UInt32 = 0
        while place <= limit, let next = NumberScan.next(after: start + place) {
            tape.append(UInt32(truncatingIfNeeded: place))
            count += 1
            place = next - start
        }
        open[top].count += count
        position = place
    }

    private mutating func number() throws(JSONSyntaxError) {
        let start = position
        if text[position] == UInt8(ascii: "-") { position += 1 }
        guard position < text.count, isDigit(text[position]) else { throw unexpected("a digit after \"-\"") }
        if text[position] == UInt8(ascii: "0") {
            position += 1
            if position < text.count, isDigit(text[position]) {
                throw failure("expected no digit after a leading 0, found \(found(at: start))", at: position)
            }
        } else {
            skipDigits()
        }
        guard position < text.count else { return }
        if text[position] == UInt8(ascii: ".") {
            position += 1
            guard position < text.count, isDigit(text[position]) else { throw unexpected("a digit after \".\"") }
            skipDigits()
        }
        guard position < text.count, text[position] | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
            position += 1
        }
        guard position < text.count, isDigit(text[position]) else { throw unexpected("a digit of the exponent") }
        skipDigits()
    }

    private mutating func literal(_ first: UInt8) throws(JSONSyntaxError) {
        let word: StaticString
        switch first {
        case UInt8(ascii: "t"): word = "true"
        case UInt8(ascii: "f"): word = "false"
        case UInt8(ascii: "n"): word = "null"
        default: throw unexpected("a value")
        }
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < text.count, text[position + index] == word.utf8Start[index] else {
                throw unexpected("a value")
            }
        }
        tape.append(UInt32(truncatingIfNeeded: position))
        position += word.utf8CodeUnitCount
    }

    private mutating func string() throws(JSONSyntaxError) {
        let start = position
        let scan = StringScan(text, from: start + 1)
        if let fault = scan.fault { throw failure(fault, at: scan.end) }
        tape.append(UInt32(truncatingIfNeeded: start))
        tape.append(UInt32(truncatingIfNeeded: (scan.end - start - 1) << 1 | (scan.hasEscapes ? 1 : 0)))
        position = scan.end + 1
    }

    // MARK: Bytes

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inline(__always)
    private mutating func skipDigits() {
        while position < text.count, isDigit(text[position]) { position += 1 }
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < text.count {
            let byte = text[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    // MARK: Faults

    private func refuseRepeatedKeys(of frame: Frame) throws(JSONSyntaxError) {
        guard frame.count > 1, let repeated = RepeatedKey(in: tape, from: frame.tapeIndex + 3, text: text) else {
            return
        }
        let pointer = pointer(to: open.dropLast()) + JSONPointer.token(repeated.name)
        let detail = "the key \(quoted(repeated.name)) occurs twice in one object"
        throw JSONSyntaxError(detail, at: repeated.offset, in: text, pointer: pointer)
    }

    private func unexpected(_ expectation: String) -> JSONSyntaxError {
        failure("expected \(expectation), found \(found(at: position))", at: position)
    }

    private func failure(_ detail: String, at offset: Int) -> JSONSyntaxError {
        JSONSyntaxError(detail, at: offset, in: text, pointer: pointer(to: open[...]))
    }

    /// The pointer of the value being read in the innermost of `frames`.
    private func pointer(to frames: ArraySlice<Frame>) -> String {
        var pointer = ""
        for frame in frames {
            if !frame.isObject {
                pointer += "/\(frame.count)"
            } else if frame.key > 0 {
                pointer += JSONPointer.token(StringToken(tape, at: frame.key).decoded(from: text))
            }
        }
        return pointer
    }

    /// What stands at `offset`, for a message: a word or number in quotes, one character, or the end of the text.
    private func found(at offset: Int) -> String {
        guard offset < text.count else { return "the end of the text" }
        let isWordByte = { (byte: UInt8) in
            self.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
        }
        let rest = text[offset...]
        let word = String(decoding: rest.prefix(24).prefix(while: isWordByte), as: UTF8.self)
        switch word.lowercased() {
        case "": break
        case "nan", "infinity", "-infinity", "inf", "-inf", "+infinity":
            return "\(quoted(word)) (JSON has no NaN or Infinity)"
        default: return quoted(word)
        }
        let byte = text[offset]
        if byte == UInt8(ascii: "'") { return "\"'\" (JSON strings take double quotes)" }
        if byte == UInt8(ascii: "\"") { return "a string" }
        guard byte >= 0x20, byte != 0x7F else { return byte == 0x0A ? "a line break" : "the byte \(hex(byte))" }
        return quoted(String(String(decoding: rest.prefix(4), as: UTF8.self).prefix(1)))
    }
}
