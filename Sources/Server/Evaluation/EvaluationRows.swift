import JSON
import ModelStore
import NN

/// The rows of a dataset that are evaluated, and how: the same that a job would train, validate or test on.
struct EvaluationRows {
    /// The rows.
    let rows: EvaluatedRows
    /// How they are judged.
    let options: TrainingOptions
    /// How many rows the training of the version had, where they are of this dataset; nil where that isn't known.
    let trainedRows: Int?
    /// The words of the data's classes.
    let labels: ClassLabels?
    /// What the client should know of how rows were chosen.
    let notes: [String]

    /// What is looked for.
    struct Request {
        let model: DefinedModel
        let dataset: StoredDataset
        let part: EvaluationPart
        /// Whether the version was trained on this dataset, so that its parts are those of its job.
        let isOwn: Bool
        /// The words of the version's classes.
        let labels: ClassLabels?
        /// The version; 0 for the initial weights, which have learned no classes.
        let version: VersionName
    }

    /// Finds the rows.
    ///
    /// - Parameters:
    ///   - request: What is looked for.
    ///   - options: How they are judged, and how the version's job chose its rows.
    ///   - selection: Which columns are inputs and targets.
    ///   - store: Where the dataset is.
    /// - Throws: `FaultyInput` where the part has no rows, or the data doesn't fit; `RowFault`, `StoreError`.
    init(_ request: Request, _ options: TrainingOptions, _ selection: ColumnSelection, _ store: Store) throws {
        var (options, selection) = (options, selection)
        if !request.isOwn || request.part == .all {
            (options.validationSplit, options.validationRows, selection.validation) = (0, 0, nil)
        }
        // Rows of another dataset are not of this one.
        if case .dataset = selection.validation { selection.validation = nil }
        let isOfColumns =
            request.dataset.form == .columns || selection.needsColumns || request.model.front != nil
        self =
            try isOfColumns
            ? EvaluationRows(columnsOf: request, options, selection, store)
            : EvaluationRows(numbersOf: request, options, selection.fold, store)
    }

    private init(
        columnsOf request: Request,
        _ options: TrainingOptions,
        _ selection: ColumnSelection,
        _ store: Store
    ) throws {
        guard let columns = try DatasetColumns(request.dataset, in: store) else {
            let detail =
                "\"\(request.dataset.name)\" has rows of numbers without names, not columns; upload it again as a table"
            throw FaultyInput(Fault(pointer: "/dataset", detail: detail))
        }
        var selection = selection
        if let name = selection.sampleWeight, !columns.source.columns.contains(where: { $0.name == name }) {
            selection.sampleWeight = nil
        }
        let purpose = RowChoice.Purpose.evaluation(isWhole: request.part == .all)
        let task = try ColumnTask(
            selection,
            columns,
            model: request.model,
            options: options,
            purpose: purpose
        ) { request.labels?.words(of: $0) }
        try TrainingPlan.refuseHoles(task, columns, request.model)
        let settled = task.settled(options)
        let starts = task.training.starts
        let first = settled.firstValidationRow(of: starts.count)
        let chosen: [EvaluationPart: [UInt32]] = [
            .train: Array(starts[..<first]), .validation: Array(starts[first...]), .test: task.test.starts,
            .all: (starts + task.test.starts).sorted(),
        ]
        let own = chosen[request.part] ?? []
        try Self.requireRows(own.count, request, chosen.mapValues(\.count))
        func prepared(_ shapes: [[Shape]]?) -> PreparedRows {
            PreparedRows(
                task,
                task.training.with(starts: own),
                front: request.model.front,
                network: request.model.network,
                options: settled,
                cache: nil,
                inputs: shapes
            )
        }
        let shapes = try request.model.network.sized.map { _ in try prepared(nil).measured {} }
        let prepared = prepared(shapes)
        // One-hot rows are numbered as the version's already.
        let classes = zip(try Self.classes(request, options, of: task.labels), task.targets)
            .map { $1.isOneHot ? nil : $0 }
        rows = EvaluatedRows(
            [EvaluatedRows.Piece(data: prepared, range: 0..<own.count)],
            classes: classes
        ) { prepared.record(of: $0) }
        (self.options, labels) = (settled, task.labels)
        trainedRows = request.isOwn ? settled.trainingRows(of: starts.count) : nil
        var notes = task.notes
        if !columns.namesParts, request.part == .train || request.part == .test {
            notes.append(
                "the dataset names no parts; those are meant that a job with the seed \(options.seed) trains and tests on"
            )
        }
        self.notes = notes
    }

