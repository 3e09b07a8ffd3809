import Dispatch
import Platform
import Synchronization

/// Where calls run that block on the disk or compute for long, so that the threads that answer requests stay free.
///
/// There are as many threads as there are calls under way, up to a limit, since most of them wait: writes that wait for the
/// disk together share the wait. Dispatch's own threads would be as many as there are cores, and one more each second.
final class BlockingThreads: Sendable {
    private let label: String
    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    private struct State {
        var work: [@Sendable () -> Void] = []
        var threads = 0
        var idle = 0
    }

    /// How many calls may be under way; others wait.
    private static let limit = 64
    /// How long a thread waits for work before it ends.
    private static let patience = DispatchTimeInterval.seconds(10)

    /// Threads under a name that a debugger shows.
    init(label: String) {
        self.label = label
    }

    /// Runs work on a thread that may block, and comes back with what it gave.
    func run<Outcome: Sendable>(_ work: @escaping @Sendable () throws -> Outcome) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            add { continuation.resume(with: Result(catching: work)) }
        }
    }

    private func add(_ work: @escaping @Sendable () -> Void) {
        let isShort = state.withLock { state in
            state.work.append(work)
            guard state.idle < state.work.count, state.threads < Self.limit else { return false }
            state.threads += 1
            state.idle += 1
            return true
        }
        if isShort { WorkerThread.start(named: label) { self.serve() } }
        arrivals.signal()
    }

    private func serve() {
        while true {
            if arrivals.wait(timeout: .now() + Self.patience) == .timedOut {
                // Where there is work, its signal is on the way.
                let mayEnd = state.withLock { state in
                    guard state.idle > state.work.count else { return false }
                    state.idle -= 1
                    state.threads -= 1
                    return true
                }
                if mayEnd { return }
                continue
            }
            let work = state.withLock { state in
                state.idle -= 1
                return state.work.removeFirst()
            }
            work()
            state.withLock { $0.idle += 1 }
        }
    }
}
