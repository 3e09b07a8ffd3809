import JSON
import ModelStore
import NN

/// An evaluation that can be carried out: version, rows and losses were found and fit together.
struct EvaluationPlan: Sendable {
    /// What is evaluated.
    let subject: EvaluatedVersion
    /// About how many bytes of memory it takes.
    let bytes: Int

    private let network: Network
    private let options: TrainingOptions
    private let rows: EvaluatedRows
    private let batchSize: Int
    /// The words of the classes.
    private let labels: ClassLabels?
    private let notes: [String]
    private let place: FaultPlace
    private let store: Store
    /// Where the weights are.
    private let source: VersionName

    /// The most rows of an evaluation that is answered at once, the most floating-point operations that these may take, and
    /// the most numbers that they may be answered by, such as one a class.
    static let greatestRows = 100_000
    static let greatestOperations = 20_000_000_000
    static let greatestNumbers = 20_000_000

    /// Finds the rows and checks that they fit.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - name: The version.
    ///   - shown: What the version is called, where it is a job's own copy.
    ///   - dataset: Where the rows are.
    ///   - wish: Which rows, and how they are judged.
    ///   - store: Where everything is.
    ///   - networks: The networks of the models.
    ///   - threads: How many threads will take part.
    /// - Throws: `FaultyInput` with what doesn't fit, by its pointer in the request.
    init(
        _ model: StoredModel,
        version name: VersionName,
        shownAs shown: VersionName? = nil,
        on dataset: StoredDataset,
        _ wish: EvaluationWish,
        store: Store,
        networks: NetworkCache,
        threads: Int
    ) throws {
        let version = name == .initial ? nil : try store.versions.find(model: model.name, name)
        let called = shown ?? name
        source = name
        let defined = try networks.model(of: model, state: version?.front)
        try defined.requireLearned(version: called)
        place = FaultPlace(isInline: InlineData.isReserved(dataset.name), wish: wish)
        let hasColumns = !place.isInline || dataset.form == .columns
        let judged = try EvaluationOptions(wish, version: version, model: defined, hasColumns: hasColumns)
        let labels = try store.labels(of: model.name, version: name)
        let request = EvaluationRows.Request(
            model: defined,
            dataset: dataset,
            part: place.isInline ? .all : wish.part ?? .standard,
            isOwn: version?.datasetFingerprint == dataset.sha256,
            labels: labels,
            version: called
        )
        let found = try place.telling { try EvaluationRows(request, judged.options, judged.selection, store) }
        (network, options, rows) = (defined.network, found.options, found.rows)
        notes = found.notes
        batchSize = min(found.options.batchSize, max(found.trainedRows ?? .max, 1))
        self.labels = labels ?? found.labels
        self.store = store
        subject = EvaluatedVersion(
            model: model.name,
            identity: VersionIdentity(model: model.identifier, name: called),
            dataset: place.isInline ? nil : dataset.name,
            part: place.isInline ? nil : request.part
        )
        // Read as bytes, unpacked, and laid out.
        let weights = 3 * network.parameterCount * MemoryLayout<Float>.stride
        bytes =
            try weights
            + place.telling { [network, options, rows, batchSize] in
                try ScoredRows.expectedBytes(
                    network: network,
                    options: options,
                    data: rows,
                    batchSize: batchSize,
                    threads: threads
                )
            }
    }

    /// Whether it takes so long that it is better a job.
    var isLarge: Bool {
        func exceeds(_ limit: Int, _ each: Int) -> Bool {
            let (all, overflows) = rows.rows.multipliedReportingOverflow(by: each)
            return overflows || all > limit
        }
        let numbers = network.outputs.reduce(0) { $0 + $1.shape.volume }
        return exceeds(Self.greatestRows, 1) || exceeds(Self.greatestOperations, network.operations)
            || exceeds(Self.greatestNumbers, numbers)
    }

    /// How many batches there are.
    var steps: Int { (rows.rows + batchSize - 1) / batchSize }

    /// Carries it out in the calling thread and others beside it.
    ///
    /// - Parameters:
    ///   - threads: How many.
    ///   - proceeds: Called between batches with the number of those that are done; false ends the work.
    /// - Returns: What was found; nil where `proceeds` ended it.
    /// - Throws: `FaultyInput` for a row that can't be taken, `StoreError`.
    func run(threads: Int, proceeds: (Int) -> Bool = { _ in true }) throws -> EvaluationDocument? {
        let weights = try ModelWeights.load(network, version: source, from: store)
        let scored = try place.telling {
            try ScoredRows.scored(
                by: network,
                weights: weights,
                options: options,
                data: rows,
                batchSize: batchSize,
                threads: threads
            ) { done in proceeds(done / batchSize) }
        }
        guard let scored else { return nil }
        let outputs = scored.outputs.map { output in
            EvaluatedOutput(output, words: labels?.words(of: output.name), number: rows.number)
        }
        return EvaluationDocument(
            subject: subject,
            rows: scored.rows,
            measurements: scored.measurements,
            outputs: outputs,
            notes: notes
        )
    }
}

/// What was evaluated, and on what.
struct EvaluatedVersion: Sendable {
    let model: String
    let identity: VersionIdentity
    /// The dataset; nil for rows that came with the request.
    let dataset: String?
    /// The part of it; nil for rows that came with the request.
    let part: EvaluationPart?
}

/// Where in a request what is wrong stands: what it doesn't say itself is of its data.
struct FaultPlace: Sendable {
    /// Whether the rows came with the request.
    let isInline: Bool
    /// Members that the request has.
    private let given: [String]

    init(isInline: Bool, wish: EvaluationWish) {
        self.isInline = isInline
        given = (wish.loss == nil ? [] : ["/loss"]) + (wish.metrics == nil ? [] : ["/metrics"]) + ["/part", "/model"]
    }

    /// Tells what goes wrong in `body` by its place in the request.
    func telling<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
        let data = isInline ? "/data" : "/dataset"
        do {
            return try body()
        } catch let faulty as FaultyInput {
            var faults = Faults()
            for fault in faulty.faults {
                let isGiven = given.contains { fault.pointer == $0 || fault.pointer.hasPrefix($0 + "/") }
                faults.add(isGiven ? fault.pointer : data, fault.detail)
            }
            try faults.check()
            throw faulty
        } catch let fault as RowFault {
            throw FaultyInput(Fault(pointer: data, detail: fault.description))
        } catch let error as TrainingError {
            throw FaultyInput(Fault(pointer: data, detail: error.description))
        }
    }
}
