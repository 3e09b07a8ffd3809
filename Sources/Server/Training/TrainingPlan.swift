import Features
import JSON
import ModelStore
import NN

/// A training request that can be carried out: model, data and options were found and fit together.
struct TrainingPlan: Sendable {
    /// What is trained.
    let model: DefinedModel
    /// What it is trained on.
    let dataset: StoredDataset
    /// How it is trained.
    let options: TrainingOptions
    /// What a client should know of how its numbers were taken; a sentence each.
    let notes: [String]

    private var network: Network { model.network }
    /// The options as they are stored, and as they tell one request's price from another's.
    private let optionsText: String
    private let modelIdentifier: Int64
    private let initialVersion: VersionName?
    private let fork: KeptEpoch?
    /// The rows that are trained on, from the file that was opened to check them.
    let rows: any TrainingData
    /// Whether there are rows to test on.
    let tests: Bool
    /// How many rows there are; `rows` are the first of them where they differ in size and are prepared by a front.
    private let count: Int
    /// Which columns are learned from.
    private let selection: ColumnSelection
    /// The bytes of prepared rows that the job keeps.
    private let keptBytes: Int
    private let priority: Int
    private let inlineData: InlineData

    /// Looks up what a request names and checks that it fits; data that came inline is stored.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - store: Where what it names is.
    ///   - networks: The networks of the models.
    ///   - inlineData: Where its own data goes.
    ///   - memory: What the request takes, of which opening the data takes some; nil where nobody counts.
    ///   - draft: The model, where it isn't stored yet; nil to look it up by its name.
    /// - Throws: `FaultyInput` with every fault, `MissingReferences` for unknown names, `MemoryShortage`; nothing stays
    ///   stored then.
    init(
        _ request: TrainingRequest,
        store: Store,
        networks: NetworkCache,
        inlineData: InlineData,
        memory: RequestMemory?,
        draft: StoredModel? = nil
    ) throws {
        var missing = Faults()
        let model = try draft ?? Self.model(request, store, &missing)
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
        selection = request.selection
        modelIdentifier = model.identifier
        priority = request.priority
        self.initialVersion = initialVersion
        fork = request.fork
        let isFork = request.fork != nil
        self.inlineData = inlineData
        let defined = try networks.model(
            of: model,
            state: Self.state(of: model, initialVersion, options, store, isFork: isFork)
        )
        let table = request.inlineTable(for: defined)
        if case .inline = source, table == nil, request.selection.needsColumns {
            let detail =
                "x and y have no columns; \"inputs\", \"targets\", \"window\" and the like go with \"dataset\", or with records"
            throw FaultyInput(Fault(pointer: "/data", detail: detail))
        }
        if table != nil, request.validation != nil {
            let detail = "goes with x and y; of records, \"validation\" holds back a share"
            throw FaultyInput(Fault(pointer: "/validation_data", detail: detail))
        }
        if let table { dataset = try inlineData.keepTable(table) }
        if let dataset, dataset.form == .columns || request.selection.needsColumns || defined.front != nil {
            do {
                let found = try Self.columns(request, model, defined, dataset, options, networks, store)
                (self.model, self.options) = (found.prepared.model, found.options)
                notes =
                    try source.notes + found.prepared.task.notes
                    + store.optimizerNotes(of: model.name, initialVersion, found.options.optimizer, isFork: isFork)
                (rows, keptBytes, count) = (found.rows, found.prepared.cacheBytes, found.count)
                tests = !found.prepared.task.test.starts.isEmpty
                optionsText = request.stored(found.options, selection).jsonText
                self.dataset = dataset
                return
            } catch {
                inlineData.removeIfUnused(dataset.name)
                guard table != nil, let fault = error as? FaultyInput else { throw error }
                throw fault.ofInlineData
            }
        }
        self.model = defined
        let network = defined.network
        keptBytes = 0
        try Self.checkOutputNames(options, network)
        if case .inline(let data) = source {
            dataset = try inlineData.keep(data, validation: request.validation, for: network, &options)
        }
        guard let dataset else { preconditionFailure("a request without data has a fault") }
        notes =
            try source.notes + (request.validation.map { RoundedIntegers(in: $0).notes } ?? [])
            + store.optimizerNotes(of: model.name, initialVersion, options.optimizer, isFork: isFork)
        self.dataset = dataset
        tests = dataset.testRows > 0
        do {
            try memory?.takeNow(DatasetFile.bytesPerRow * (dataset.rows + dataset.testRows))
            try Self.checkLabels(of: dataset, network, store.labels(of: model.name, version: initialVersion))
            rows = try Self.checkedRows(&options, network, dataset, request, store)
            count = rows.rows
            self.options = options
            optionsText = request.stored(options, selection).jsonText
        } catch {
            inlineData.removeIfUnused(dataset.name)
            throw error
        }
    }

    /// The job to be stored.
    var newJob: NewJob {
        NewJob(
            model: network.definition.name,
            dataset: dataset.name,
            initialVersion: initialVersion?.number,
            request: optionsText,
            progress: QueuedProgress(options, rows: count, gap: rows.gap, epoch: fork?.epoch ?? 0).jsonText,
            priority: priority,
            modelIdentifier: modelIdentifier,
            beginning: fork.map(JobBeginning.fork) ?? initialVersion?.kept.map(JobBeginning.weights)
        )
    }

    /// Removes inline data, where no job will come of it.
    func discard() { inlineData.removeIfUnused(dataset.name) }

