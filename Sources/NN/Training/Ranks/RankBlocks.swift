/// Which parts of a batch each rank runs: a block of them, aligned, so that its sum is a node of the tree of sums.
///
/// A batch of P parts is a tree whose width W is the power of two from P on. With N ranks a rank has W / N neighbouring
/// leaves, at least one; those behind the last part have none. Blocks that hold the same parts whatever N is would not be
/// faster, and any cut into aligned blocks gives the same bits, as `GradientSum` adds neighbours first.
struct RankBlocks: Equatable {
    /// The parts of the batch.
    let parts: Int
    /// How many leaves a rank has.
    let leaves: Int
    /// This rank's number.
    let rank: Int
    /// How many ranks there are.
    let count: Int

    /// - Parameters:
    ///   - parts: The parts of the batch, at least 1.
    ///   - rank: This rank's number.
    ///   - count: How many ranks there are, a power of two.
    init(parts: Int, rank: Int, count: Int) {
        precondition(count.nonzeroBitCount == 1 && (0..<count).contains(rank), "rank \(rank) of \(count)")
        let width = 1 << (Int.bitWidth - (parts - 1).leadingZeroBitCount)
        leaves = max(width / count, 1)
        (self.parts, self.rank, self.count) = (parts, rank, count)
    }

    /// The parts of this rank; none where there are more ranks than parts.
    var own: Range<Int> { range(of: rank, ranks: 1) }

    /// The parts that this rank runs: its own, or else the first, whose sum it doesn't give to the others.
    ///
    /// What a layer gives its weights in a step is so there on each rank.
    var run: Range<Int> { own.isEmpty ? 0..<1 : own }

    /// The distances at which ranks meet, nearest first.
    var distances: [Int] { (0..<count.trailingZeroBitCount).map { 1 << $0 } }

    /// The parts of the ranks that have come together at a distance: those of this rank's half.
    func gathered(at distance: Int, around rank: Int) -> Range<Int> {
        range(of: rank & ~(distance - 1), ranks: distance)
    }

    private func range(of first: Int, ranks: Int) -> Range<Int> {
        min(first * leaves, parts)..<min((first + ranks) * leaves, parts)
    }
}
