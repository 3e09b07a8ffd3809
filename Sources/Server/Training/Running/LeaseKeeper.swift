import Foundation
import Logging
import ModelStore
import Platform
import Synchronization

/// The thread that keeps the leases of running jobs alive and hears what their clients want.
///
/// It is apart from the threads that train, so a step may take longer than a lease lasts.
final class LeaseKeeper: Sendable {
    private let jobs: JobTable
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var runs: [Lease: Run] = [:]
        var isStopped = false
    }

    private struct Run {
        let control: RunControl
        var renewed: ContinuousClock.Instant
        /// Whether its client's wish has never been looked up.
        var isNew = true
    }

    /// How often clients' wishes are looked up: a running job hears of a cancel after this time and its step.
    private static let pollSeconds = 0.04

    private let renewalInterval: Duration

    /// Starts the thread.
    init(jobs: JobTable, leaseMilliseconds: Int64, logger: Logger) {
        self.jobs = jobs
        renewalInterval = .milliseconds(leaseMilliseconds / 3)
        self.logger = logger
        WorkerThread.start(named: "leases") { self.work() }
    }

    /// Keeps a lease until `release(_:)`.
    func keep(_ lease: Lease, for run: RunControl) {
        state.withLock { $0.runs[lease] = Run(control: run, renewed: .now) }
    }

    /// Stops keeping a lease.
    func release(_ lease: Lease) { state.withLock { $0.runs[lease] = nil } }

    /// Asks every running job to stop for now.
    func stopAll() { for run in state.withLock({ Array($0.runs.values) }) { run.control.ask(.stop) } }

    /// Ends the thread.
    func stop() { state.withLock { $0.isStopped = true } }

    private func work() {
        var mark: WriteMark?
        var looksAgain = true
        while true {
            let (runs, isStopped) = state.withLock { ($0.runs, $0.isStopped) }
            if isStopped { return }
            let now = jobs.writeMark
            let hasMoved = now == nil || now != mark
            // A second write may have come right after the one that moved the mark.
            let looks = hasMoved || looksAgain
            (looksAgain, mark) = (hasMoved, now)
            for (lease, run) in runs where !visit(lease, run, looks: looks) { looksAgain = true }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    /// Renews a lease where it is time, and passes on what the client wants where that may have changed.
    ///
    /// - Returns: Whether the store could be asked, where it had to be.
    private func visit(_ lease: Lease, _ run: Run, looks: Bool) -> Bool {
        let renews = run.renewed.duration(to: .now) >= renewalInterval
        guard renews || looks || run.isNew else { return true }
        do {
            let wish = renews ? try jobs.renew(lease) : try jobs.control(of: lease)
            state.withLock { state in
                if renews { state.runs[lease]?.renewed = .now }
                state.runs[lease]?.isNew = false
            }
            switch wish {
            case .proceed: break
            case .pause: run.control.ask(.pause)
            case .cancel: run.control.ask(.cancel)
            }
            return true
        } catch .leaseLost(let message) {
            run.control.ask(.abandon)
            // More often than to another worker, the lease went with the end that the run has just come to.
            guard (try? jobs.find(lease.job))?.state == .running else { return true }
            logger.warning("lease lost", metadata: ["job": "\(lease.job)", "cause": "\(message)"])
            return true
        } catch {
            logger.warning("lease not renewed", metadata: ["job": "\(lease.job)", "cause": "\(error)"])
            return false
        }
    }
}
