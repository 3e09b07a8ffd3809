import JSON
import ModelStore
import NN
import Platform

/// The queue: which training requests are accepted.
struct TrainingQueue: Sendable {
    let store: Store
    let networks: NetworkCache
    let inlineData: InlineData
    let threads: BlockingThreads
    let workers: TrainingWorkers
    let memory: MemoryBudget
    let ranks: RankTransport
    private let prices = TrainingPrices()

    init(_ parts: Parts) {
        store = parts.store
        networks = parts.networks
        inlineData = parts.inlineData
        threads = parts.threads
        workers = parts.workers
        memory = parts.memory
        ranks = parts.ranks
    }

    /// Accepts a training request, durably: once this returns the job exists whatever happens.
    ///
    /// - Parameters:
    ///   - body: The request.
    ///   - key: A key under which the request is carried out once; a repetition gets the first answer again.
    /// - Returns: The answer, with the job.
    /// - Throws: `FaultyInput` with every fault, `MissingReferences` for an unknown model, dataset or version,
    ///   `StoreError.queueFull`, `.keyReused` where the key came with another body.
    func submit(_ body: JSONValue, once key: AnswerKey?) async throws -> FirstAnswer {
        let ownMemory = RequestMemory.current
        let answer = try await threads.run {
            // Before the plan: what the request names may be gone by now, and its answer stays.
            if let key, let known = try store.answers.find(key) { return FirstAnswer(known) }
            let plan = try plan(request(body), ownMemory)
            do {
                _ = try checkedBytes(of: plan)
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

    /// What a body asks for, with what the model itself says where the body doesn't.
    private func request(_ body: JSONValue) throws -> TrainingRequest {
        guard body.kind == .object, let name = try? body["model"]?.string() else { return TrainingRequest(body) }
        let model: StoredModel
        do {
            model = try store.models.find(name)
        } catch .notFound {
            return TrainingRequest(body)
        }
        return try TrainingRequest(body, of: networks.model(of: model))
    }

    func plan(_ request: TrainingRequest, _ ownMemory: RequestMemory?) throws -> TrainingPlan {
        // A server that runs no jobs leaves it to those that do.
        if request.ranks.ranks > 1, workers.count > 0, let problem = ranks.library.problem {
            var faults = request.faults
            faults.add("/ranks", "this server can't train with others: \(problem)")
            try faults.check()
        }
        return try TrainingPlan(request, store: store, networks: networks, inlineData: inlineData, memory: ownMemory)
    }

    /// The bytes of memory that a job takes; throws `MemoryShortage` where the server will never have as many.
    func checkedBytes(of plan: TrainingPlan) throws -> Int {
        let bytes = try plan.expectedBytes(threads: workers.replicas, prices)
        let shortage = MemoryShortage("the job", needs: bytes, of: memory)
        guard !shortage.isForGood else { throw shortage }
        return bytes
    }

    func enqueue(_ plan: TrainingPlan, once key: AnswerKey?) throws(StoreError) -> FirstAnswer {
        let notes = plan.notes
        guard let key else { return Self.accepted(try store.jobs.enqueue(plan.newJob), notes) }
        return FirstAnswer(try store.jobs.enqueue(plan.newJob, once: key) { Self.accepted($0, notes).stored })
    }

    static func accepted(_ job: Job, _ notes: [String]) -> FirstAnswer {
        let document = JobDocument(job: job, epochs: [], notes: notes)
        return FirstAnswer(status: 202, location: document.location, document)
    }

    /// Checks a training request and times a few of its steps, and changes nothing.
    ///
    /// - Throws: What `submit` throws.
    func estimate(_ body: JSONValue) async throws -> EstimateDocument {
        let ownMemory = RequestMemory.current
        return try await threads.run {
            let plan = try plan(request(body), ownMemory)
            defer { plan.discard() }
            let bytes = try checkedBytes(of: plan)
            // The trial takes as much as the job would, and it can't wait as the job can.
            guard let held = memory.reserve(bytes, for: .jobs) else {
                throw MemoryShortage("the dry run", needs: bytes, of: memory)
            }
            defer { withExtendedLifetime(held) {} }
            let estimate = try plan.estimate(threads: workers.replicas)
            return EstimateDocument(model: plan.model, estimate: estimate, notes: plan.notes)
        }
    }
}
