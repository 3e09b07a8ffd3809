/// Steps from one number of an array to the next, eight bytes at a time.
///
/// The comma behind a number is looked for first and by itself: where the next number begins is then known early, and
/// the processor checks several numbers at once.
enum NumberScan {
    /// The bytes from a number's start that must be readable.
    static let reach = 40

    /// Where the next number begins: after a number of ordinary length, a comma, and at most one space.
    ///
    /// Nil where that is not what stands there. The number is then read byte by byte, which tells what is wrong, if
    /// anything is.
    @inline(__always)
    static func next(after start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var length = bytes(beforeCommaAt: start)
        if length == 8 { length += bytes(beforeCommaAt: start + 8) }
        if length == 16 { length += bytes(beforeCommaAt: start + 16) }
        guard isNumber(start, length) else { return nil }
        let comma = start + length
        if comma[1] == UInt8(ascii: " ") { return beginsNumber(comma[2]) ? comma + 2 : nil }
        return beginsNumber(comma[1]) ? comma + 1 : nil
    }

    /// How many of eight bytes stand before the first comma; 8 where there is none.
    @inline(__always)
    private static func bytes(beforeCommaAt start: UnsafePointer<UInt8>) -> Int {
        let bytes = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian ^ 0x2C2C_2C2C_2C2C_2C2C
        // The lowest byte that is zero is the lowest to borrow without having had its highest bit.
        let commas = (bytes &- 0x0101_0101_0101_0101) & ~bytes & 0x8080_8080_8080_8080
        return commas.trailingZeroBitCount >> 3
    }

    /// Whether so many bytes, up to 24, are a number of JSON.
    @inline(__always)
    private static func isNumber(_ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var place = start + (start[0] == UInt8(ascii: "-") ? 1 : 0)
        let whole = DigitWord(at: place).count
        // JSON has no leading zeros.
        guard whole == 1 || whole > 1 && whole < 8 && place[0] != UInt8(ascii: "0") else { return false }
        place += whole
        if place[0] == UInt8(ascii: ".") {
            var fraction = DigitWord(at: place + 1).count
            if fraction == 8 { fraction += DigitWord(at: place + 9).count }
            guard fraction > 0, fraction < 16 else { return false }
            place += 1 + fraction
        }
        if place[0] | 0x20 == UInt8(ascii: "e") {
            place += place[1] == UInt8(ascii: "-") || place[1] == UInt8(ascii: "+") ? 2 : 1
            guard isDigit(place[0]) else { return false }
            place += isDigit(place[1]) ? 2 : 1
        }
        return place == start + length
    }

    @inline(__always)
    private static func beginsNumber(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "-") }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
