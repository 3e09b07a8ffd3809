import CLinux
import Glibc

/// How long a thread would run at a stretch, as Linux's scheduler takes it from 6.12 on (sched_setattr(2), "EEVDF
/// Scheduler" in the kernel's documentation).
///
/// Shares of the processor don't depend on it, delays do: a thread that wakes gets its core at once where the one that
/// runs there has asked for a longer slice; else it may wait for that one's turn to end, some milliseconds.
package enum TimeSlice {
    /// What every thread has that asks for nothing.
    case usual
    /// For work that computes for long and that nobody waits for from one millisecond to the next.
    case long

    /// In nanoseconds: the longest that the kernel takes, and zero for its own choice (some 3 ms).
    private var nanoseconds: UInt64 { self == .long ? 100_000_000 : 0 }

    /// Asks for the slice, for the calling thread and for the threads that it will start.
    ///
    /// A kernel that knows no slices, or a sandbox that forbids to ask, leaves things as they are; so does a policy of
    /// scheduling other than the usual one, which somebody has chosen on purpose.
    ///
    /// - Returns: Whether the kernel took it.
    @discardableResult package func adopt() -> Bool {
        var attributes = sched_attributes()
        guard get_sched_attributes(&attributes) == 0, attributes.policy == UInt32(SCHED_OTHER) else { return false }
        attributes.runtime = nanoseconds
        return set_sched_attributes(&attributes) == 0
    }

    /// Runs `body` with this slice, on a thread that goes on to other work with the usual one.
    package func during<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        adopt()
        defer { TimeSlice.usual.adopt() }
        return try body()
    }
}
