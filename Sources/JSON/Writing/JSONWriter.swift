/// Writes compact JSON (RFC 8259) to the end of a byte array, setting the commas.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { json in
///     json.field("model", "lenet")
///     json.field("predictions", predictions)        // anything JSONWritable
///     json.key("layers")
///     json.array { json in for layer in layers { json.write(layer) } }
/// }
/// send(json.bytes)
/// ```
public struct JSONWriter: Sendable {
    /// What was written, after what was there before.
    public private(set) var bytes: [UInt8]

    /// Whether a NaN or infinity was written, as `null`, since JSON has no word for it.
    public private(set) var hasNonFinite = false

    /// Whether the next key or value follows another one.
    private var needsComma = false

    /// Starts writing after `bytes`.
    public init(appendingTo bytes: [UInt8] = []) { self.bytes = bytes }

    /// The text written, as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Makes room, so that a long text is not moved while it grows.
    public mutating func reserve(bytes count: Int) { bytes.reserveCapacity(bytes.count + count) }

    // MARK: Arrays and objects

    /// Writes an object whose fields `body` writes.
    public mutating func object<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes the key of a field; its value must follow.
    public mutating func key(_ name: String) {
        separate()
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a field; a nil value becomes `null`.
    public mutating func field(_ name: String, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a field, or nothing if the value is nil.
    public mutating func field(_ name: String, ifPresent value: (some JSONWritable)?) {
        if let value { field(name, value) }
    }

    // MARK: Values

    /// Writes any value.
    public mutating func write(_ value: some JSONWritable) { value.write(to: &self) }

    /// Writes `null`.
    public mutating func null() { literal("null") }

    /// Writes `true` or `false`.
    public mutating func write(_ value: Bool) { literal(value ? "true" : "false") }

    /// Writes a string in quotes, escaping what RFC 8259 §7 says must be.
    public mutating func write(_ value: String) {
        separate()
        string(value)
    }

    /// Writes an integer.
    public mutating func write(_ value: Int) {
        separate()
        Decimal.append(value, to: &bytes)
    }

    /// Writes the shortest decimal that reads back as the same 64-bit number; `null` if there is none.
    public mutating func write(_ value: Double) {
        guard value.isFinite else { return nonFinite() }
        separate()
        Decimal.append(value, to: &bytes)
    }

    /// Writes the shortest decimal that reads back as the same 32-bit number; `null` if there is none.
    public mutating func write(_ value: Float) {
        guard value.isFinite else { return nonFinite() }
        separate()
        Decimal.append(value, to: &bytes)
    }

    /// Writes an array of 32-bit numbers.
    public mutating func write(_ values: UnsafeBufferPointer<Float>) {
        open(UInt8(ascii: "["))
        for value in values { write(value) }
        close(UInt8(ascii: "]"))
    }

    /// Writes row-major numbers as arrays nested by `shape`, whose product is their count; no axes is a bare number.
    public mutating func write(_ values: UnsafeBufferPointer<Float>, shape: [Int]) {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values do not fill the shape \(shape)")
        write(values, shape: shape[...])
    }

    private mutating func write(_ values: UnsafeBufferPointer<Float>, shape: ArraySlice<Int>) {
        guard let extent = shape.first else { return write(values[0]) }
        if shape.count == 1 { return write(values) }
        open(UInt8(ascii: "["))
        let stride = extent == 0 ? 0 : values.count / extent
        for row in 0..<extent {
            let part = UnsafeBufferPointer(rebasing: values[row * stride..<(row + 1) * stride])
            write(part, shape: shape.dropFirst())
        }
        close(UInt8(ascii: "]"))
    }

    /// Writes a value of another document, without its spaces, its numbers digit for digit.
    public mutating func write(_ value: JSONValue) {
        switch value.kind {
        case .array:
            open(UInt8(ascii: "["))
            for element in value.elements { write(element) }
            close(UInt8(ascii: "]"))
        case .object:
            open(UInt8(ascii: "{"))
            for member in value.members { field(member.key, member.value) }
            close(UInt8(ascii: "}"))
        default: raw(value.sourceBytes)
        }
    }

    /// Writes one value that is JSON already, as it is; the caller answers for its being JSON.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    // MARK: Bytes

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func literal(_ word: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func nonFinite() {
        hasNonFinite = true
        null()
    }

    private mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            bytes.append(UInt8(ascii: "\""))
            if utf8.contains(where: Self.needsEscape) {
                for byte in utf8 { escaped(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x00..<0x20: bytes.append(contentsOf: ("u00" + hex(byte).dropFirst(2)).utf8)
        default: bytes.append(byte)
        }
    }
}
