/// What the ranks of a group add up and gather in each step, in the order in which one process would.
///
/// A sum goes by recursive halving: at distance 1, 2, 4 … two ranks each give half of the elements that they have and add
/// the other half, then the finished pieces go back by the same ways. A rank sends 2(N−1)/N of the sum's bytes, and each
/// element is added in the order of the tree of `GradientSum`, since a + b and b + a are the same bits. A rank without a
/// part takes over what it is given: zeros in its place would turn −0 into 0. Thakur, Rabenseifner and Gropp 2005,
/// "Optimization of collective communication operations in MPICH", section 4.5.
final class RankSum {
    private let group: any RankGroup
    private var incoming = FloatBuffer(count: 0)

    /// The sums of a group.
    init(_ group: any RankGroup) { self.group = group }

    /// The bytes of its own memory.
    var bytes: Int { incoming.count * MemoryLayout<Float>.stride }

    /// Which parts of a batch are this rank's.
    func blocks(parts: Int) -> RankBlocks { RankBlocks(parts: parts, rank: group.rank, count: group.count) }

    /// Adds up the sums of all ranks, where this one's lies.
    ///
    /// - Parameters:
    ///   - sum: This rank's sum, whose place the whole sum takes; what lies there where the rank has no part says nothing.
    ///   - count: The elements.
    ///   - blocks: Who has which parts.
    /// - Throws: Where a rank is lost.
    func add(_ sum: UnsafeMutablePointer<Float>, count: Int, _ blocks: RankBlocks) throws {
        if incoming.count < (count + 1) / 2 { incoming = FloatBuffer(count: (count + 1) / 2) }
        var pieces = [0..<count]
        for distance in blocks.distances {
            let peer = blocks.rank ^ distance
            let (mine, theirs) = (
                !blocks.gathered(at: distance, around: blocks.rank).isEmpty,
                !blocks.gathered(at: distance, around: peer).isEmpty
            )
            let piece = pieces[pieces.count - 1]
            let middle = piece.lowerBound + (piece.count + 1) / 2
            let halves = (piece.lowerBound..<middle, middle..<piece.upperBound)
            let (kept, given) = blocks.rank & distance == 0 ? halves : (halves.1, halves.0)
            pieces.append(kept)
            let room = theirs ? kept.count : 0
            try exchange(sum + given.lowerBound, mine ? given.count : 0, incoming.pointer, room, with: peer)
            guard theirs else { continue }
            let target = sum + kept.lowerBound
            if mine {
                for i in 0..<kept.count { target[i] += incoming.pointer[i] }
            } else {
                target.update(from: incoming.pointer, count: kept.count)
            }
        }
        for distance in blocks.distances.reversed() {
            let own = pieces.removeLast()
            let whole = pieces[pieces.count - 1]
            let other =
                own.lowerBound == whole.lowerBound
                ? own.upperBound..<whole.upperBound : whole.lowerBound..<own.lowerBound
            let peer = blocks.rank ^ distance
            try exchange(sum + own.lowerBound, own.count, sum + other.lowerBound, other.count, with: peer)
        }
    }

    /// Gives every rank what each has of its own parts.
    ///
    /// - Parameters:
    ///   - values: A stretch for each part of the batch, of which this rank's are there; the others are filled in.
    ///   - stride: The values of a part.
    ///   - blocks: Who has which parts.
    /// - Throws: Where a rank is lost.
    func gather<Value: BitwiseCopyable>(_ values: UnsafeMutablePointer<Value>, stride: Int, _ blocks: RankBlocks) throws
    {
        for distance in blocks.distances {
            let peer = blocks.rank ^ distance
            let own = blocks.gathered(at: distance, around: blocks.rank)
            let other = blocks.gathered(at: distance, around: peer)
            try exchange(
                values + own.lowerBound * stride,
                own.count * stride,
                values + other.lowerBound * stride,
                other.count * stride,
                with: peer
            )
        }
    }

    private func exchange<Value: BitwiseCopyable>(
        _ sent: UnsafeMutablePointer<Value>,
        _ sentCount: Int,
        _ received: UnsafeMutablePointer<Value>,
        _ receivedCount: Int,
        with peer: Int
    ) throws {
        guard sentCount + receivedCount > 0 else { return }
        try group.exchange(
            UnsafeRawBufferPointer(UnsafeBufferPointer(start: sent, count: sentCount)),
            UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: received, count: receivedCount)),
            with: peer
        )
    }
}
