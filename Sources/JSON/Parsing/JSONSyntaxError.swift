/// A text that is not JSON: the place of the first byte that breaks RFC 8259, and what was expected there.
public struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes before the offending one.
    public let offset: Int

    /// The line of the offending byte, counted from 1; a line ends with a line feed.
    public let line: Int

    /// The place in that line, counted from 1 in Unicode scalars, as editors count.
    public let column: Int

    /// The value being read when the text broke, as an RFC 6901 JSON pointer.
    public let pointer: String

    /// What was expected and what was found, without the place.
    public let detail: String

    /// The whole sentence: line, column, byte offset, and what was expected and found.
    public var description: String {
        "not JSON at line \(line), column \(column) (byte \(offset)): \(detail)"
    }

    init(_ detail: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>, pointer: String) {
        var line = 1
        var column = 1
        for byte in bytes[..<min(offset, bytes.count)] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0b1100_0000 != 0b1000_0000 {
                column += 1
            }
        }
        self.offset = offset
        self.line = line
        self.column = column
        self.pointer = pointer
        self.detail = detail
    }
}
