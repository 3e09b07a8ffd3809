import ModelStore

/// The jobs: what is known about each, and what clients may ask of it once it is accepted.
struct JobCatalog: Sendable {
    let store: Store
    let inlineData: InlineData
    let predictor: Predictor
    let threads: BlockingThreads
    let workers: TrainingWorkers

    init(_ parts: Parts) {
        store = parts.store
        inlineData = parts.inlineData
        predictor = parts.predictor
        threads = parts.threads
        workers = parts.workers
    }

    /// One job, with its history or without; throws `StoreError.notFound`.
    func find(_ id: JobID, withHistory: Bool = true) async throws -> JobDocument {
        try await threads.run {
            let job = try store.jobs.find(id)
            let epochs = withHistory ? try store.jobs.epochs(of: id) : nil
            let evaluation = job.kind == .evaluation ? try store.evaluations.answer(of: id) : nil
            let kept = job.kind == .training ? try store.checkpoints.keptEpochs(of: id) : nil
            return JobDocument(job: job, epochs: epochs, kept: kept, evaluation: evaluation)
        }
    }

    /// A job's history, thinned out; throws `StoreError.notFound`.
    func history(of id: JobID, _ request: HistoryRequest) async throws -> JobHistoryDocument {
        try await threads.run { try JobHistoryDocument(of: id, store.jobs.epochs(of: id), request) }
    }

    /// What was found of a job that diverged, as JSON.
    ///
    /// - Throws: `StoreError.notFound` where there is no such job, or where it did not diverge.
    func postmortem(of id: JobID) async throws -> String {
        try await threads.run {
            let job = try store.jobs.find(id)
            if let found = try store.jobs.postmortem(of: id) { return found }
            let cause =
                switch job.state {
                case .failed: "it failed for another reason than a loss or gradient that is not finite"
                case .succeeded: "it succeeded, and came to no loss or gradient that is not finite"
                case .cancelled: "it was cancelled before it came to a loss or gradient that is not finite"
                case .queued, .running, .paused: "it is \(job.state.rawValue), and has come to none so far"
                }
            throw StoreError.notFound("job \(id): there is no post-mortem; \(cause)")
        }
    }

    /// A page of jobs, newest first.
    func list(_ filter: JobFilter) async throws -> JobPage {
        try await threads.run { try store.jobs.list(filter) }
    }

    /// Ends a job that has not ended; a running one stops after its step.
    ///
    /// - Throws: `StoreError.conflict` where it has ended.
    func cancel(_ id: JobID) async throws -> JobDocument {
        try await threads.run {
            let job = try store.jobs.cancel(id)
            inlineData.removeIfUnused(job.dataset)
        }
        return try await find(id)
    }

    /// Has a running job save a checkpoint and wait.
    ///
    /// - Throws: `StoreError.conflict` where it isn't running.
    func pause(_ id: JobID) async throws -> JobDocument {
        _ = try await threads.run { try store.jobs.pause(id) }
        return try await find(id)
    }

    /// Lets a paused job go on, to the same bits as if it had never paused.
    ///
    /// - Throws: `StoreError.conflict` where it isn't paused.
    func resume(_ id: JobID) async throws -> JobDocument {
        _ = try await threads.run { try store.jobs.resume(id) }
        workers.wake()
        return try await find(id)
    }

    /// Removes a job that has ended, with its history.
    ///
    /// - Throws: `StoreError.conflict` where it has not ended.
    func delete(_ id: JobID) async throws {
        try await threads.run {
            // A job that is damaged can be deleted too; its data are then found by the next sweep.
            let job = try? store.jobs.find(id)
            try store.jobs.delete(id)
            inlineData.removeIfUnused(job?.dataset)
            if let job { predictor.renew(model: job.model) }
        }
    }
}
