/// Eight bytes of text at once, of which the first few are decimal digits.
///
/// Arrays of numbers are most of what a model is sent, and a number has few digits of which nobody can guess how many:
/// counting them without a branch for each is what makes such texts quick to read.
struct DigitWord {
    /// The bytes less `0`, the first in the lowest bits; only the first `count` are digits.
    private let values: UInt64
    /// How many digits there are before the first other byte, from 0 to 8.
    let count: Int

    /// The eight bytes from `start` on, all of which must be readable.
    @inline(__always)
    init(at start: UnsafePointer<UInt8>) {
        let bytes = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
        values = bytes ^ 0x3030_3030_3030_3030
        // A byte from 0 to 9 stays below 0x80, any other reaches it; what that carries over falls on later bytes.
        let others = (values &+ 0x7676_7676_7676_7676 | values) & 0x8080_8080_8080_8080
        count = others.trailingZeroBitCount >> 3
    }

    /// The number that the digits write; 0 where there are none.
    @inline(__always)
    var number: UInt64 {
        // The digits move to the last places, zeros before them; then neighbours are joined to pairs, fours and eight.
        let digits = count == 0 ? 0 : values &<< UInt64(64 - 8 * count)
        let pairs = digits &* 10 &+ digits &>> 8
        let low = (pairs & 0xFF_0000_00FF) &* (100 + 1_000_000 << 32)
        let high = (pairs &>> 16 & 0xFF_0000_00FF) &* (1 + 10_000 << 32)
        return (low &+ high) &>> 32
    }

    /// 10⁰ to 10⁸: what a number is multiplied by before a word of so many digits is added.
    static let scales: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
}
