/// The generator that spreads one word over many (Steele, Lea and Flood 2014): every seed, 0 too, starts well.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
    /// The word from which all further numbers follow.
    public private(set) var state: UInt64

    /// A generator that starts from a word.
    public init(state: UInt64) { self.state = state }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
