/// A parsed JSON text (RFC 8259): the bytes themselves, and a tape of where each value begins.
///
/// Parsing checks the whole grammar in one pass and converts nothing: numbers and strings stay bytes until they are
/// asked for. The tape takes 4 bytes a number or literal, 8 a string and 12 a container, so a body of numbers costs
/// about its own size again. `JSONValue` is the way in.
public final class JSONDocument: Sendable {
    /// How deep arrays and objects may nest when the caller does not say.
    public static let defaultMaximumDepth = 64

    /// The deepest nest a caller may allow; what walks a document afterwards recurses once a level.
    public static let greatestMaximumDepth = 512

    /// The text as it came.
    public let bytes: [UInt8]

    /// Where the root stands in the text that a client sent, as a JSON pointer; empty for the whole of it.
    let place: String

    /// See `TapeBuilder` for the layout.
    let tape: [UInt32]

    /// The outermost value.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// Checks `bytes` against RFC 8259 and keeps them.
    ///
    /// Refused, each with its place: anything the grammar does not have (comments, trailing commas, `NaN`, leading
    /// zeros), text after the value, a byte order mark, invalid UTF-8, a lone surrogate escape, a key that occurs twice
    /// in one object, nesting deeper than `maximumDepth`, and texts of 2 GiB or more.
    ///
    /// - Parameters:
    ///   - bytes: The text; the caller has bounded its size.
    ///   - maximumDepth: Levels of arrays and objects, from 1 to `greatestMaximumDepth`.
    ///   - place: Where the root stands in the text that a client sent, with which every pointer begins.
    /// - Throws: `JSONSyntaxError`, for the first fault of the text.
    public init(
        parsing bytes: [UInt8],
        maximumDepth: Int = defaultMaximumDepth,
        place: String = ""
    ) throws(JSONSyntaxError) {
        precondition((1...Self.greatestMaximumDepth).contains(maximumDepth), "depth limit out of range")
        tape = try bytes.withUnsafeBufferPointer { (text) throws(JSONSyntaxError) -> [UInt32] in
            var builder = TapeBuilder(text, maximumDepth: maximumDepth)
            return try builder.build()
        }
        self.bytes = bytes
        self.place = place
    }

    /// Checks the UTF-8 of `text` against RFC 8259 and keeps it.
    ///
    /// - Parameters:
    ///   - text: The JSON text.
    ///   - maximumDepth: Levels of arrays and objects.
    /// - Throws: `JSONSyntaxError`, for the first fault of the text.
    public convenience init(
        parsing text: String,
        maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}

extension JSONDocument: Equatable {
    /// Two documents are equal when their values are, however they are spaced, ordered or escaped.
    public static func == (left: JSONDocument, right: JSONDocument) -> Bool { left.root == right.root }
}
