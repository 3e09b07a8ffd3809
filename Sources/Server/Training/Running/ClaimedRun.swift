import Logging
import ModelStore
import Platform

/// One claimed job, from where it stands to its end or to where it is cut, in the calling thread.
protocol ClaimedRun {
    var store: Store { get }
    var claim: Claim { get }
    var control: RunControl { get }
    var memory: MemoryBudget { get }
    var logger: Logger { get }

    /// Does what the job is for, and ends it.
    func work() throws
}

extension ClaimedRun {
    /// Runs the job; whatever stops it is written down, so that no job is left in `running` without a reason.
    ///
    /// - Returns: Whether it was dropped, since another worker has the job.
    func perform() -> Bool {
        do {
            try work()
        } catch StoreError.leaseLost(let message) {
            logger.notice("run dropped", metadata: ["job": "\(claim.job.id)", "cause": "\(message)"])
            return true
        } catch {
            logger.error("job failed", metadata: ["job": "\(claim.job.id)", "cause": "\(error)"])
            return !writeDown(error)
        }
        return false
    }

    /// Writes down why the run ended; false where another worker has the job.
    private func writeDown(_ error: any Error) -> Bool {
        let detail = JobFailure(detail: "\(error)").jsonText
        do throws(StoreError) {
            if let error = error as? StoreError, error.isTransient {
                _ = try store.jobs.retry(claim.lease, error: detail)
            } else {
                _ = try store.jobs.fail(claim.lease, error: detail)
            }
        } catch .leaseLost(let message) {
            logger.notice("run dropped", metadata: ["job": "\(claim.job.id)", "cause": "\(message)"])
            return false
        } catch {
            // The lease runs out, and the next worker finds the job as this one left it.
            logger.error("job not ended", metadata: ["job": "\(claim.job.id)", "cause": "\(error)"])
        }
        return true
    }

    /// Waits until there is memory for the run; nil where it is to come back before that.
    ///
    /// - Throws: `MemoryShortage` where there will never be as much.
    func reserve(_ bytes: Int) throws -> MemoryReservation? {
        let shortage = MemoryShortage("the job", needs: bytes, of: memory)
        guard !shortage.isForGood else { throw shortage }
        var hasTold = false
        while control.wish == .proceed {
            let releases = memory.releases
            if let held = memory.reserve(bytes, for: .jobs) { return held }
            if !hasTold {
                logger.notice("job waits for memory", metadata: ["job": "\(claim.job.id)", "bytes": "\(bytes)"])
                hasTold = true
            }
            let wait = memory.afterRelease(releases) { [control] in control.wake() }
            withExtendedLifetime(wait) { control.rest() }
        }
        return nil
    }

    /// Ends a run that was asked to come back and has nothing to keep: it stands where it stood.
    func comeBackUnstarted() throws {
        switch control.wish {
        case .cancel: _ = try store.jobs.finishCancel(claim.lease)
        case .pause: _ = try store.jobs.finishPause(claim.lease)
        case .stop: try store.jobs.release(claim.lease)
        case .abandon: throw StoreError.leaseLost("job \(claim.job.id): another worker has it")
        case .proceed: break
        }
    }
}
