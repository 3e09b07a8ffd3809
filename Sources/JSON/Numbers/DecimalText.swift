/// A number as tables and command lines write it: more freely than JSON, with `+5`, `.5`, `5.` and `007`.
package struct DecimalText {
    /// The nearest 32-bit number; infinite where the number is too large.
    package let value: Float

    /// Whether it is written without a point and an exponent.
    package let isInteger: Bool

    /// Reads `count` bytes from `start`, all of them; nil if they are not one number.
    ///
    /// The byte after them must be readable, and none of `0`–`9`, `.`, `e`, `E`, `+`, `-`.
    package init?(_ start: UnsafePointer<UInt8>, count: Int) {
        guard count > 0 else { return nil }
        let hasPlus = start[0] == UInt8(ascii: "+")
        let first = hasPlus ? start + 1 : start
        let token = DecimalToken(first)
        let length = hasPlus ? count - 1 : count
        guard token.digitCount > 0, token.byteCount == length, !(hasPlus && token.isNegative) else { return nil }
        // An exponent needs digits; a point may end the number.
        guard first[length - 1] &- UInt8(ascii: "0") < 10 || first[length - 1] == UInt8(ascii: ".") else { return nil }
        value = DecimalToken.float(at: first, token)
        isInteger = token.digitCount == length - (token.isNegative ? 1 : 0)
    }
}

extension JSONValue {
    /// Whether this is a number written without a point and an exponent.
    package var isWrittenAsInteger: Bool {
        kind == .number && sourceBytes.allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: "-") }
    }
}
