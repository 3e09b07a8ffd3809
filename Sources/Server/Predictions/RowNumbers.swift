/// The numbers of rows, one row after the other, as they lie in one array or in several that follow one another.
///
/// What a sequence remembers may be large and lie apart from the step that it is beside; so it goes into a batch without
/// being copied before.
struct RowNumbers: Sendable {
    private let parts: [[Float]]
    /// Where each part begins.
    private let begins: [Int]

    /// The numbers of parts, one after the other.
    init(_ parts: [[Float]]) {
        self.parts = parts
        var begin = 0
        begins = parts.map { part in
            defer { begin += part.count }
            return begin
        }
    }

    /// Copies some of the numbers.
    func copy(_ range: Range<Int>, to target: UnsafeMutablePointer<Float>) {
        var part = parts.count == 1 ? 0 : (begins.partitioningIndex { $0 > range.lowerBound }) - 1
        var place = range.lowerBound
        while place < range.upperBound {
            let begin = begins[part]
            let end = min(range.upperBound, begin + parts[part].count)
            parts[part].withUnsafeBufferPointer { numbers in
                guard let base = numbers.baseAddress else { return }
                (target + place - range.lowerBound).update(from: base + place - begin, count: end - place)
            }
            place = end
            part += 1
        }
    }
}

extension [Int] {
    /// The first place from which on a condition holds, which holds for all that follow one for which it does.
    fileprivate func partitioningIndex(where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
