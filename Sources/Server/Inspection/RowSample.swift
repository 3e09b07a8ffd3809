import JSON
import ModelStore
import NN

/// A row of a stored dataset as a network takes it.
struct RowSample: Sendable {
    /// The inputs.
    let instances: InstanceRows
    /// The targets; nil where the dataset has none for this model.
    let target: RowTarget?

    /// Losses that are tried where none is known, to learn what a row's target is.
    private static let losses = [
        "sparse_categorical_crossentropy", "binary_crossentropy", "categorical_crossentropy", "mse",
    ]

    /// Finds a row.
    ///
    /// - Parameters:
    ///   - reference: Which row.
    ///   - model: The version.
    ///   - store: Where everything is.
    ///   - networks: The networks of the models.
    /// - Throws: `MissingReferences` for a dataset or a row that isn't there, `FaultyInput` where it doesn't fit the model.
    init(_ reference: RowReference, for model: ServedModel, store: Store, networks: NetworkCache) throws {
        let dataset: StoredDataset
        do {
            guard !InlineData.isReserved(reference.dataset) else { throw StoreError.notFound("") }
            dataset = try store.datasets.find(reference.dataset)
        } catch StoreError.notFound {
            let known = try store.datasets.names().filter { !InlineData.isReserved($0) }
            throw Self.missing("dataset", Suggestion.unknown("dataset", reference.dataset, known: known))
        }
        let version = model.version == .initial ? nil : try store.versions.find(model: model.name, model.version)
        let defined = try networks.model(of: store.models.find(model.name), state: version?.front)
        var problem: (any Error)?
        for loss in [nil] + Self.losses.map(Optional.some) {
            do {
                let found = try Self.rows(of: dataset, reference, loss, defined, version, model, store)
                self = try RowSample(found.rows, found.options, reference, of: defined.network)
                return
            } catch let error as FaultyInput {
                problem = problem ?? error
            } catch let error as TrainingError {
                problem = problem ?? error
            }
        }
        guard let faulty = problem as? FaultyInput else {
            throw FaultyInput(Fault(pointer: "/row", detail: problem.map { "\($0)" } ?? "the row can't be read"))
        }
        var faults = Faults()
        for fault in faulty.faults { faults.add("/row", fault.detail) }
        try faults.check()
        throw faulty
    }

    private static func rows(
        of dataset: StoredDataset,
        _ reference: RowReference,
        _ loss: String?,
        _ defined: DefinedModel,
        _ version: ModelVersion?,
        _ model: ServedModel,
        _ store: Store
    ) throws -> (rows: EvaluatedRows, options: TrainingOptions) {
        let part = EvaluationPart(rawValue: reference.part.rawValue) ?? .train
        let wish = EvaluationWish(
            part: part,
            loss: try loss.map { try JSONDocument(parsing: $0.jsonText).root },
            metrics: try JSONDocument(parsing: "[]").root
        )
        let judged = try EvaluationOptions(wish, version: version, model: defined, hasColumns: true)
        // The parts as the dataset names them, not as the version's training divided them further.
        let request = EvaluationRows.Request(
            model: defined,
            dataset: dataset,
            part: part,
            isOwn: false,
            labels: model.labels,
            version: model.version
        )
        do {
            return (try EvaluationRows(request, judged.options, judged.selection, store).rows, judged.options)
        } catch let fault as RowFault {
            throw FaultyInput(Fault(pointer: "/row", detail: fault.description))
        }
    }

    private init(
        _ rows: EvaluatedRows,
        _ options: TrainingOptions,
        _ reference: RowReference,
        of network: Network
    ) throws {
        guard reference.index < rows.rows else {
            throw Self.missing(
                "index",
                "the part \"\(reference.part.rawValue)\" of \"\(reference.dataset)\" has the rows 0 to \(rows.rows - 1), "
                    + "found \(reference.index)"
            )
        }
        let kind = rows.sizes.map { $0.kinds[Int($0.ofRow[reference.index])] }
        let inputShapes = kind?.inputs ?? network.inputs.map(\.shape)
        let targetShapes = kind?.targets ?? rows.targets.map(\.shape)
        var inputs = [Float](repeating: 0, count: inputShapes.reduce(0) { $0 + $1.volume })
        var targets = [Float](repeating: 0, count: targetShapes.reduce(0) { $0 + $1.volume })
        try inputs.withUnsafeMutableBufferPointer { inputs in
            try targets.withUnsafeMutableBufferPointer { targets in
                guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else { return }
                try [reference.index].withUnsafeBufferPointer { index in
                    guard let kind else { return try rows.gather(index, inputs: inputs, targets: targets) }
                    let size = BatchSize(inputs: kind.inputs, targets: kind.targets, isPadded: false)
                    try rows.gather(index, as: size, masking: [], draw: nil, inputs: inputs, targets: targets)
                }
            }
        }
        instances = InstanceRows(rows: 1, values: inputs, notes: [], shapes: kind.map { [$0.inputs] })
        var parts: [(output: String, description: TargetDescription, numbers: [Float], words: [String]?)] = []
        var begin = 0
        for (place, output) in options.learnedOutputs(of: network).enumerated() where place < targetShapes.count {
            let end = begin + targetShapes[place].volume
            let description = rows.targets[place].sized(targetShapes[place])
            parts.append((output.name, description, Array(targets[begin..<end]), rows.classWords[place]))
            begin = end
        }
        target = RowTarget(parts: parts)
    }

    private static func missing(_ member: String, _ detail: String) -> MissingReferences {
        var faults = Faults()
        faults.add("/row/\(member)", detail)
        return MissingReferences(faults: faults)
    }
}

extension TargetDescription {
    /// The same for a row of another size.
    fileprivate func sized(_ shape: Shape) -> TargetDescription {
        switch self {
        case .labels(let classes, _): .labels(classes: classes, shape: shape)
        case .values(_, let look): .values(shape: shape, look: look)
        }
    }
}
