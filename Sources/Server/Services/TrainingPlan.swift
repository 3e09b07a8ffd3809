import JSON
import ModelStore
import NN

/// A training request that can be carried out: model, data and options were found and fit together.
struct TrainingPlan: Sendable {
    /// What is trained.
    let network: Network
    /// What it is trained on.
    let dataset: StoredDataset
    /// How it is trained.
    let options: TrainingOptions

    private let initialVersion: Int?
    private let priority: Int
    private let inlineData: InlineData

    /// Looks up what a request names and checks that it fits; data that came inline is stored.
    ///
    /// - Throws: `FaultyInput` with every fault, `MissingReferences` for unknown names; nothing stays stored then.
    init(_ request: TrainingRequest, store: Store, networks: NetworkCache, inlineData: InlineData) throws {
        var missing = Faults()
        let model = try Self.model(request, store, &missing)
        let initialVersion = try Self.initialVersion(request, of: model, store, &missing)
        var dataset = try Self.dataset(request, store, &missing)
        var faults = request.faults
        if !faults.isEmpty {
            faults.add(missing)
            try faults.check()
        }
        guard missing.isEmpty, let model else { throw MissingReferences(faults: missing) }
        if case .inline(let data) = request.source { dataset = try inlineData.keep(data) }
        guard let dataset, let source = request.source, let options = request.options else {
            preconditionFailure("a request without data or options has a fault")
        }
        network = try networks.network(of: model)
        self.dataset = dataset
        self.options = options
        self.initialVersion = initialVersion
        priority = request.priority
        self.inlineData = inlineData
        do {
            try Self.check(options, network, dataset, source, store)
        } catch {
            discard()
            throw error
        }
    }

    /// The job to be stored.
    var newJob: NewJob {
        NewJob(
            model: network.definition.name,
            dataset: dataset.name,
            initialVersion: initialVersion,
            request: options.jsonText,
            progress: QueuedProgress(options, rows: dataset.rows).jsonText,
            priority: priority
        )
    }

    /// Removes inline data, where no job will come of it.
    func discard() { inlineData.removeIfUnused(dataset.name) }

    /// Times a few steps of the training, on weights that are thrown away.
    func estimate(threads: Int, store: Store) throws -> TrainingEstimate {
        let file = try store.datasets.open(dataset.name)
        let target = try StoredTarget(dataset)
        let data = StoredRows(file, .train, target: target, loss: options.loss, network: network)
        return try TrainingEstimate(network: network, options: options, data: data, threads: threads)
    }

    private static func model(
        _ request: TrainingRequest,
        _ store: Store,
        _ missing: inout Faults
    ) throws -> StoredModel? {
        do {
            return try store.models.find(request.model)
        } catch {
            guard case .notFound = error else { throw error }
            let known = try store.models.list().map(\.name)
            // Where the name itself is missing, that is a fault already.
            if !request.model.isEmpty {
                missing.add(
                    "/model",
                    known.isEmpty
                        ? "unknown model \"\(request.model)\"; none has been defined yet"
                        : Suggestion.unknown("model", request.model, known: known)
                )
            }
            return nil
        }
    }

    /// The number of the version to start from; an alias stands for the same version from here on.
    private static func initialVersion(
        _ request: TrainingRequest,
        of model: StoredModel?,
        _ store: Store,
        _ missing: inout Faults
    ) throws -> Int? {
        guard let model, let reference = request.initialVersion else { return nil }
        do {
            let number = try store.number(of: reference, model: model.name)
            return number == 0 ? 0 : try store.versions.find(model: model.name, number: number).number
        } catch {
            guard case .notFound(let message) = error else { throw error }
            missing.add("/initial_version", message)
            return nil
        }
    }

    private static func dataset(
        _ request: TrainingRequest,
        _ store: Store,
        _ missing: inout Faults
    ) throws -> StoredDataset? {
        guard case .dataset(let name) = request.source else { return nil }
        let known = try store.datasets.list().filter { !InlineData.isReserved($0.name) }
        let found = known.first { $0.name == name }
        if found == nil {
            missing.add("/dataset", Suggestion.unknown("dataset", name, known: known.map(\.name)))
        }
        return found
    }

    private static func check(
        _ options: TrainingOptions,
        _ network: Network,
        _ dataset: StoredDataset,
        _ source: TrainingRequest.Source,
        _ store: Store
    ) throws {
        let target = try StoredTarget(dataset)
        let file = try store.datasets.open(dataset.name)
        let data = StoredRows(file, .train, target: target, loss: options.loss, network: network)
        var faults = Faults()
        do {
            try options.check(network, on: data)
        } catch {
            // The engine knows no names for the data, so what it says of the data has no pointer.
            for fault in error.faults {
                faults.add(fault.pointer.isEmpty ? source.pointer : fault.pointer, fault.detail)
            }
        }
        try faults.check()
        let rule = try options.loss.rule(for: data.target, output: network.outputShape)
        try TargetCheck.run(file, classes: target.classes, allowed: rule.allowed) { part, row, problem in
            switch source {
            case .inline: faults.add("/data/y/\(row)", problem)
            case .dataset: faults.add("/dataset", "\(part == .train ? "row" : "test row") \(row): \(problem)")
            }
            return faults.list.count < Faults.limit
        }
        try faults.check()
    }
}