    /// About how many bytes of memory the training takes, told without running it.
    ///
    /// - Parameters:
    ///   - threads: How many take part.
    ///   - prices: What is known of requests like it.
    /// - Returns: The bytes.
    /// - Throws: What keeps the network from being compiled.
    func expectedBytes(threads: Int, _ prices: TrainingPrices) throws -> Int {
        let key = TrainingPrices.Key(
            model: modelIdentifier,
            options: optionsText,
            dataset: dataset,
            ownRows: count
        )
        return try prices.price(of: key) {
            try keptBytes
                + TrainingEstimate.expectedBytes(
                    network: network,
                    options: options.trial(rows: rows.rows, of: count),
                    data: rows,
                    testRows: dataset.testRows,
                    threads: threads
                )
        }
    }

    /// Times a few steps of the training, on weights that are thrown away.
    func estimate(threads: Int) throws -> TrainingEstimate {
        try TrainingEstimate(
            network: network,
            options: options.trial(rows: rows.rows, of: count),
            data: rows,
            testRows: dataset.testRows,
            threads: threads
        )
        .scaled(by: Double(count) / Double(max(rows.rows, 1)))
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
            let known = try store.models.names()
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

    /// The version to start from; an alias stands for the same version from here on.
    private static func initialVersion(
        _ request: TrainingRequest,
        of model: StoredModel?,
        _ store: Store,
        _ missing: inout Faults
    ) throws -> VersionName? {
        guard let model, let reference = request.initialVersion else { return nil }
        do {
            let name = try store.version(of: reference, model: model.name)
            return name == .initial ? name : try store.versions.find(model: model.name, name).name
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
        do {
            // Data that came inline has no name for clients.
            if request.fork != nil || !InlineData.isReserved(name) { return try store.datasets.find(name) }
        } catch {
            guard case .notFound = error else { throw Self.fault(in: request, from: error) }
        }
        let known = try store.datasets.names().filter { !InlineData.isReserved($0) }
        missing.add("/dataset", Suggestion.unknown("dataset", name, known: known))
        return nil
    }

    private static func open(
        _ dataset: StoredDataset,
        of request: TrainingRequest,
        in store: Store
    ) throws -> DatasetFile {
        do throws(StoreError) {
            return try store.datasets.open(dataset.name, found: dataset)
        } catch {
            throw fault(in: request, from: error)
        }
    }

    /// An error of a dataset as what is wrong with the request that names it: its client can upload a damaged one again.
    private static func fault(in request: TrainingRequest, from error: StoreError) -> any Error {
        guard case .corrupt(let message) = error, case .dataset = request.source else { return error }
        return FaultyInput(Fault(pointer: "/dataset", detail: message))
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

    /// Refuses data whose classes are others than those of the version that the training goes on from.
    private static func checkLabels(of dataset: StoredDataset, _ network: Network, _ known: ClassLabels?) throws {
        guard let known, let found = try RowLayout(dataset).labels else { return }
        guard let conflict = known.conflict(with: found, outputs: network.outputs.map(\.name)) else { return }
        throw FaultyInput(Fault(pointer: "/initial_version", detail: conflict))
    }

    /// The rows of a dataset, from which the network can learn as the options say.
    private static func checkedRows(
        _ options: inout TrainingOptions,
        _ network: Network,
        _ dataset: StoredDataset,
        _ request: TrainingRequest,
        _ store: Store
    ) throws -> any TrainingData {
        guard let source = request.source else { preconditionFailure("a request without data has a fault") }
        let layout = try RowLayout(dataset)
        let file = try open(dataset, of: request, in: store)
        var data: any TrainingData = try StoredRows(file, .train, layout: layout, options: options, network: network)
        if let fold = request.selection.fold, let rows = data as? StoredRows {
            if dataset.kind == ImportedDataset.Kind.series.rawValue { throw ValidationChoice.Fold.windowFault }
            let folded = try FoldedRows(rows, file, fold: fold, seed: options.seed)
            (data, options) = (folded, folded.settled(options))
        }
        var faults = Faults()
        do {
            try options.check(network, on: data)
        } catch {
            // What doesn't fit is told with what the targets look like.
            let looks = try TargetCheck.looks(file, layout)
            // Which rows validate doesn't matter to that.
            let seen = try StoredRows(file, .train, layout: layout, options: options, network: network, looks: looks)
            do {
                try options.check(network, on: seen)
            } catch {
                // The engine knows no names for the data, so what it says of the data has no pointer.
                for fault in error.faults {
                    faults.add(fault.pointer.isEmpty ? source.pointer : fault.pointer, fault.detail)
                }
            }
        }
        try faults.check()
        let rules = try options.targetRules(of: network, for: data)
        let place = RowPlace(request: request, options: options, rows: file.rows)
        try TargetCheck.run(file, layout, rules) { target, part, row, problem in
            let name = layout.targetNames?[target]
            faults.add(place.fault(in: "y", name, part, row, problem))
            return faults.list.count < Faults.limit
        }
        try InputCheck.run(file, layout, network.indexRules) { found in
            let name = network.inputs[found.rule.input].name
            faults.add(
                place.fault(
                    in: "x",
                    name,
                    found.part,
                    found.row,
                    numberAt: found.place,
                    shape: layout.inputShapes[found.rule.input].extents
                ) { text in found.rule.problem(with: text ?? "\(found.number)") }
            )
            return faults.list.count < Faults.limit
        }
        try faults.check()
        return data
    }
}

extension FaultyInput {
    /// The same of data that came inside the request rather than as a dataset.
    fileprivate var ofInlineData: FaultyInput {
        var faults = Faults()
        for fault in self.faults { faults.add(fault.pointer == "/dataset" ? "/data" : fault.pointer, fault.detail) }
        do throws(FaultyInput) { try faults.check() } catch { return error }
        return self
    }
}
