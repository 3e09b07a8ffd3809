import Logging
import ModelStore
import Platform

/// One claimed job that evaluates a version, in the calling thread.
///
/// Where it is cut it begins anew: it takes no longer than one pass over its rows.
struct EvaluationRun: ClaimedRun {
    let store: Store
    let networks: NetworkCache
    let threads: Int
    let claim: Claim
    let control: RunControl
    let memory: MemoryBudget
    let logger: Logger

    /// How long it goes on before its progress is reported again.
    private static let reportInterval = Duration.milliseconds(500)

    func work() throws {
        let job = claim.job
        guard let name = job.dataset else { throw StoreError.corrupt("the job has no dataset") }
        let plan = try EvaluationPlan(
            store.models.find(job.model),
            version: job.initialName ?? .initial,
            shownAs: job.initialEpoch.map(VersionName.kept),
            on: store.datasets.find(name),
            wish(),
            store: store,
            networks: networks,
            threads: threads
        )
        guard let held = try reserve(plan.bytes) else { return try comeBackUnstarted() }
        defer { withExtendedLifetime(held) {} }
        let recorder = RunRecorder(jobs: store.jobs, lease: claim.lease)
        // Where the run ends for another reason, that one is told.
        defer { try? recorder.wait() }
        var reported = ContinuousClock.now
        let found = try plan.run(threads: threads) { step in
            let now = ContinuousClock.now
            if reported.duration(to: now) >= Self.reportInterval {
                recorder.add(.progress(EvaluationProgress(step: step, steps: plan.steps).jsonText))
                reported = now
            }
            return control.wish == .proceed
        }
        try recorder.wait()
        guard let found else { return try comeBackUnstarted() }
        _ = try store.jobs.succeed(
            claim.lease,
            evaluation: found.jsonText,
            metrics: found.metrics,
            progress: EvaluationProgress(step: plan.steps, steps: plan.steps).jsonText,
            keeping: found.subject.dataset == nil ? nil : found.summary,
            of: found.subject.identity
        )
    }

    private func wish() throws -> EvaluationWish {
        do {
            return try EvaluationWish(stored: claim.job.request)
        } catch {
            throw StoreError.corrupt("the job's stored options can't be read: \(error)")
        }
    }
}
