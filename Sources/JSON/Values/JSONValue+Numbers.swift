extension JSONValue {
    /// The integers that a JSON number carries exactly: ±(2⁵³ − 1), the range of I-JSON (RFC 7493 §2.2).
    public static let exactIntegers = -9_007_199_254_740_991...9_007_199_254_740_991

    /// The integer, exactly; `3`, `3.0` and `1e3` are integers, `3.5` is not.
    ///
    /// - Throws: `Fault` if this is not a number, has a fraction, or lies outside `exactIntegers`.
    public func int() throws(Fault) -> Int {
        guard kind == .number else { throw mismatch("an integer") }
        switch withNumberBytes(DecimalToken.integer(at:)) {
        case .exact(let integer): return integer
        case .fraction: throw mismatch("an integer")
        case .tooLarge:
            throw Fault(
                pointer: pointer,
                detail: "expected an integer, found \(summary), which is past 2^53, where JSON numbers stop being exact"
            )
        }
    }

    /// The nearest 64-bit number, correctly rounded.
    ///
    /// - Throws: `Fault` if this is not a number or is too large for a `Double`.
    public func double() throws(Fault) -> Double {
        guard kind == .number else { throw mismatch("a number") }
        let double = nearestDouble
        guard double.isFinite else { throw mismatch("a number within ±1.8e308, the range of 64-bit floats") }
        return double
    }

    /// The nearest 32-bit number, correctly rounded from the text (not by way of a `Double`).
    ///
    /// - Throws: `Fault` if this is not a number or is too large for a `Float`.
    public func float() throws(Fault) -> Float {
        guard kind == .number else { throw mismatch("a number") }
        let float = withNumberBytes(DecimalToken.float(at:))
        guard float.isFinite else { throw mismatch(DecimalToken.floatExpectation) }
        return float
    }

    var nearestDouble: Double { withNumberBytes(DecimalToken.double(at:)) }

    /// Calls `body` with the first byte of the number; some byte that is not a number's follows it.
    private func withNumberBytes<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        if index == 0 {
            let copy = Array(sourceBytes) + [0]
            return copy.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
        }
        // A document that holds a number is not empty, so its buffer has an address.
        return document.bytes.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped + start) }
    }
}
