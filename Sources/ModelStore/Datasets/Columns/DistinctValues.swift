import Foundation

/// The different values among some that lie one after the other as bytes, and which of them each is.
///
/// Values are the same where their bytes are: 0 and -0 are two, and so are an `é` of one scalar and one of two, which
/// Swift's strings would take for the same.
struct DistinctValues {
    /// The first places of the different values, in order.
    private(set) var firsts: [Int] = []
    /// For each value the number of its kind.
    private(set) var codes: [UInt16] = []

    /// Looks at `count` values; nil where more than `limit` are different, or their bytes were made to be hard to tell apart.
    init?(
        _ bytes: UnsafeRawBufferPointer,
        count: Int,
        limit: Int,
        range: (Int) -> Range<Int>
    ) {
        guard limit <= Int(UInt16.max), count > 0 else { return nil }
        var bits = 4
        while 1 << bits < 4 * limit { bits += 1 }
        let mask = 1 << bits - 1
        var slots = [Int32](repeating: -1, count: 1 << bits)
        codes.reserveCapacity(count)
        // A bound on collisions, so that nobody makes this slow.
        var probesLeft = 16 * count
        for index in 0..<count {
            let own = range(index)
            var slot = Int(truncatingIfNeeded: Self.hash(bytes, own)) & mask
            while true {
                let code = slots[slot]
                if code < 0 {
                    guard firsts.count < limit else { return nil }
                    slots[slot] = Int32(firsts.count)
                    codes.append(UInt16(firsts.count))
                    firsts.append(index)
                    break
                }
                if Self.areSame(bytes, own, range(firsts[Int(code)])) {
                    codes.append(UInt16(code))
                    break
                }
                slot = (slot + 1) & mask
                probesLeft -= 1
                guard probesLeft > 0 else { return nil }
            }
        }
    }

    /// A multiplicative hash of eight bytes at a time.
    private static func hash(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
        var hash = UInt64(range.count) &* factor
        var place = range.lowerBound
        while place + 8 <= range.upperBound {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* factor
            hash ^= hash >> 29
            place += 8
        }
        var rest: UInt64 = 0
        while place < range.upperBound {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        hash = (hash ^ rest) &* factor
        return hash ^ hash >> 32
    }

    private static func areSame(_ bytes: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count, let start = bytes.baseAddress else { return left.count == right.count }
        return memcmp(start + left.lowerBound, start + right.lowerBound, left.count) == 0
    }
}
