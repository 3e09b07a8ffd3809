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
        guard let source = request.source, var options = request.options else {
            preconditionFailure("a request without data or options has a fault")
        }
        network = try networks.network(of: model)
        try Self.checkOutputNames(options, network)
        if case .inline(let data) = source {
            dataset = try inlineData.keep(data, validation: request.validation, for: network, &options)
        }
        guard let dataset else { preconditionFailure("a request without data has a fault") }
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
        let layout = try RowLayout(dataset)
        let data = StoredRows(file, .train, layout: layout, options: options, network: network)
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

    /// Refuses losses for outputs that aren't there, before their targets are looked for in the data.
    private static func checkOutputNames(_ options: TrainingOptions, _ network: Network) throws(FaultyInput) {
        guard case .named(let losses) = options.losses else { return }
        let known = network.outputs.map(\.name)
        var faults = Faults()
        for name in losses.keys.sorted() where !known.contains(name) {
            faults.add("/loss/\(name)", Suggestion.unknown("output", name, known: known))
        }
        try faults.check()
    }

    private static func check(
        _ options: TrainingOptions,
        _ network: Network,
        _ dataset: StoredDataset,
        _ source: TrainingRequest.Source,
        _ store: Store
    ) throws {
        let layout = try RowLayout(dataset)
        let file = try store.datasets.open(dataset.name)
        let data = StoredRows(file, .train, layout: layout, options: options, network: network)
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
        let rules = try options.targetRules(of: network, for: data)
        try TargetCheck.run(file, layout, rules) { target, part, row, problem in
            switch source {
            case .inline(let body):
                let name = body["y"]?.kind == .object ? layout.targetNames?[target] : nil
                let trained = options.trainingRows(of: file.rows)
                let isValidation = options.validationRows > 0 && row >= trained
                let place = "\(name.map { "\($0)/" } ?? "")\(isValidation ? row - trained : row)"
                faults.add("\(isValidation ? "/validation_data" : "/data")/y/\(place)", problem)
            case .dataset: faults.add("/dataset", "\(part == .train ? "row" : "test row") \(row): \(problem)")
            }
            return faults.list.count < Faults.limit
        }
        try faults.check()
    }
}
