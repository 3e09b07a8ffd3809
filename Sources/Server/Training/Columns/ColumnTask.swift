import Features
import JSON
import ModelStore
import NN

/// What a job learns from typed columns: which columns feed which input and output, and which rows there are.
struct ColumnTask: Sendable {
    /// Where the columns are.
    let source: any ColumnSource
    /// The columns of each of the model's inputs.
    let bindings: [ColumnBinding]
    /// The columns of each output that is learned.
    let targets: [ColumnTarget]
    /// What each target looks like, for messages.
    let looks: [TargetLook]
    /// How much rows or their steps count; nil where all count alike.
    let weights: SampleWeights?
    /// How the tokens of a text are parted into inputs and targets; nil where targets come from columns alone.
    let tokens: TokenShift?
    /// The rows to learn from, those that validate at the end.
    let training: RowSequence
    /// How many of them validate.
    let validationRows: Int
    /// The rows to test on; none where there are none.
    let test: RowSequence
    /// What the client should know of how rows were chosen.
    let notes: [String]

    /// The names of the outputs that are learned.
    private let outputs: [String]

    /// The words of the classes, where targets are words.
    var labels: ClassLabels? {
        let words = zip(outputs, targets).compactMap { output, target in target.stored.labels.map { (output, $0) } }
        guard outputs.count > 1 else { return words.first.map { ClassLabels($0.1) } }
        return words.isEmpty ? nil : ClassLabels(byOutput: Dictionary(uniqueKeysWithValues: words))
    }

    /// Finds the columns and makes the rows.
    ///
    /// - Parameters:
    ///   - selection: What the request says, and where it doesn't, the model's own defaults.
    ///   - columns: The dataset's columns, with what is known of them.
    ///   - model: What learns.
    ///   - options: How.
    ///   - purpose: What the rows are for.
    ///   - words: The words of an output's classes as the model has learned them; nil where it hasn't.
    /// - Throws: `FaultyInput` with what doesn't fit, by its pointer in the request.
    init(
        _ selection: ColumnSelection,
        _ columns: DatasetColumns,
        model: DefinedModel,
        options: TrainingOptions,
        purpose: RowChoice.Purpose = .training,
        words: (String) -> [String]? = { _ in nil }
    ) throws {
        var faults = Faults()
        var columns = columns
        var selection = selection
        if selection.window == nil { selection.window = columns.window }
        if selection.isShifted, let steps = selection.window?.steps {
            // The records of the window itself, each one step later.
            selection.window?.horizons = Array(2 - steps...1)
        }
        let learned = options.learnedOutputs(of: model.network).map(\.name)
        let names = ColumnNames(columns)
        let targetColumns = names.targets(selection, outputs: learned, &faults)
        let inputs = model.front?.inputs ?? model.network.inputs.map { RawInput($0) }
        let inputColumns = names.inputs(selection, inputs: inputs, but: targetColumns.flatMap { $0 }, &faults)
        let weightColumn = selection.sampleWeight.flatMap { names.place(of: $0, at: "/sample_weight", &faults) }
        try faults.check()
        if selection.isShifted, targetColumns.count == 1, targetColumns[0].count == 1, inputColumns == targetColumns {
            columns = try columns.pieced(targetColumns[0][0], for: model.front)
        }
        let source = columns.source
        let steps = selection.window?.steps
        var bindings = zip(inputs, inputColumns).map { ColumnBinding(input: $0, columns: $1, steps: steps) }
        let isShifted = selection.isShifted && steps == nil
        let tokens = isShifted ? TokenShift(targetColumns, bindings, model.front, source) : nil
        let shift = isShifted && tokens == nil ? SequenceShift(targetColumns, source, &faults) : nil
        try faults.check()
        shift?.shorten(&bindings, source)
        for binding in bindings { binding.check(columns, &faults) }
        let used = bindings.flatMap(\.columns) + targetColumns.flatMap { $0 } + (weightColumn.map { [$0] } ?? [])
        let whole = (source as? TextPieces)?.base ?? source
        (whole as? JoinedColumns)?.check(used, &faults)
        try faults.check()
        (self.bindings, self.tokens) = (bindings, tokens)
        weights = try weightColumn.map { try SampleWeights($0, of: source, shiftedSteps: shift?.steps) }
        self.source = source
        outputs = learned
        var finder = TargetFinder(source: source, horizons: selection.window?.horizons)
        finder.isSequence = selection.isShifted && steps != nil
        let mixing = model.front?.mixingLayer
        let results = options.learnedOutputs(of: model.network)
        targets = try zip(zip(targetColumns, results), options.losses(of: model.network)).map { [finder] target, loss in
            let (columns, output) = target
            if loss.alignsLabels, columns.count == 1, [.text, .category].contains(source.columns[columns[0]].kind) {
                return try finder.characters(of: columns[0])
            }
            if let tokens { return tokens.target(of: columns[0]) }
            let target = try finder.target(of: columns)
            if let mixing {
                return try target.mixable(by: mixing, loss, output: output.shape, words: words(output.name))
            }
            return shift == nil ? target : target.withoutFirstStep(source.columns[columns[0]].shape)
        }
        let rows = try RowChoice(
            selection,
            columns,
            targets: targetColumns.flatMap { $0 },
            options: options,
            purpose: purpose
        )
        (training, validationRows, test) = (rows.training, rows.validationRows, rows.test)
        let isPast = selection.isShifted || selection.window != nil
        notes = rows.notes + Self.doubts(of: columns, bindings, targets, mayLearnItself: isPast)
        looks = try targets.map { [training] target in
            let records = training.starts.indices.prefix(1000).flatMap { training.targetRecords(of: $0) }
            return try finder.look(of: target, records: records)
        }
    }