    private init(
        numbersOf request: Request,
        _ options: TrainingOptions,
        _ fold: ValidationChoice.Fold?,
        _ store: Store
    ) throws {
        let layout = try RowLayout(request.dataset)
        let network = request.model.network
        let file: DatasetFile
        do throws(StoreError) {
            file = try store.datasets.open(request.dataset.name, found: request.dataset)
        } catch {
            guard case .corrupt(let message) = error else { throw error }
            throw FaultyInput(Fault(pointer: "/dataset", detail: message))
        }
        func stored(_ part: DatasetPart) throws -> StoredRows {
            try StoredRows(file, part, layout: layout, options: options, network: network)
        }
        let (plain, test) = (try stored(.train), try stored(.test))
        let folded = try fold.map { try FoldedRows(plain, file, fold: $0, seed: options.seed) }
        let training: any TrainingData = folded ?? plain
        let first = options.firstValidationRow(of: training.rows)
        let trained = options.trainingRows(of: training.rows, gap: training.gap)
        let pieces: [EvaluationPart: [EvaluatedRows.Piece]] = [
            .train: [EvaluatedRows.Piece(data: training, range: 0..<trained)],
            .validation: [EvaluatedRows.Piece(data: training, range: first..<training.rows)],
            .test: [EvaluatedRows.Piece(data: test, range: 0..<test.rows)],
            .all: [
                EvaluatedRows.Piece(data: training, range: 0..<training.rows),
                EvaluatedRows.Piece(data: test, range: 0..<test.rows),
            ].filter { !$0.range.isEmpty },
        ]
        let counts = pieces.mapValues { $0.reduce(0) { $0 + $1.range.count } }
        let own = pieces[request.part] ?? []
        try Self.requireRows(counts[request.part] ?? 0, request, counts)
        var faults = Faults()
        try InputCheck.run(file, layout, network.indexRules) { found in
            faults.add(
                "/dataset",
                "\(found.part.rawValue) row \(found.row): \(found.rule.problem(with: "\(found.number)"))"
            )
            return faults.list.count < Faults.limit
        }
        try faults.check()
        let begin: Int =
            switch request.part {
            case .train, .all: 0
            case .validation: first
            case .test: file.rows
            }
        rows = EvaluatedRows(own, classes: try Self.classes(request, options, of: layout.labels)) { row in
            Int(file.order[begin < file.rows ? folded?.order[begin + row] ?? begin + row : begin + row])
        }
        (self.options, labels, notes) = (options, layout.labels, [])
        trainedRows = request.isOwn ? trained : nil
    }

    /// Refuses a part without rows, and tells which have some.
    private static func requireRows(_ count: Int, _ request: Request, _ counts: [EvaluationPart: Int]) throws {
        guard count == 0 else { return }
        let others = EvaluationPart.allCases.filter { (counts[$0] ?? 0) > 0 }
            .map { "\"\($0.rawValue)\" (\(counts[$0] ?? 0) rows)" }
        let known = others.isEmpty ? "it has none at all" : "there are \(others.joined(separator: ", "))"
        throw FaultyInput(
            Fault(
                pointer: "/part",
                detail:
                    "the dataset \"\(request.dataset.name)\" has no rows in the part \"\(request.part.rawValue)\"; \(known)"
            )
        )
    }

    /// How the classes of each output's targets become the version's, whose words may be others.
    private static func classes(
        _ request: Request,
        _ options: TrainingOptions,
        of data: ClassLabels?
    ) throws(FaultyInput) -> [EvaluatedRows.Classes?] {
        var classes: [EvaluatedRows.Classes?] = []
        for output in options.learnedOutputs(of: request.model.network) {
            guard let known = request.labels?.words(of: output.name), let words = data?.words(of: output.name),
                known != words
            else {
                if let words = data?.words(of: output.name), request.version != .initial,
                    request.labels?.words(of: output.name) == nil
                {
                    throw FaultyInput(
                        Fault(
                            pointer: "/dataset",
                            detail:
                                "the targets of \"\(output.name)\" are words, as \"\(words.first ?? "")\", and version "
                                + "\(request.version) has learned classes by number; give numbers from 0"
                        )
                    )
                }
                classes.append(nil)
                continue
            }
            classes.append(EvaluatedRows.Classes(words: words, known: known))
        }
        return classes
    }
}
