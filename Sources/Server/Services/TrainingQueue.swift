import JSON
import ModelStore
import NN

/// The jobs: which training requests are accepted, and what clients may ask of a job afterwards.
struct TrainingQueue: Sendable {
    let store: Store
    let networks: NetworkCache
    let inlineData: InlineData
    let threads: BlockingThreads
    let workers: TrainingWorkers

    /// Accepts a training request, durably: once this returns the job exists whatever happens.
    ///
    /// - Parameters:
    ///   - body: The request.
    ///   - key: A key under which the request is carried out once; a repetition gets the first answer again.
    /// - Returns: The answer, with the job.
    /// - Throws: `FaultyInput` with every fault, `MissingReferences` for an unknown model, dataset or version,
    ///   `StoreError.queueFull`, `.keyReused` where the key came with another body.
    func submit(_ body: JSONValue, once key: AnswerKey?) async throws -> FirstAnswer {
        let request = TrainingRequest(body)
        let answer = try await threads.run {
            // Before the plan: what the request names may be gone by now, and its answer stays.
            if let key, let known = try store.answers.find(key) { return FirstAnswer(known) }
            let plan = try TrainingPlan(request, store: store, networks: networks, inlineData: inlineData)
            do {
                let answer = try enqueue(plan, once: key)
                if answer.isRepeated { plan.discard() }
                return answer
            } catch {
                plan.discard()
                throw error
            }
        }
        if !answer.isRepeated { workers.wake() }
        return answer
    }

    private func enqueue(_ plan: TrainingPlan, once key: AnswerKey?) throws(StoreError) -> FirstAnswer {
        let notes = plan.notes
        guard let key else { return Self.accepted(try store.jobs.enqueue(plan.newJob), notes) }
        return FirstAnswer(try store.jobs.enqueue(plan.newJob, once: key) { Self.accepted($0, notes).stored })
    }

    private static func accepted(_ job: Job, _ notes: [String]) -> FirstAnswer {
        let document = JobDocument(job: job, epochs: [], notes: notes)
        return FirstAnswer(status: 202, location: document.location, document)
    }

    /// Checks a training request and times a few of its steps, and changes nothing.
    ///
    /// - Throws: What `submit` throws.
    func estimate(_ body: JSONValue) async throws -> EstimateDocument {
        let request = TrainingRequest(body)
        return try await threads.run {
            let plan = try TrainingPlan(request, store: store, networks: networks, inlineData: inlineData)
            defer { plan.discard() }
            let estimate = try plan.estimate(threads: workers.replicas, store: store)
            return EstimateDocument(network: plan.network, estimate: estimate, notes: plan.notes)
        }
    }

    /// One job with its history; throws `StoreError.notFound`.
    func find(_ id: JobID) async throws -> JobDocument {
        try await threads.run { JobDocument(job: try store.jobs.find(id), epochs: try store.jobs.epochs(of: id)) }
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
        try await threads.run { try store.jobs.delete(id) }
    }

    /// A job's events after one of them, at most a few hundred, and whether the job has ended.
    ///
    /// - Throws: `StoreError.notFound`.
    func events(of id: JobID, after event: Int64) async throws -> (events: [JobEvent], isFinal: Bool) {
        try await threads.run {
            // In this order: a job that ends in between is seen as final at the next call.
            let isFinal = try store.jobs.find(id).state.isFinal
            return (try store.jobs.events(of: id, after: event), isFinal)
        }
    }
}
