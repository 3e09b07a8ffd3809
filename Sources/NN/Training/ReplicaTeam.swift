import Foundation
import Synchronization

/// Work that comes as a number of independent tasks, each run by one replica.
protocol ReplicaWork: AnyObject {
    /// Runs one task.
    ///
    /// - Parameters:
    ///   - task: The task's number, from 0.
    ///   - replica: Which replica runs it; no two tasks run on one replica at the same time.
    func perform(_ task: Int, replica: Int)
}

/// Threads that run the tasks of a step together with the thread that asks for it.
///
/// Tasks are taken one by one from a counter, so a thread that loses its core to another process holds up no more than
/// the task it has begun. Handing out work takes no lock and no allocation while the threads are awake; a thread that
/// finds nothing to do yields its core for a moment and then sleeps.
final class ReplicaTeam {
    private let shared: Shared

    /// A team of `threads` replicas, of which the caller of `run` is the first.
    init(threads: Int, work: any ReplicaWork) {
        precondition(threads > 0, "a team without a thread")
        shared = Shared(work: work)
        for replica in 1..<max(threads, 1) {
            let thread = Thread { [shared] in shared.serve(replica: replica) }
            thread.name = "replica \(replica)"
            thread.stackSize = 4 << 20
            thread.start()
        }
        threadCount = threads
    }

    deinit { shared.stop() }

    /// The replicas, the caller's included.
    let threadCount: Int

    /// Runs tasks `0..<count` and returns when all are done.
    func run(count: Int) {
        if threadCount == 1 || count == 1 {
            for task in 0..<count { shared.work.perform(task, replica: 0) }
        } else {
            shared.run(count: count)
        }
    }

    /// What the threads have in common.
    ///
    /// Unchecked because the work isn't `Sendable`: a task belongs to the one thread that took its ticket, what it reads
    /// was written before the tickets were issued, and what it wrote is read after the last task was counted down.
    private final class Shared: @unchecked Sendable {
        let work: any ReplicaWork

        /// The round, how many tasks it has and which is next, in one word so that a late thread can't take a task of a
        /// round it doesn't know.
        private let tickets = Atomic<UInt64>(0)
        private let unfinished = Atomic<Int>(0)
        private let sleepers = Atomic<Int>(0)
        private let callerSleeps = Atomic<Bool>(false)
        private let stopped = Atomic<Bool>(false)
        private let workIsThere = NSCondition()
        private let workIsDone = NSCondition()

        init(work: any ReplicaWork) { self.work = work }

        /// Issues the tickets of a round, takes part, and waits for the others.
        func run(count: Int) {
            precondition(count < 1 << 16, "more tasks than a ticket can count")
            let round = (tickets.load(ordering: .relaxed) >> 32) &+ 1
            unfinished.store(count, ordering: .relaxed)
            tickets.store(round << 32 | UInt64(count) << 16, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                workIsThere.lock()
                workIsThere.broadcast()
                workIsThere.unlock()
            }
            while let task = takeTicket() { perform(task, replica: 0) }
            waitUntilDone()
        }

        /// What a thread of the team does until it is stopped.
        func serve(replica: Int) {
            while !stopped.load(ordering: .acquiring) {
                if let task = takeTicket() {
                    perform(task, replica: replica)
                } else {
                    waitForWork()
                }
            }
        }

        func stop() {
            stopped.store(true, ordering: .sequentiallyConsistent)
            workIsThere.lock()
            workIsThere.broadcast()
            workIsThere.unlock()
        }

        private func takeTicket() -> Int? {
            var seen = tickets.load(ordering: .acquiring)
            while Self.hasTasks(seen) {
                let (taken, now) = tickets.weakCompareExchange(
                    expected: seen,
                    desired: seen + 1,
                    ordering: .acquiringAndReleasing
                )
                if taken { return Int(seen & 0xFFFF) }
                seen = now
            }
            return nil
        }

        private static func hasTasks(_ tickets: UInt64) -> Bool { tickets & 0xFFFF < tickets >> 16 & 0xFFFF }

        private func perform(_ task: Int, replica: Int) {
            work.perform(task, replica: replica)
            guard unfinished.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 else { return }
            if callerSleeps.load(ordering: .sequentiallyConsistent) {
                workIsDone.lock()
                workIsDone.signal()
                workIsDone.unlock()
            }
        }

        private func waitUntilDone() {
            if Patience.spend(until: { unfinished.load(ordering: .acquiring) == 0 }) { return }
            workIsDone.lock()
            callerSleeps.store(true, ordering: .sequentiallyConsistent)
            while unfinished.load(ordering: .sequentiallyConsistent) > 0 { workIsDone.wait() }
            callerSleeps.store(false, ordering: .relaxed)
            workIsDone.unlock()
        }

        private func waitForWork() {
            let ready = { [self] in
                Self.hasTasks(tickets.load(ordering: .sequentiallyConsistent)) || stopped.load(ordering: .acquiring)
            }
            if Patience.spend(until: ready) { return }
            workIsThere.lock()
            sleepers.add(1, ordering: .sequentiallyConsistent)
            while !ready() { workIsThere.wait() }
            sleepers.subtract(1, ordering: .relaxed)
            workIsThere.unlock()
        }
    }
}

/// The moment for which a thread would rather yield its core and look again than sleep.
private enum Patience {
    /// About what waking a sleeping thread costs.
    private static let nanoseconds: UInt64 = 50_000

    /// Looks until the condition holds, and tells whether it did in time.
    static func spend(until condition: () -> Bool) -> Bool {
        let end = DispatchTime.now().uptimeNanoseconds + nanoseconds
        repeat {
            if condition() { return true }
            sched_yield()
        } while DispatchTime.now().uptimeNanoseconds < end
        return condition()
    }
}
