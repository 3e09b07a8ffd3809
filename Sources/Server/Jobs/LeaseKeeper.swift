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
        var runs: [Lease: Run] = [:]
        var isStopped = false
    }

    private struct Run {
        let control: RunControl
        var renewed: ContinuousClock.Instant
    }

    /// How often clients' wishes are looked up: a running job hears of a cancel after this time and its step.
    private static let pollSeconds = 0.04

    private let renewalInterval: Duration

    /// Starts the thread.
    init(jobs: JobTable, leaseMilliseconds: Int64, logger: Logger) {
        self.jobs = jobs
        renewalInterval = .milliseconds(leaseMilliseconds / 3)
        self.logger = logger
        let thread = Thread { self.work() }
        thread.name = "leases"
        thread.start()
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
        while true {
            let (runs, isStopped) = state.withLock { ($0.runs, $0.isStopped) }
            if isStopped { return }
            for (lease, run) in runs { visit(lease, run) }
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func visit(_ lease: Lease, _ run: Run) {
        let renews = run.renewed.duration(to: .now) >= renewalInterval
        do {
            let wish = renews ? try jobs.renew(lease) : try jobs.control(of: lease)
            if renews { state.withLock { $0.runs[lease]?.renewed = .now } }
            switch wish {
            case .proceed: break
            case .pause: run.control.ask(.pause)
            case .cancel: run.control.ask(.cancel)
            }
        } catch .leaseLost(let message) {
            run.control.ask(.abandon)
            // More often than to another worker, the lease went with the end that the run has just come to.
            guard (try? jobs.find(lease.job))?.state == .running else { return }
            logger.warning("lease lost", metadata: ["job": "\(lease.job)", "cause": "\(message)"])
        } catch {
            logger.warning("lease not renewed", metadata: ["job": "\(lease.job)", "cause": "\(error)"])
        }
    }
}
