/// A checked number of JSON text, and its exact or correctly rounded value.
///
/// The number must be followed by a byte that cannot belong to it: within an array or object the text itself sees to
/// that, and a number that is the whole text is copied with a zero after it.
struct DecimalToken {
    /// What an out-of-range 32-bit number is told.
    static let floatExpectation = "a number within ±3.4e38, the range of 32-bit floats"

    /// The value is ±`digits` × 10^`exponent`, if `digitCount` ≤ 19; beyond that `digits` has overflowed.
    var digits: UInt64 = 0
    var exponent = 0
    var isNegative: Bool
    /// Digits written, leading zeros too.
    var digitCount: Int
    var byteCount: Int

    @inline(__always)
    init(_ start: UnsafePointer<UInt8>) {
        var place = start
        isNegative = place.pointee == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let first = place
        Self.readDigits(&place, into: &digits)
        digitCount = place - first
        if place.pointee == UInt8(ascii: ".") {
            place += 1
            let fraction = place
            Self.readDigits(&place, into: &digits)
            exponent = fraction - place
            digitCount += place - fraction
        }
        if place.pointee | 0x20 == UInt8(ascii: "e") { exponent += Self.readExponent(&place) }
        byteCount = place - start
    }

    /// The same, word by word, where `NumberScan.reach` bytes from `start` on can be read.
    @inline(__always)
    init(wide start: UnsafePointer<UInt8>) {
        var place = start
        isNegative = place.pointee == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let whole = DigitWord(at: place)
        digits = whole.number
        place += whole.count
        (digitCount, byteCount) = (whole.count, 0)
        if place.pointee == UInt8(ascii: ".") {
            place += 1
            let fraction = place
            var word = DigitWord(at: place)
            append(word, &place)
            if word.count == 8 {
                word = DigitWord(at: place)
                append(word, &place)
            }
            exponent = fraction - place
            digitCount += place - fraction
        }
        if place.pointee &- UInt8(ascii: "0") < 10 {
            // More digits than words were read.
            self = DecimalToken(start)
            return
        }
        if place.pointee | 0x20 == UInt8(ascii: "e") { exponent += Self.readExponent(&place) }
        byteCount = place - start
    }

    @inline(__always)
    private mutating func append(_ word: DigitWord, _ place: inout UnsafePointer<UInt8>) {
        digits = digits &* DigitWord.scales[word.count] &+ word.number
        place += word.count
    }

    @inline(__always)
    private static func readDigits(_ place: inout UnsafePointer<UInt8>, into digits: inout UInt64) {
        while true {
            let digit = place.pointee &- UInt8(ascii: "0")
            guard digit < 10 else { return }
            digits = digits &* 10 &+ UInt64(digit)
            place += 1
        }
    }

    /// Reads `e`, a sign and digits; magnitudes stop at a billion, far past every format and every text.
    private static func readExponent(_ place: inout UnsafePointer<UInt8>) -> Int {
        place += 1
        let isNegative = place.pointee == UInt8(ascii: "-")
        if isNegative || place.pointee == UInt8(ascii: "+") { place += 1 }
        var exponent = 0
        while place.pointee &- UInt8(ascii: "0") < 10 {
            exponent = min(exponent * 10 + Int(place.pointee &- UInt8(ascii: "0")), 1_000_000_000)
            place += 1
        }
        return isNegative ? -exponent : exponent
    }

    static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    // MARK: Values

    /// The nearest 32-bit number, ties to even; infinity where the number is too large.
    ///
    /// The digits, as a `Double`, times a power of ten, are within 4 units in the last place of the number. Unless
    /// that is close to the middle between two neighbouring floats, rounding it to a float rounds the number itself.
    @inline(__always)
    static func float(at start: UnsafePointer<UInt8>) -> Float { float(at: start, DecimalToken(start)) }

