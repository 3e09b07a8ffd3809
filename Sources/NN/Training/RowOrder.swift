/// The order in which one epoch visits the rows.
///
/// It follows from the seed and the epoch's number alone, so any epoch can be repeated without those before it.
enum RowOrder {
    /// Puts `0..<indices.count` into the order of an epoch: ascending, or shuffled where there is a key.
    static func fill(_ indices: UnsafeMutableBufferPointer<Int>, shuffledBy key: RandomKey?) {
        for place in indices.indices { indices[place] = place }
        guard let key else { return }
        // Fisher and Yates, written out: the standard library may change how its shuffle draws.
        var generator = SplitMix64(state: key.word)
        for place in stride(from: indices.count - 1, to: 0, by: -1) {
            indices.swapAt(place, below(place + 1, &generator))
        }
    }

    /// A number in `0..<bound`, all equally likely (Lemire 2019, arXiv:1805.10941).
    private static func below(_ bound: Int, _ generator: inout SplitMix64) -> Int {
        let bound = UInt64(bound)
        var product = generator.next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = generator.next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }
}
