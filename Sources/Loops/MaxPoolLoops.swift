/// Max pooling over windows of 2 × 2 pixels that don't overlap, for channels in multiples of 16.
///
/// Rows of pixels are channels-last, so sixteen neighbouring channels are one vector.
public enum MaxPoolLoops {
    /// One row of places: the largest of each channel's four numbers.
    ///
    /// - Parameters:
    ///   - top: The upper row of pixels.
    ///   - bottom: The lower row of pixels.
    ///   - result: Where the row of places goes, `places · channels` numbers.
    ///   - places: How many windows there are in the row.
    ///   - channels: The numbers of one pixel.
    @Sendable
    public static func forward2x2(
        _ top: UnsafePointer<Float>,
        _ bottom: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>,
        _ places: Int,
        _ channels: Int
    ) {
        for place in 0..<places {
            let (a, b) = (top + 2 * place * channels, bottom + 2 * place * channels)
            let y = result + place * channels
            for c in stride(from: 0, to: channels, by: 16) {
                var largest = vector(a + c)
                for x in [a + channels + c, b + c, b + channels + c] {
                    let next = vector(x)
                    largest.replace(with: next, where: next .> largest)
                }
                store(largest, to: y + c)
            }
        }
    }

    /// One row of places backwards: each cotangent to the first pixel that is the largest, zeros to the others.
    ///
    /// - Parameters:
    ///   - top: The upper row of pixels.
    ///   - bottom: The lower row of pixels.
    ///   - largest: The row of places, as it was pooled.
    ///   - cotangent: The row's cotangents.
    ///   - toTop: Where the upper row's cotangents go.
    ///   - toBottom: Where the lower row's cotangents go.
    ///   - places: How many windows there are in the row.
    ///   - channels: The numbers of one pixel.
    @Sendable
    public static func backward2x2(
        _ top: UnsafePointer<Float>,
        _ bottom: UnsafePointer<Float>,
        _ largest: UnsafePointer<Float>,
        _ cotangent: UnsafePointer<Float>,
        _ toTop: UnsafeMutablePointer<Float>,
        _ toBottom: UnsafeMutablePointer<Float>,
        _ places: Int,
        _ channels: Int
    ) {
        let zero = SIMD16<Float>.zero
        for place in 0..<places {
            let pixel = 2 * place * channels
            for c in stride(from: 0, to: channels, by: 16) {
                let y = vector(largest + place * channels + c)
                var left = vector(cotangent + place * channels + c)
                for (x, dx) in [
                    (top + pixel + c, toTop + pixel + c),
                    (top + pixel + channels + c, toTop + pixel + channels + c),
                    (bottom + pixel + c, toBottom + pixel + c),
                    (bottom + pixel + channels + c, toBottom + pixel + channels + c),
                ] {
                    let isLargest = vector(x) .== y
                    store(zero.replacing(with: left, where: isLargest), to: dx)
                    left.replace(with: zero, where: isLargest)
                }
            }
        }
    }

    @inline(__always)
    private static func vector(_ numbers: UnsafePointer<Float>) -> SIMD16<Float> {
        UnsafeRawPointer(numbers).loadUnaligned(as: SIMD16<Float>.self)
    }

    @inline(__always)
    private static func store(_ vector: SIMD16<Float>, to numbers: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(numbers).storeBytes(of: vector, as: SIMD16<Float>.self)
    }
}
