/// 64 bits from which one part of a computation draws all its random numbers.
///
/// Keys form a tree: a job's seed gives the root, and each epoch, step and micro-batch its own child. So the numbers
/// of any step can be drawn again without those before it, in any order and on any thread.
public struct RandomKey: Sendable, Hashable {
    /// The bits of the key.
    public let word: UInt64

    /// The key of a seed.
    public init(seed: Int) {
        self.init(mixing: UInt64(bitPattern: Int64(seed)))
    }

    private init(mixing word: UInt64) {
        var mixer = SplitMix64(state: word)
        self.word = mixer.next()
    }

    /// The key of one of this key's parts, told apart by number.
    public func child(_ index: Int) -> RandomKey {
        // The odd multiplier spreads small indices over all bits, so that neighbours don't cancel against the parent.
        RandomKey(mixing: word ^ (UInt64(bitPattern: Int64(index)) &+ 1) &* 0xD6E8_FEB8_6659_FD93)
    }

    /// Writes the key as the four numbers that a graph takes: 16 bits each, the lowest first.
    public func write(to floats: UnsafeMutablePointer<Float>) {
        for part in 0..<4 { floats[part] = Float(UInt16(truncatingIfNeeded: word >> (16 * UInt64(part)))) }
    }
}
