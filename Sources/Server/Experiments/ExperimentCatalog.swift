import JSON
import ModelStore
import NN
import Platform

/// The experiments: what may be tried, how it stands, and what came of it.
struct ExperimentCatalog: Sendable {
    private let store: Store
    private let trainer: ExperimentTrainer
    private let runner: ExperimentRunner
    private let threads: BlockingThreads
    private let workers: TrainingWorkers
    private let memory: MemoryBudget

    /// How many trials are timed for a price; the others take as long as these on average.
    private static let timedTrials = 8

    init(_ parts: Parts) {
        store = parts.store
        trainer = ExperimentTrainer(store: parts.store, networks: parts.networks, inlineData: parts.inlineData)
        runner = parts.experiments
        threads = parts.threads
        workers = parts.workers
        memory = parts.memory
    }

    /// Accepts an experiment, durably, once every trial of it has been checked.
    ///
    /// - Parameter body: The request.
    /// - Returns: The experiment.
    /// - Throws: `FaultyInput` with the faults, `MissingReferences` for an unknown model or dataset, `StoreError.conflict` where
    ///   a name is taken.
    func start(_ body: JSONValue) async throws -> ExperimentDocument {
        let document = try await threads.run {
            let checked = try check(body)
            let stored = try store.experiments.insert(checked.new)
            return try ExperimentDocument(store.experiments.snapshot(of: stored.name), isWhole: true)
        }
        runner.wake(document.name)
        return document
    }

    /// Checks an experiment, tells what it comes to, and changes nothing.
    ///
    /// - Throws: What `start` throws.
    func price(_ body: JSONValue) async throws -> ExperimentPrice {
        try await threads.run {
            let checked = try check(body)
            let step = (checked.trials.count + Self.timedTrials - 1) / Self.timedTrials
            let timed = stride(from: 0, to: checked.trials.count, by: max(step, 1)).map { checked.trials[$0] }
            let each = try timed.map(secondsPerEpoch)
            return ExperimentPrice(checked, secondsPerEpoch: each.reduce(0, +) / Double(max(each.count, 1)))
        }
    }

    /// Times a few steps of a trial.
    private func secondsPerEpoch(_ trial: CheckedExperiment.Trial) throws -> Double {
        var draft: StoredModel?
        if case .own(let name, let definition) = trial.model { draft = .draft(name: name, definition: definition) }
        let plan = try trainer.plan(trial.training, draft: draft)
        // The trial takes as much as the job would, and it can't wait as the job can.
        guard let held = memory.reserve(trial.bytes, for: .jobs) else {
            throw MemoryShortage("the dry run", needs: trial.bytes, of: memory)
        }
        defer { withExtendedLifetime(held) {} }
        return try plan.estimate(threads: workers.replicas).secondsPerEpoch
    }

    private func check(_ body: JSONValue) throws -> CheckedExperiment {
        try CheckedExperiment(ExperimentRequest(body), trainer, threads: workers.replicas, memory: memory)
    }

    /// One experiment with its leaderboard; throws `StoreError.notFound`.
    func find(_ name: String) async throws -> ExperimentDocument {
        try await threads.run { try ExperimentDocument(store.experiments.snapshot(of: name), isWhole: true) }
    }

    /// All experiments, newest first, without their leaderboards.
    func list() async throws -> [ExperimentDocument] {
        try await threads.run {
            try store.experiments.list().map { experiment in
                try ExperimentDocument(store.experiments.snapshot(of: experiment.name), isWhole: false)
            }
        }
    }

    /// Ends an experiment; running jobs of it stop after their step.
    ///
    /// - Throws: `StoreError.conflict` where it has ended, `.notFound`.
    func cancel(_ name: String) async throws -> ExperimentDocument {
        _ = try await threads.run { try store.experiments.end(name, as: .cancelled) }
        return try await find(name)
    }

    /// Removes an experiment that has ended; its jobs, models and versions stay.
    ///
    /// - Throws: `StoreError.conflict` while it runs, `.notFound`.
    func delete(_ name: String) async throws {
        try await threads.run { try store.experiments.delete(name) }
    }
}
