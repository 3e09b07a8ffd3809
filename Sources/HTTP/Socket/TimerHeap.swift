/// The deadlines of many owners, the earliest first.
///
/// Entries are not removed when a deadline moves: the owner hears of the old one and says what is left of it.
struct TimerHeap: Sendable {
    struct Entry: Sendable {
        var time: MonotonicTime
        var token: UInt64
    }

    private var entries: [Entry] = []

    /// The earliest deadline.
    var next: MonotonicTime? { entries.first?.time }

    mutating func insert(_ time: MonotonicTime, token: UInt64) {
        entries.append(Entry(time: time, token: token))
        var child = entries.count - 1
        while child > 0, entries[child].time < entries[(child - 1) / 2].time {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the token of the earliest deadline, if that is not after `now`.
    mutating func popDue(at now: MonotonicTime) -> UInt64? {
        guard let first = entries.first, first.time <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first.token }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].time < entries[least].time { least = child }
            }
            guard least != parent else { return first.token }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
