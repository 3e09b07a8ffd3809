import Foundation
import Synchronization

/// How a connection waits for another process's write to end: it looks again each millisecond.
///
/// SQLite's own waits grow to 100 ms, in which a process that writes all the time always takes its next turn.
final class BusyWait: Sendable {
    private let limit: Int64
    private let began = Atomic<Int64>(0)

    /// A wait of so many milliseconds at most, for one connection.
    init(milliseconds: Int) {
        limit = Int64(milliseconds)
    }

    /// Waits a little, and returns whether to look again; `tries` is how often it has been asked for the same lock.
    func goOn(after tries: Int) -> Bool {
        let now = StoreClock.system.steadyMilliseconds()
        if tries == 0 { began.store(now, ordering: .relaxed) }
        guard now - began.load(ordering: .relaxed) < limit else { return false }
        usleep(1000)
        return true
    }
}
