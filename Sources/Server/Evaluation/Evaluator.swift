import JSON
import ModelStore
import NN
import Platform

/// Evaluates versions of models on rows whose targets are known.
struct Evaluator: Sendable {
    private let store: Store
    private let networks: NetworkCache
    private let inlineData: InlineData
    private let threads: BlockingThreads
    private let workers: TrainingWorkers
    private let memory: MemoryBudget

    init(_ parts: Parts) {
        store = parts.store
        networks = parts.networks
        inlineData = parts.inlineData
        threads = parts.threads
        workers = parts.workers
        memory = parts.memory
    }

    /// What has come of a request.
    enum Outcome: Sendable {
        /// The evaluation.
        case found(EvaluationDocument)
        /// The job that makes it.
        case accepted(FirstAnswer)
    }

    /// Evaluates a version, at once or, where that takes long or the client wants it so, in a job.
    ///
    /// - Parameters:
    ///   - body: The request.
    ///   - isJob: Whether it is a job in any case.
    /// - Returns: What was found, or the job that finds it.
    /// - Throws: `FaultyInput` with every fault, `MissingReferences` for an unknown model, version or dataset,
    ///   `MemoryShortage`, `StoreError`.
    func evaluate(_ body: JSONValue, isJob: Bool) async throws -> Outcome {
        let request = try EvaluationRequest(body)
        let outcome = try await threads.run { try evaluate(request, isJob: isJob) }
        if case .accepted = outcome { workers.wake() }
        return outcome
    }

    /// The evaluations of a version that are kept, newest first.
    ///
    /// - Throws: `StoreError.notFound` for an unknown model, version or alias.
    func list(of model: String, version: VersionReference) async throws -> EvaluationList {
        try await threads.run {
            let name = try store.version(of: version, model: model)
            return EvaluationList(evaluations: try store.evaluations.list(model: model, name))
        }
    }

    private func evaluate(_ request: EvaluationRequest, isJob: Bool) throws -> Outcome {
        let (model, version, stored) = try find(request)
        let dataset = try stored ?? keep(request, for: model, version)
        var isNeeded = false
        defer { if !isNeeded { inlineData.removeIfUnused(dataset.name) } }
        let plan = try EvaluationPlan(
            model,
            version: version,
            on: dataset,
            request.wish,
            store: store,
            networks: networks,
            threads: workers.replicas
        )
        let shortage = MemoryShortage("the evaluation", needs: plan.bytes, of: memory)
        guard !shortage.isForGood else { throw shortage }
        guard isJob || plan.isLarge else {
            guard let held = memory.reserve(plan.bytes, for: .requests) else { throw shortage }
            defer { withExtendedLifetime(held) {} }
            guard let found = try plan.run(threads: workers.replicas) else { throw CancellationError() }
            if stored != nil { try store.evaluations.keep(found.summary, of: plan.subject.identity) }
            return .found(found)
        }
        let job = try store.jobs.enqueue(
            NewJob(
                kind: .evaluation,
                model: model.name,
                dataset: dataset.name,
                initialVersion: version.number,
                request: request.wish.jsonText,
                progress: EvaluationProgress(step: 0, steps: plan.steps).jsonText,
                modelIdentifier: model.identifier,
                beginning: version.kept.map(JobBeginning.weights)
            )
        )
        isNeeded = true
        let document = JobDocument(job: job, epochs: [])
        return .accepted(FirstAnswer(status: 202, location: document.location, document))
    }

    /// What a request names; no dataset where its rows came with it.
    private func find(
        _ request: EvaluationRequest
    ) throws -> (model: StoredModel, version: VersionName, dataset: StoredDataset?) {
        var missing = Faults()
        /// What is there, else a fault.
        func found<Thing>(
            _ pointer: String,
            _ find: () throws -> Thing,
            _ words: (String) throws -> String
        ) throws -> Thing? {
            do {
                return try find()
            } catch StoreError.notFound(let message) {
                missing.add(pointer, try words(message))
                return nil
            }
        }
        let model = try found("/model") {
            try store.models.find(request.model)
        } _: { _ in
            let known = try store.models.names()
            return known.isEmpty
                ? "unknown model \"\(request.model)\"; none has been defined yet"
                : Suggestion.unknown("model", request.model, known: known)
        }
        let version = try model.flatMap { model in
            try found("/version") {
                let name = try store.version(of: request.version, model: model.name)
                return name == .initial ? name : try store.versions.find(model: model.name, name).name
            } _: {
                $0
            }
        }
        var dataset: StoredDataset?
        if case .dataset(let name) = request.source {
            dataset = try found("/dataset") {
                guard !InlineData.isReserved(name) else { throw StoreError.notFound("") }
                return try store.datasets.find(name)
            } _: { _ in
                let known = try store.datasets.names().filter { !InlineData.isReserved($0) }
                return Suggestion.unknown("dataset", name, known: known)
            }
        }
        guard missing.isEmpty, let model, let version else { throw MissingReferences(faults: missing) }
        return (model, version, dataset)
    }

    /// Stores the rows of a request as a job's are stored that came with it.
    private func keep(
        _ request: EvaluationRequest,
        for model: StoredModel,
        _ version: VersionName
    ) throws -> StoredDataset {
        guard case .inline(let data) = request.source else {
            preconditionFailure("a request without a dataset has data")
        }
        let state = version == .initial ? nil : try store.versions.find(model: model.name, version)
        let defined = try networks.model(of: model, state: state?.front)
        if let table = request.source.inlineTable(for: defined) { return try inlineData.keepTable(table) }
        let judged = try EvaluationOptions(request.wish, version: state, model: defined, hasColumns: false)
        var options = judged.options
        return try inlineData.keep(data, validation: nil, for: defined.network, &options)
    }
}
