import Foundation
import Logging
import ModelStore
import Synchronization

/// The thread that keeps the leases of running jobs alive and hears what their clients want.
///
/// It is apart from the threads that train, so a step may take longer than a lease lasts.
final class LeaseKeeper: Sendable {
    private let jobs: JobTable
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var runs: [Lease: RunControl] = [:]
        var isStopped = false
    }

    /// How long a lease lasts without a renewal: also how long a job rests after its process was killed.
    static let leaseMilliseconds: Int64 = 8_000

    /// How often clients' wishes are looked up, and how many look-ups make a renewal.
    private static let pollSeconds = 0.1
    private static let pollsPerRenewal = 20

    /// Starts the thread.
    init(jobs: JobTable, logger: Logger) {
        self.jobs = jobs
        self.logger = logger
        let thread = Thread { self.work() }
        thread.name = "leases"
        thread.start()
    }

    /// Keeps a lease until `release(_:)`.
    func keep(_ lease: Lease, for run: RunControl) { state.withLock { $0.runs[lease] = run } }

    /// Stops keeping a lease.
    func release(_ lease: Lease) { state.withLock { $0.runs[lease] = nil } }

    /// Asks every running job to stop for now.
    func stopAll() { for run in state.withLock({ Array($0.runs.values) }) { run.ask(.stop) } }

    /// Ends the thread.
    func stop() { state.withLock { $0.isStopped = true } }

    private func work() {
        var poll = 0
        while true {
            let (runs, isStopped) = state.withLock { ($0.runs, $0.isStopped) }
            if isStopped { return }
            poll += 1
            for (lease, run) in runs { visit(lease, run, renews: poll % Self.pollsPerRenewal == 0) }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func visit(_ lease: Lease, _ run: RunControl, renews: Bool) {
        do {
            switch renews ? try jobs.renew(lease) : try jobs.control(of: lease) {
            case .proceed: break
            case .pause: run.ask(.pause)
            case .cancel: run.ask(.cancel)
            }
        } catch .leaseLost(let message) {
            // The run may also have just ended by itself.
            guard state.withLock({ $0.runs[lease] != nil }) else { return }
            logger.warning("lease lost", metadata: ["job": "\(lease.job)", "cause": "\(message)"])
            run.ask(.abandon)
        } catch {
            logger.warning("lease not renewed", metadata: ["job": "\(lease.job)", "cause": "\(error)"])
        }
    }
}
