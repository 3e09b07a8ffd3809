/// Philox 4×32-10, a counter-based random number generator, eight counters at a time.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public enum Philox {
    /// Fills an array with numbers in [0, 1), the 24 high bits of each word: four a counter, counters from 0.
    ///
    /// - Parameters:
    ///   - result: Where the numbers go.
    ///   - count: How many.
    ///   - stream: The second word of every counter.
    ///   - key: The two words of the key, low first.
    @Sendable
    public static func uniform(
        _ result: UnsafeMutablePointer<Float>,
        _ count: Int,
        _ stream: UInt32,
        _ key: SIMD2<UInt32>
    ) {
        var index = 0
        while index < count {
            let first = UInt64(UInt32(truncatingIfNeeded: index / 4))
            let counters = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &+ SIMD8(repeating: first)
            let words = blocks(counters & SIMD8(repeating: 0xFFFF_FFFF), SIMD8(repeating: UInt64(stream)), key)
            let left = min(32, count - index)
            for place in 0..<left {
                let word: UInt64 =
                    switch place & 3 {
                    case 0: words.0[place >> 2]
                    case 1: words.1[place >> 2]
                    case 2: words.2[place >> 2]
                    default: words.3[place >> 2]
                    }
                result[index + place] = Float(UInt32(truncatingIfNeeded: word) >> 8) * 0x1p-24
            }
            index += 32
        }
    }

    /// The four words of the block of one counter; eight times over it is what `uniform` draws.
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let first = UInt64(0xD251_1F53) &* UInt64(c0)
            let second = UInt64(0xCD9E_8D57) &* UInt64(c2)
            (c0, c1, c2, c3) = (
                UInt32(second >> 32) ^ c1 ^ k0,
                UInt32(truncatingIfNeeded: second),
                UInt32(first >> 32) ^ c3 ^ k1,
                UInt32(truncatingIfNeeded: first)
            )
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(c0, c1, c2, c3)
    }

    private typealias Words = SIMD8<UInt64>

    @inline(__always)
    private static func blocks(_ counters: Words, _ stream: Words, _ key: SIMD2<UInt32>) -> (Words, Words, Words, Words)
    {
        let low = Words(repeating: 0xFFFF_FFFF)
        let (m0, m1) = (Words(repeating: 0xD251_1F53), Words(repeating: 0xCD9E_8D57))
        var (c0, c1, c2, c3) = (counters, stream, Words.zero, Words.zero)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let first = m0 &* c0
            let second = m1 &* c2
            (c0, c1, c2, c3) = (
                (second &>> 32) ^ c1 ^ Words(repeating: UInt64(k0)),
                second & low,
                (first &>> 32) ^ c3 ^ Words(repeating: UInt64(k1)),
                first & low
            )
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (c0, c1, c2, c3)
    }
}
