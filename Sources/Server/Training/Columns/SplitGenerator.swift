/// The draws of a split: SplitMix64 (Steele, Lea and Flood 2014), so that a job's seed gives the same rows for ever.
struct SplitGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    /// Shuffles by Fisher and Yates.
    mutating func shuffle(_ list: inout [Int]) {
        for last in stride(from: list.count - 1, to: 0, by: -1) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            list.swapAt(last, Int(z.multipliedFullWidth(by: UInt64(last + 1)).high))
        }
    }
}
