import JSON
import Logging
import ModelStore
import NN

/// How a run ends that was not cut, and what is kept of it on the way.
extension TrainingRun {
    /// A run that came to numbers that aren't finite.
    struct Diverged {
        let divergence: Divergence
        let error: TrainingError
    }

    /// How many steps before that one are told of.
    private static let stepsBefore = 20
    /// How long the search for them goes on.
    private static let searchLimit = Duration.seconds(60)

    /// What makes versions of the run's epochs; nil where none are kept, as by a replay, which changes nothing.
    func keeper(_ request: StoredRequest, _ rows: Rows, _ dataset: StoredDataset) throws -> EpochKeeper? {
        guard let count = request.keeping, claim.job.replayOf == nil else { return nil }
        let version = KeptVersion(
            metrics: "{}",
            options: VersionOptions(training: StoredJSON(text: claim.job.request), labels: try labels(rows)).jsonText,
            front: rows.state,
            datasetFingerprint: dataset.sha256,
            parent: try parent(),
            programVersion: ProgramVersion.current,
            weightsSHA256: "",
            tensors: []
        )
        return EpochKeeper(count: count, network: rows.network, version: version)
    }

    /// The version that the training started from; nil where that was a kept epoch.
    private func parent() throws -> Int? {
        let job = claim.job
        guard job.forkedFrom == nil else {
            return try job.initialName.flatMap { try store.versions.find(model: job.model, $0).parent }
        }
        return job.initialEpoch == nil ? job.initialVersion ?? 0 : nil
    }

    /// Ends a job that has trained: with a version of its model, or where it is a replay with what it came to.
    func succeed(
        _ session: TrainingSession,
        _ rows: Rows,
        _ dataset: StoredDataset,
        _ measurements: [Measurement]
    ) throws {
        let metrics = Measurements(measurements).jsonText
        let weights = ModelWeights.stored(session.weights, of: rows.network)
        guard claim.job.replayOf == nil else {
            _ = try store.jobs.succeed(
                lease,
                replayedTo: VersionTable.weightsSHA256(weights),
                progress: session.progress.jsonText,
                metrics: metrics
            )
            return
        }
        let version = NewVersion(
            weights: weights,
            metrics: metrics,
            options: VersionOptions(training: StoredJSON(text: claim.job.request), labels: try labels(rows)).jsonText,
            front: rows.state,
            datasetFingerprint: dataset.sha256,
            parent: try parent(),
            programVersion: ProgramVersion.current,
            optimizer: try request().keepsOptimizer ? state(of: session) : nil
        )
        _ = try store.jobs.succeed(
            lease,
            version: version,
            progress: session.progress.jsonText,
            metrics: metrics
        )
        predictor.renew(model: claim.job.model)
    }

    /// What the optimizer remembers at the end of a run.
    private func state(of session: TrainingSession) -> NewOptimizerState {
        NewOptimizerState(
            optimizer: session.options.optimizer.jsonText,
            updates: session.updates,
            tensors: session.remembered.map { tensor in
                StoredTensor(name: tensor.name, shape: tensor.tensor.shape.extents, values: tensor.tensor.values)
            }
        )
    }

    /// Fails a job that diverged, once the steps before have been run again and looked at.
    func fail(_ diverged: Diverged, _ rows: Rows) throws {
        let before = try steps(before: diverged.divergence, rows)
        switch control.wish {
        case .cancel:
            _ = try store.jobs.finishCancel(lease)
            return
        case .abandon: throw StoreError.leaseLost("job \(claim.job.id): another worker has it")
        case .proceed, .pause, .stop: break
        }
        logger.error("job failed", metadata: ["job": "\(claim.job.id)", "cause": "\(diverged.error)"])
        let postmortem = PostmortemDocument(
            divergence: diverged.divergence,
            rows: diverged.divergence.rows.map(rows.record),
            before: before
        )
        let error = JobFailure(detail: "\(diverged.error)").jsonText
        _ = try store.jobs.fail(lease, error: error, postmortem: postmortem.jsonText)
    }

    /// Goes on once more from the newest checkpoint to where the run diverged; none where that is cut or takes too long.
    private func steps(before divergence: Divergence, _ rows: Rows) throws -> [StepRecord] {
        let start = ContinuousClock.now
        do {
            let session = try session(rows.options, rows.network, rows.training, isResumed: true)
            let steps = try session.steps(before: divergence, count: Self.stepsBefore) { _, _ in
                start.duration(to: .now) < Self.searchLimit ? command : .cancel
            }
            return steps ?? []
        } catch {
            logger.warning("no steps before", metadata: ["job": "\(claim.job.id)", "cause": "\(error)"])
            return []
        }
    }
}