    /// What is learned all the same, and what the client may not have meant.
    private static func doubts(
        of columns: DatasetColumns,
        _ bindings: [ColumnBinding],
        _ targets: [ColumnTarget],
        mayLearnItself: Bool
    ) -> [String] {
        let source = columns.source
        var doubts: [String] = []
        let inputs = Set(bindings.flatMap(\.columns))
        for column in inputs.sorted() where columns.isEmpty(column) {
            doubts.append("the column \"\(source.columns[column].name)\" has no value in any row, and tells nothing")
        }
        for target in targets {
            let names = target.columns.map { "\"\(source.columns[$0].name)\"" }.joined(separator: ", ")
            if let words = target.stored.labels, words.count == 1 {
                doubts.append(
                    "the column \(names) has one class, \"\(words[0])\", in all rows; there is none to tell it from"
                )
            }
            if !mayLearnItself, target.stored.shape.volume == 1, target.columns.contains(where: inputs.contains) {
                doubts.append(
                    "the column \(names) is among the inputs and the targets, so the model is told the answer"
                )
            }
        }
        return doubts
    }

    /// The options with the rows that validate, as the engine takes them.
    func settled(_ options: TrainingOptions) -> TrainingOptions {
        guard validationRows > 0 else { return options }
        var settled = options
        (settled.validationRows, settled.validationSplit) = (validationRows, 0)
        return settled
    }
}

extension RawInput {
    /// An input of a network without a front, as one that takes numbers.
    init(_ input: NetworkInput) {
        self.init(name: input.name, kind: .float32, shape: input.openShape.extents)
    }
}

extension ColumnBinding {
    /// Tells columns that an input can't take.
    func check(_ dataset: DatasetColumns, _ faults: inout Faults) {
        let source = dataset.source
        for column in columns {
            let found = source.columns[column]
            let takes: [StoredColumnKind] =
                switch input.kind {
                case .float32: [.number, .integer, .boolean, .date, .array]
                case .int32: [.integer, .boolean, .number, .array]
                case .string: [.category, .text, .integer, .boolean, .number, .date]
                case .image: [.image]
                case .audio: [.sound]
                }
            guard !takes.contains(found.kind) else { continue }
            guard !dataset.isEmpty(column) else {
                let detail = "the column \"\(found.name)\" has no value in any row; leave it out of \"inputs\""
                faults.add("/inputs", detail)
                continue
            }
            var advice = ""
            if input.kind == .float32, found.kind == .category || found.kind == .text {
                advice =
                    "; give the model an input of dtype \"string\" with a StringLookup or TextVectorization behind it, or leave "
                    + "the column out of \"inputs\""
            }
            let kinds = input.kind.rawValue
            faults.add(
                "/inputs",
                "the column \"\(found.name)\" holds \(found.kind.words), and the input \"\(input.name)\" takes \(kinds)\(advice)"
            )
        }
        if (input.kind == .image || input.kind == .audio) && (columns.count != 1 || steps != nil) {
            faults.add("/inputs", "the input \"\(input.name)\" takes one column of files, found \(columns.count)")
        }
        guard let volume = input.type.volume, input.kind != .image, input.kind != .audio else { return }
        let width = columns.reduce(0) { $0 + max(source.columns[$1].shape.reduce(1, *), 1) - lastStep }
        guard volume != width * (steps ?? 1) else { return }
        let names = columns.map { "\"\(source.columns[$0].name)\"" }.joined(separator: ", ")
        let given = steps.map { "\($0) steps of \(width)" } ?? "\(width)"
        faults.add(
            "/inputs",
            "the input \"\(input.name)\" takes \(volume) values a row, and the columns \(names) give \(given)"
        )
    }
}

extension StoredColumnKind {
    /// What the values are, in words.
    var words: String {
        switch self {
        case .number: "numbers"
        case .integer: "whole numbers"
        case .boolean: "true and false"
        case .category: "words"
        case .text: "texts"
        case .date: "dates"
        case .array: "arrays"
        case .image: "pictures"
        case .sound: "recordings"
        }
    }
}