    /// The same, of a token that has been read at `start`.
    @inline(__always)
    static func float(at start: UnsafePointer<UInt8>, _ token: DecimalToken) -> Float {
        powersOfTen.withUnsafeBufferPointer { float(at: start, token, powers: $0) }
    }

    /// The same, with `powersOfTen` at hand.
    @inline(__always)
    static func float(
        at start: UnsafePointer<UInt8>,
        _ token: DecimalToken,
        powers: UnsafeBufferPointer<Double>
    ) -> Float {
        // Up to 18 digits fit into a signed integer, which is quicker to convert.
        guard token.digitCount <= 18, token.exponent >= -64, token.exponent <= 64 else {
            return slowFloat(start, token)
        }
        if token.exponent == 0, token.digits <= 1 << 24 {
            // A small integer is its own float.
            return token.isNegative ? -Float(token.digits) : Float(token.digits)
        }
        if token.digits == 0 { return token.isNegative ? -0.0 : 0.0 }
        let magnitude = Double(Int64(bitPattern: token.digits)) * powers[token.exponent + 64]
        // Below the mantissa of a float, a double has 29 bits more; their middle is 1 << 28.
        let below = Int64(magnitude.bitPattern & 0x1FFF_FFFF) - 0x1000_0000
        guard below.magnitude > 8, magnitude >= 0x1p-126 else { return slowFloat(start, token) }
        return Float(token.isNegative ? -magnitude : magnitude)
    }

    /// The nearest 64-bit number, ties to even; infinity where the number is too large.
    static func double(at start: UnsafePointer<UInt8>) -> Double {
        let token = DecimalToken(start)
        // Both operands are exact, so the one operation rounds correctly (Clinger 1990).
        if token.digitCount <= 19, token.digits <= 1 << 53, token.exponent >= -22, token.exponent <= 22 {
            let power = powersOfTen[abs(token.exponent) + 64]
            let magnitude = token.exponent < 0 ? Double(token.digits) / power : Double(token.digits) * power
            return token.isNegative ? -magnitude : magnitude
        }
        return Double(text(start, token)) ?? .nan
    }

    @inline(never)
    private static func slowFloat(_ start: UnsafePointer<UInt8>, _ token: DecimalToken) -> Float {
        Float(text(start, token)) ?? .nan
    }

    private static func text(_ start: UnsafePointer<UInt8>, _ token: DecimalToken) -> String {
        String(decoding: UnsafeBufferPointer(start: start, count: token.byteCount), as: UTF8.self)
    }

    /// 10⁻⁶⁴ to 10⁶⁴, each the nearest double; exact from 10⁰ to 10²².
    static let powersOfTen: [Double] = (-64...64).map { exponent in Double("1e\(exponent)") ?? .nan }

    // MARK: Integers

    enum Integer: Equatable {
        case exact(Int)
        case fraction
        case tooLarge
    }

    /// The integer this number is, if it is one within ±(2⁵³ − 1).
    static func integer(at start: UnsafePointer<UInt8>) -> Integer {
        let token = DecimalToken(start)
        if token.exponent == 0, token.digitCount <= 15 {
            return .exact(token.isNegative ? -Int(token.digits) : Int(token.digits))
        }
        var significant = UnsafeBufferPointer(start: start, count: token.byteCount)
            .prefix { $0 | 0x20 != UInt8(ascii: "e") }
            .filter { $0 &- UInt8(ascii: "0") < 10 }
            .drop { $0 == UInt8(ascii: "0") }
        var exponent = token.exponent
        while significant.last == UInt8(ascii: "0") {
            significant.removeLast()
            exponent += 1
        }
        if significant.isEmpty { return .exact(0) }
        guard exponent >= 0 else { return .fraction }
        guard significant.count + exponent <= 16 else { return .tooLarge }
        var magnitude = significant.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        for _ in 0..<exponent { magnitude *= 10 }
        guard JSONValue.exactIntegers.contains(magnitude) else { return .tooLarge }
        return .exact(token.isNegative ? -magnitude : magnitude)
    }
}
