/// The ranks that train one job together, and how one of them speaks to the others.
///
/// Each rank is a process, or a thread, with the model, the data and the optimizer of its own; they tell each other sums
/// of gradients, losses and what the leader, rank 0, wants next. A group belongs to one thread at a time.
public protocol RankGroup: AnyObject {
    /// This one's number, from 0.
    var rank: Int { get }
    /// How many ranks there are, a power of two.
    var count: Int { get }

    /// Sends bytes to another rank, and receives from it as many as there is room for, both at the same time.
    ///
    /// Both ranks call it, each with the other's number, and what one sends is as long as what the other receives. Their
    /// numbers differ in one binary digit.
    ///
    /// - Parameters:
    ///   - sent: What the other gets, perhaps nothing.
    ///   - received: Where its bytes go, perhaps nowhere.
    ///   - peer: The other's number.
    /// - Throws: Where the other is lost; the group can't be used any more.
    func exchange(
        _ sent: UnsafeRawBufferPointer,
        _ received: UnsafeMutableRawBufferPointer,
        with peer: Int
    ) throws
}

extension RankGroup {
    /// Tells all ranks what the leader has to say.
    ///
    /// - Parameter byte: The leader's word; what others give here says nothing.
    /// - Returns: The leader's word.
    /// - Throws: Where a rank is lost.
    func agree(on byte: UInt8) throws -> UInt8 {
        var word = byte
        try withUnsafeMutableBytes(of: &word) { word in
            let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            // As a tree, between ranks that meet for sums too.
            var distance = count / 2
            while distance > 0 {
                if rank % (2 * distance) == 0 {
                    try exchange(UnsafeRawBufferPointer(word), nothing, with: rank + distance)
                } else if rank % distance == 0 {
                    try exchange(UnsafeRawBufferPointer(nothing), word, with: rank - distance)
                }
                distance /= 2
            }
        }
        return word
    }
}

extension TrainingCommand {
    /// The command as the leader tells it.
    var byte: UInt8 {
        switch self {
        case .proceed: 0
        case .pause: 1
        case .cancel: 2
        }
    }

    /// What the leader told.
    init(agreed byte: UInt8) {
        self = byte == 0 ? .proceed : byte == 1 ? .pause : .cancel
    }
}
