import Foundation

/// Until when an answer has to be there, by a clock that nobody sets.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// So far from now.
    init(in duration: Duration) { end = ContinuousClock.now + duration }

    /// How long it is till then, not less than nothing.
    var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }

    /// The same in milliseconds, rounded up.
    private var milliseconds: Int32 {
        let (seconds, attoseconds) = remaining.components
        return Int32(min(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000, 1 << 30))
    }

    /// Waits for a socket.
    ///
    /// - Parameters:
    ///   - socket: The socket.
    ///   - events: What is waited for, as poll(2) has it.
    /// - Returns: What has happened; 0 where the time is over.
    func wait(for socket: Int32, _ events: Int32) -> Int32 {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let count = poll(&entry, 1, milliseconds)
            if count >= 0 { return count == 0 ? 0 : Int32(entry.revents) }
            guard errno == EINTR else { return Int32(POLLERR) }
        }
    }
}
