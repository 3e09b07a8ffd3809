import CLinux
import Synchronization

/// The memory that the process may use, from which everything of some size draws before it takes it.
///
/// What is reserved is an estimate of what will be allocated; nothing is allocated here.
package final class MemoryBudget: Sendable {
    /// What memory is used for.
    package enum Part: String, Sendable, CaseIterable {
        /// The program itself, with what is too small to be counted one by one.
        case program
        /// Bodies of requests, what is decoded from them, and their answers.
        case requests
        /// Models that answer predictions.
        case models
        /// Training.
        case jobs
    }

    private struct State {
        var used: [Part: Int]
        var reclaim: (@Sendable () -> Bool)?
        var releases = 0
        var waits: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    /// The bytes of all parts together.
    package let limit: Int
    private let state: Mutex<State>

    /// What the program takes at rest, and what it keeps back for all that is small: a sixteenth.
    private static let rest = 32 << 20

    /// A budget of `limit` bytes.
    package init(limit: Int) {
        self.limit = limit
        state = Mutex(State(used: [.program: min(limit, Self.rest + limit / 16)]))
    }

    /// Has the C library give large pieces of memory back to the system when they are freed.
    ///
    /// It would raise the size from which on it does so with each one that it sees, up to 32 MiB, and keep the rest.
    package static func returnLargePieces() {
        set_mmap_threshold(1 << 20)
        // With a fixed size the library would give back every 128 KiB at the end of a heap, and a body that is uploaded in
        // parts of that size would take them anew each time.
        set_trim_threshold(1 << 20)
    }

    /// The most bytes that can ever be reserved.
    package var capacity: Int { limit - used(.program) }

    /// The bytes that a part uses now.
    package func used(_ part: Part) -> Int { state.withLock { $0.used[part] ?? 0 } }

    /// Says how to get memory back: the closure lets go of something that can be made anew; false where nothing is left.
    package func reclaims(with reclaim: @escaping @Sendable () -> Bool) {
        state.withLock { $0.reclaim = reclaim }
    }

    /// Reserves bytes, having what can be made anew let go of; nil where they are not there now.
    package func reserve(_ bytes: Int, for part: Part) -> MemoryReservation? {
        take(bytes, part) ? MemoryReservation(of: self, bytes, part) : nil
    }

    /// How often bytes were given back.
    package var releases: Int { state.withLock { $0.releases } }

    /// Calls `body` once when bytes have been given back more often than so many times, at once where they have been.
    ///
    /// - Parameters:
    ///   - count: What `releases` was before bytes were asked for in vain.
    ///   - body: What is called, perhaps on another thread; it should do no more than wake somebody.
    /// - Returns: What is to be held until then: nothing is called any more once it is let go of.
    package func afterRelease(_ count: Int, _ body: @escaping @Sendable () -> Void) -> MemoryWait {
        let wait = MemoryWait(of: self)
        let isOver = state.withLock { state in
            if state.releases == count { state.waits[ObjectIdentifier(wait)] = body }
            return state.releases != count
        }
        if isOver { body() }
        return wait
    }

    fileprivate func end(_ wait: ObjectIdentifier) { state.withLock { $0.waits[wait] = nil } }

    fileprivate func take(_ bytes: Int, _ part: Part) -> Bool {
        while true {
            let (isTaken, reclaim) = state.withLock { state in
                guard state.used.values.reduce(bytes, +) <= limit else { return (false, state.reclaim) }
                state.used[part, default: 0] += bytes
                return (true, nil)
            }
            if isTaken { return true }
            guard bytes <= capacity, let reclaim, reclaim() else { return false }
        }
    }

    fileprivate func giveBack(_ bytes: Int, _ part: Part) {
        let waits = state.withLock { state in
            state.used[part, default: 0] -= bytes
            state.releases += 1
            return exchange(&state.waits, with: [:])
        }
        for wake in waits.values { wake() }
    }
}

/// Somebody who waits until bytes of a budget are given back.
package final class MemoryWait: Sendable {
    private let budget: MemoryBudget

    fileprivate init(of budget: MemoryBudget) { self.budget = budget }

    deinit { budget.end(ObjectIdentifier(self)) }
}

/// Bytes of a budget, given back with their owner.
package final class MemoryReservation: Sendable {
    private let budget: MemoryBudget
    private let part: MemoryBudget.Part
    private let held: Mutex<Int>

    fileprivate init(of budget: MemoryBudget, _ bytes: Int, _ part: MemoryBudget.Part) {
        (self.budget, self.part) = (budget, part)
        held = Mutex(bytes)
    }

    deinit { budget.giveBack(held.withLock { $0 }, part) }

    /// The bytes.
    package var bytes: Int { held.withLock { $0 } }

    /// Changes how many bytes it is; false, and as it was, where more are not there now.
    package func resize(to bytes: Int) -> Bool {
        let more = bytes - held.withLock { $0 }
        if more > 0, !budget.take(more, part) { return false }
        if more < 0 { budget.giveBack(-more, part) }
        held.withLock { $0 += more }
        return true
    }
}

/// Something needs more memory than there is.
package struct MemoryShortage: Error, Sendable, CustomStringConvertible {
    /// What needs it, such as "the job".
    package let subject: String
    /// The bytes that it takes.
    package let needed: Int
    /// The most bytes that can be had when nothing else uses any.
    package let capacity: Int

    package init(_ subject: String, needs needed: Int, of budget: MemoryBudget) {
        (self.subject, self.needed, capacity) = (subject, needed, budget.capacity)
    }

    /// Whether it can never be had, so that waiting doesn't help.
    package var isForGood: Bool { needed > capacity }

    package var description: String {
        isForGood
            ? "\(subject) takes about \(needed) bytes of memory, and the server has \(capacity) for all that it does"
            : "\(subject) takes about \(needed) bytes of memory, which are in use now; \(capacity) is the most there can be"
    }
}
