import Dispatch
import Synchronization

/// What a running job shall do next, set by others and read between two steps.
final class RunControl: Sendable {
    /// What is wanted of a run; what stands later outweighs what stands before.
    enum Wish: UInt8, Comparable {
        /// Go on.
        case proceed
        /// Save a checkpoint and wait for the client.
        case pause
        /// Save a checkpoint, since the program stops; the job goes on when it runs again.
        case stop
        /// End for good.
        case cancel
        /// Drop the run: another worker has the job.
        case abandon

        static func < (left: Wish, right: Wish) -> Bool { left.rawValue < right.rawValue }
    }

    private let wished = Atomic<UInt8>(Wish.proceed.rawValue)
    private let change = DispatchSemaphore(value: 0)

    /// What is wanted now.
    var wish: Wish { Wish(rawValue: wished.load(ordering: .relaxed)) ?? .abandon }

    /// Asks for something; a weaker wish does not undo a stronger one.
    func ask(_ wish: Wish) {
        let (before, after) = wished.max(wish.rawValue, ordering: .relaxed)
        if before != after { wake() }
    }

    /// Waits until something else is wanted, or somebody calls `wake()`; both may have been before.
    func rest() { change.wait() }

    /// Ends a rest, or the next one.
    func wake() { change.signal() }
}
