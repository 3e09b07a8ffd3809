#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A random generator whose numbers follow from its seed alone: xoshiro256**, seeded through SplitMix64.
///
/// The whole state can be read and restored, so a sequence can be cut anywhere and continued to the same bits. Not for
/// secrets. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021, arXiv:1805.01407.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    /// A generator at the start of the sequence of a seed.
    public init(seed: UInt64) {
        var mixer = SplitMix64(state: seed)
        a = mixer.next()
        b = mixer.next()
        c = mixer.next()
        d = mixer.next()
    }

    /// A generator for one of many uses of a seed, told apart by name, as in a tensor's name.
    ///
    /// The sequences of different names are independent, so adding a tensor doesn't change the others.
    public init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, 64 bits.
        for byte in name.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        var mixer = SplitMix64(state: seed)
        self.init(seed: mixer.next() ^ hash)
    }

    /// A generator that goes on from a state that was read; nil unless these are four words, not all zero.
    public init?(state: [UInt64]) {
        guard state.count == 4, state.contains(where: { $0 != 0 }) else { return nil }
        (a, b, c, d) = (state[0], state[1], state[2], state[3])
    }

    /// The four words from which all further numbers follow; never all zero.
    public var state: [UInt64] { [a, b, c, d] }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotate(b &* 5, by: 7) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = Self.rotate(d, by: 45)
        return result
    }

    /// A number in `[0, 1)`, one of 2⁵³ evenly spaced ones.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller 1958).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        (word << count) | (word >> (64 - count))
    }
}
