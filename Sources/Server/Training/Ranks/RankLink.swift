import CRanks
import Foundation
import ModelStore
import NN

/// A rank of a group whose others are processes anywhere, spoken to through a process of its own.
final class RankLink: RankGroup {
    let rank: Int
    let count: Int
    /// How long this rank has sent, received and waited for others since the group began.
    private(set) var exchanged = Duration.zero
    private let channel: RankChannel

    /// How long the others may let a rank wait.
    private static let patience = Duration.seconds(60)
    /// How long they may take to find each other.
    private static let patienceAtFirst = Duration.seconds(10)
    /// How often the store is asked for what another rank leaves there.
    private static let pause = 0.01
    /// The most bytes that go to the other process at a time.
    private static let piece = 16 << 20

    /// Joins a group.
    ///
    /// - Parameters:
    ///   - call: Which one.
    ///   - job: Whose group it is.
    ///   - store: Where the ranks find each other.
    ///   - address: Where the others reach this one.
    ///   - look: Asked about once a second while something is waited for; what it throws ends the wait.
    /// - Throws: `RankLost` where another rank can't be reached, or what `look` throws.
    init(
        _ call: RankCall,
        of job: JobID,
        in store: RankTable,
        at address: String,
        look: @escaping () throws -> Void
    )
        throws
    {
        (rank, count) = (call.rank, call.count)
        channel = try RankChannel()
        channel.look = look
        try open(call, job, store, address)
        try showKey(call.key)
    }

    /// The process without which this rank is lost.
    var process: Int { Int(channel.process) }

    func exchange(_ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with peer: Int) throws {
        let start = ContinuousClock.now
        defer { exchanged += start.duration(to: .now) }
        var place = 0
        // Both sides cut alike: what one sends is as long as what the other receives.
        while place < max(sent.count, received.count) {
            let out = UnsafeRawBufferPointer(rebasing: sent.dropFirst(place).prefix(Self.piece))
            let into = UnsafeMutableRawBufferPointer(rebasing: received.dropFirst(place).prefix(Self.piece))
            let deadline = ContinuousClock.now + Self.patience
            try channel.send(RANK_EXCHANGE, peer, out.count, into.count, out, until: deadline)
            try done(try channel.next(until: deadline), into.count, until: deadline)
            try channel.fill(into, until: deadline)
            place += Self.piece
        }
    }

    private func done(
        _ answer: (kind: Int, first: Int, second: Int),
        _ count: Int,
        until deadline: ContinuousClock.Instant
    ) throws {
        guard answer.kind == RANK_DONE, answer.first == count else {
            guard answer.kind == RANK_FAILED else { throw RankLost("the process that speaks to ranks makes no sense") }
            throw RankLost(try channel.text(answer.first, until: deadline))
        }
    }

    private func open(_ call: RankCall, _ job: JobID, _ store: RankTable, _ address: String) throws {
        let deadline = ContinuousClock.now + Self.patienceAtFirst
        var bytes = Array(address.utf8.prefix(Int(RANK_ADDRESS_ROOM) - 1))
        bytes += Array(repeating: 0, count: Int(RANK_ADDRESS_ROOM) - bytes.count)
        let milliseconds = Int(Self.patience.components.seconds) * 1000
        try bytes.withUnsafeBytes { bytes in
            try channel.send(RANK_OPEN, rank, count, milliseconds, bytes, until: deadline)
        }
        while true {
            let asked = try channel.next(until: deadline)
            switch asked.kind {
            case RANK_LEAVE:
                let name = try channel.text(asked.first, until: deadline)
                let value = try channel.bytes(asked.second, until: deadline)
                try store.leave(name, Data(value).base64EncodedString(), for: job, call.generation)
                try channel.send(RANK_DONE, until: deadline)
            case RANK_FETCH:
                let name = try channel.text(asked.first, until: deadline)
                let value = try fetched(name, call, job, store, until: deadline)
                try value.withUnsafeBytes { try channel.send(RANK_DONE, $0.count, 0, 0, $0, until: deadline) }
            default:
                try done(asked, 0, until: deadline)
                return
            }
        }
    }

    private func fetched(
        _ name: String,
        _ call: RankCall,
        _ job: JobID,
        _ store: RankTable,
        until deadline: ContinuousClock.Instant
    ) throws -> [UInt8] {
        while ContinuousClock.now < deadline {
            if let text = try store.left(name, for: job, call.generation), let bytes = Data(base64Encoded: text) {
                return Array(bytes)
            }
            try channel.look()
            Thread.sleep(forTimeInterval: Self.pause)
        }
        throw RankLost("another rank has not come")
    }

    /// Shows those that this rank speaks to the group's key, and looks at theirs.
    private func showKey(_ key: String) throws {
        let own = Array(key.utf8)
        for distance in distances {
            var other = [UInt8](repeating: 0, count: own.count)
            try own.withUnsafeBytes { own in
                try other.withUnsafeMutableBytes { try exchange(own, $0, with: rank ^ distance) }
            }
            guard other == own else { throw RankLost("who answered in place of a rank doesn't know the group's key") }
        }
    }
}

extension RankGroup {
    /// At which distances ranks meet, nearest first.
    var distances: [Int] { (0..<count.trailingZeroBitCount).map { 1 << $0 } }

    /// Gives all ranks what the leader has.
    ///
    /// - Parameter bytes: The leader's bytes; what others give says nothing.
    /// - Returns: The leader's bytes.
    /// - Throws: Where a rank is lost.
    func spread(_ bytes: [UInt8]) throws -> [UInt8] {
        var length = UInt64(bytes.count)
        try withUnsafeMutableBytes(of: &length) { try spread($0) }
        var all = rank == 0 ? bytes : [UInt8](repeating: 0, count: Int(length))
        try all.withUnsafeMutableBytes { try spread($0) }
        return all
    }

    private func spread(_ bytes: UnsafeMutableRawBufferPointer) throws {
        let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        for distance in distances.reversed() {
            if rank % (2 * distance) == 0 {
                try exchange(UnsafeRawBufferPointer(bytes), nothing, with: rank + distance)
            } else if rank % distance == 0 {
                try exchange(UnsafeRawBufferPointer(nothing), bytes, with: rank - distance)
            }
        }
    }

    /// Gives all ranks what each has.
    ///
    /// - Parameter own: This rank's bytes, as many as every other's.
    /// - Returns: Those of all ranks, in order.
    /// - Throws: Where a rank is lost.
    func gathered(_ own: [UInt8]) throws -> [[UInt8]] {
        var all = [UInt8](repeating: 0, count: count * own.count)
        all.replaceSubrange(rank * own.count..<(rank + 1) * own.count, with: own)
        for distance in distances {
            let (mine, theirs) = (rank & ~(distance - 1), (rank ^ distance) & ~(distance - 1))
            let sent = Array(all[mine * own.count..<(mine + distance) * own.count])
            try all.withUnsafeMutableBytes { all in
                let place = UnsafeMutableRawBufferPointer(
                    rebasing: all[theirs * own.count..<(theirs + distance) * own.count]
                )
                try sent.withUnsafeBytes { try exchange($0, place, with: rank ^ distance) }
            }
        }
        return (0..<count).map { Array(all[$0 * own.count..<($0 + 1) * own.count]) }
    }
}
