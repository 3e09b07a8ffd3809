import Foundation
import Logging
import ModelStore
import Platform
import Synchronization

/// The thread that hears what the clients of running jobs want, and whether these are another node's by now.
///
/// It is apart from the threads that train, and from the one that keeps the node alive.
final class LeaseKeeper: Sendable {
    private let jobs: JobTable
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var runs: [Lease: Run] = [:]
        /// How many claims are under way, of which the store may know and this not yet.
        var claims = 0
        var isStopped = false
    }

    private struct Run {
        let control: RunControl
        /// Whether its client's wish has never been looked up.
        var isNew = true
    }

    /// How often clients' wishes are looked up: a running job hears of a cancel after this time and its step.
    private static let pollSeconds = 0.04

    /// Starts the thread.
    init(jobs: JobTable, logger: Logger) {
        self.jobs = jobs
        self.logger = logger
        WorkerThread.start(named: "leases") { self.work() }
    }

    /// The leases of the jobs that run.
    var held: [Lease] { state.withLock { Array($0.runs.keys) } }

    /// Those of some leases of this node that no run has; none while it can't be told.
    func unknown(_ leases: [Lease]) -> [Lease] {
        state.withLock { state in state.claims > 0 ? [] : leases.filter { state.runs[$0] == nil } }
    }

    /// Claims a job, and watches it until `release(_:)`.
    ///
    /// - Parameters:
    ///   - run: What hears of the client's wishes.
    ///   - claim: Claims.
    /// - Returns: The claim; nil where there is nothing to do.
    /// - Throws: What `claim` throws.
    func keep(for run: RunControl, _ claim: () throws(StoreError) -> Claim?) throws(StoreError) -> Claim? {
        state.withLock { $0.claims += 1 }
        defer { state.withLock { $0.claims -= 1 } }
        guard let claim = try claim() else { return nil }
        state.withLock { $0.runs[claim.lease] = Run(control: run) }
        return claim
    }

    /// Watches a job no more.
    func release(_ lease: Lease) { state.withLock { $0.runs[lease] = nil } }

    /// Asks every running job to stop for now.
    func stopAll() { for run in state.withLock({ Array($0.runs.values) }) { run.control.ask(.stop) } }

    /// Ends the thread.
    func stop() { state.withLock { $0.isStopped = true } }

    private func work() {
        var mark: WriteMark?
        var looksAgain = true
        // A failure that goes on is told once.
        var isFailing = false
        while true {
            let (runs, isStopped) = state.withLock { ($0.runs, $0.isStopped) }
            if isStopped { return }
            let now = jobs.writeMark
            let hasMoved = now == nil || now != mark
            // A second write may have come right after the one that moved the mark.
            let looks = hasMoved || looksAgain
            (looksAgain, mark) = (hasMoved, now)
            var failure: (job: JobID, error: StoreError)?
            for (lease, run) in runs where looks || run.isNew {
                if let error = visit(lease, run) { failure = (lease.job, error) }
            }
            if let failure, !isFailing {
                logger.warning(
                    "a job's wishes are not known",
                    metadata: ["job": "\(failure.job)", "cause": "\(failure.error)"]
                )
            }
            isFailing = failure != nil
            looksAgain = looksAgain || isFailing
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    /// Passes on what the client wants, which may have changed.
    ///
    /// - Returns: Why the store could not be asked; nil where it could, or had not to be.
    private func visit(_ lease: Lease, _ run: Run) -> StoreError? {
        guard run.control.wish != .abandon else { return nil }
        do {
            let wish = try jobs.control(of: lease)
            state.withLock { $0.runs[lease]?.isNew = false }
            switch wish {
            case .proceed: break
            case .pause: run.control.ask(.pause)
            case .cancel: run.control.ask(.cancel)
            }
            return nil
        } catch .leaseLost(let message) {
            run.control.ask(.abandon)
            // More often than to another worker, the lease went with the end that the run has just come to.
            guard (try? jobs.find(lease.job))?.state == .running else { return nil }
            logger.warning("lease lost", metadata: ["job": "\(lease.job)", "cause": "\(message)"])
            return nil
        } catch {
            return error
        }
    }
}
