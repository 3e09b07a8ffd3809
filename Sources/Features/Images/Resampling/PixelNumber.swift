/// A kind of number that pixels are made of.
protocol PixelNumber: Sendable {
    /// The number as that of sums.
    var asFloat: Float { get }

    /// The nearest of this kind: whole numbers by rounding half to even, within their range.
    init(nearest number: Float)
}

extension Float: PixelNumber {
    var asFloat: Float { self }

    init(nearest number: Float) { self = number }
}

extension UInt8: PixelNumber {
    var asFloat: Float { Float(self) }

    init(nearest number: Float) {
        // Behind 1.5 · 2²³ a float has no fraction left: the sum is rounded, half to even, and its low bits are the number.
        self.init(truncatingIfNeeded: (Swift.min(Swift.max(number, 0), 255) + 0x1.8p23).bitPattern)
    }
}

extension Int: PixelNumber {
    var asFloat: Float { Float(self) }

    init(nearest number: Float) { self = Int(exactly: number.rounded(.toNearestOrEven)) ?? (number < 0 ? .min : .max) }
}
