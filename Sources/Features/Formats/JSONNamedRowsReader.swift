public import JSON

/// What the rows of several inputs or targets are, each under its name, in the order in which they lie in a row.
public struct NamedRows: Sendable, Equatable {
    /// An input's name and the extents of one.
    public struct Input: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The extents of one input, without the batch.
        public let shape: [Int]

        /// An input of a name.
        public init(name: String, shape: [Int]) {
            self.name = name
            self.shape = shape
        }
    }

    /// An output's name and what its targets are.
    public struct Target: Sendable, Equatable {
        /// The name.
        public let name: String
        /// What the targets are.
        public let summary: TargetSummary

        /// Targets of a name.
        public init(name: String, summary: TargetSummary) {
            self.name = name
            self.summary = summary
        }
    }

    /// The inputs.
    public let inputs: [Input]
    /// The targets.
    public let targets: [Target]
    /// The extents of what stands behind a row's targets: how much the row counts, `[]`, or each of its steps; nil where
    /// nothing does.
    public let weightShape: [Int]?
    /// How many rows there are.
    public let rows: Int
    /// How many of them, the last ones, came as a validation set.
    public let validationRows: Int

    /// The numbers of a row of inputs.
    public var inputVolume: Int { inputs.reduce(0) { $0 + $1.shape.reduce(1, *) } }
    /// The numbers of a row of targets, its weight included.
    public var targetVolume: Int {
        targets.reduce(0) { $0 + $1.summary.shape.reduce(1, *) } + (weightShape?.reduce(1, *) ?? 0)
    }
}

extension NamedRows: JSONWritable {
    /// Writes what a dataset keeps of its rows: `{"kind": "named", "inputs": […], "targets": […], "weighted", "weight_shape"?}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("kind", "named")
            json.key("inputs")
            json.array { json in
                for input in inputs {
                    json.object { json in
                        json.field("name", input.name)
                        json.field("shape", input.shape)
                    }
                }
            }
            json.key("targets")
            json.array { json in
                for target in targets {
                    json.object { json in
                        json.field("name", target.name)
                        json.field("target", target.summary)
                    }
                }
            }
            json.field("weighted", weightShape != nil)
            if let weightShape, !weightShape.isEmpty { json.field("weight_shape", weightShape) }
        }
    }
}

/// Reads `{"x": …, "y": …, "sample_weight"?}` for a model whose inputs and outputs have names.
///
/// `x` is an object with the rows of each input, or the rows themselves where there is one input; `y` likewise. The
/// rows go to the store side by side: those of every input in the order of the names, then those of every target.
public struct JSONNamedRowsReader {
    private let inputNames: [String]
    private let targetNames: [String]
    private let maximumBytes: Int

    /// A reader for a model's inputs and for those of its outputs that have targets, in the model's order.
    public init(inputs: [String], targets: [String], maximumBytes: Int = ImportOptions().maximumBytes) {
        precondition(!inputs.isEmpty && !targets.isEmpty, "rows have inputs and targets")
        inputNames = inputs
        targetNames = targets
        self.maximumBytes = maximumBytes
    }

    /// Passes on the rows, after all of them have been checked.
    ///
    /// - Parameters:
    ///   - value: The object of `x`, `y` and perhaps `sample_weight`.
    ///   - validation: Another one, whose rows follow; nil for none.
    ///   - sink: Takes the rows.
    /// - Returns: What they are.
    /// - Throws: `DatasetFormatError.fields` with every fault at its whole pointer, or what the sink throws.
    public func read(_ value: JSONValue, validation: JSONValue? = nil, into sink: some RowSink) throws -> NamedRows {
        var faults = Faults()
        var found = targetNames.map { _ in JSONTargets(wanted: nil) }
        var part = self.part(of: value, &found, &faults)
        let count = part.inputs.first?.shape[0] ?? 0
        if let validation {
            let other = self.part(of: validation, &found, &faults)
            if faults.isEmpty { part.append(other, &faults) }
        }
        do throws(FaultyInput) { try faults.check() } catch { throw DatasetFormatError.fields(error) }
        var summaries: [TargetSummary] = []
        for (place, found) in found.enumerated() {
            guard let words = found.words else {
                summaries.append(found.scan.summary(shape: part.targets[place].rowShape))
                continue
            }
            let classes = words.classes.map { Float($0) }
            part.targets[place].values = part.targets[place].values.map { classes[Int($0)] }
            let labels = words.labels
            summaries.append(.classes(labels.count, labels: labels))
        }
        let rows = NamedRows(
            inputs: part.inputs.map { column in NamedRows.Input(name: column.name, shape: column.rowShape) },
            targets: zip(part.targets, summaries).map { column, summary in
                NamedRows.Target(name: column.name, summary: summary)
            },
            weightShape: part.weights?.rowShape,
            rows: part.count,
            validationRows: part.count - count
        )
        let (perRow, tooWide) = rows.inputVolume.addingReportingOverflow(rows.targetVolume)
        let (volume, tooMany) = perRow.multipliedReportingOverflow(by: rows.rows)
        guard !tooWide, !tooMany, volume <= maximumBytes / 4 else {
            throw DatasetFormatError.tooLarge("the values take more than \(maximumBytes) bytes as floats, the limit")
        }
        try sink.appendInputs(Self.sideBySide(part.inputs), to: .train)
        try sink.appendTargets(Self.sideBySide(part.targets + (part.weights.map { [$0] } ?? [])), to: .train)
        return rows
    }

    /// Reads an object of rows, with words as the numbers of their appearance.
    private func part(of value: JSONValue, _ found: inout [JSONTargets], _ faults: inout Faults) -> Part {
        let (x, y, weights) = faults.read(value) { reader -> (JSONValue?, JSONValue?, Column?) in
            let (x, y) = (reader.value("x"), reader.value("y"))
            let weights = reader.optionalValue("sample_weight")
            return (x, y, weights.flatMap { Self.weights($0, &reader.faults) })
        }
        var part = Part(weights: weights)
        for member in x.map({ Self.parts(of: $0, inputNames, "input", &faults) }) ?? [] {
            guard let tensor = JSONRows.tensor(member.value, &faults) else { continue }
            part.inputs.append(Column(member, shape: tensor.shape, values: tensor.values))
        }
        for member in y.map({ Self.parts(of: $0, targetNames, "output", &faults) }) ?? [] {
            guard let place = targetNames.firstIndex(of: member.name),
                let tensor = found[place].read(member.value, &faults)
            else { continue }
            part.targets.append(Column(member, shape: tensor.shape, values: tensor.values))
        }
        Self.checkCounts(part.inputs, part.targets, weights, at: value, &faults)
        return part
    }

    /// The columns of one object of rows.
    private struct Part {
        var inputs: [Column] = []
        var targets: [Column] = []
        var weights: Column?

        init(weights: Column?) { self.weights = weights }

        /// How many rows there are.
        var count: Int { inputs.first?.shape[0] ?? 0 }

        /// Appends the rows of another part; where only one of the two has weights, the other's rows weigh 1.
        mutating func append(_ other: Part, _ faults: inout Faults) {
            if let shape = (weights ?? other.weights)?.rowShape {
                var own = weights ?? Column(ones: count, shape: shape)
                own.append(other.weights ?? Column(ones: other.count, shape: shape), &faults)
                weights = own
            }
            for place in inputs.indices { inputs[place].append(other.inputs[place], &faults) }
            for place in targets.indices { targets[place].append(other.targets[place], &faults) }
        }
    }

    /// The values of one part of the rows.
    private struct Column {
        let name: String
        var shape: [Int]
        var values: [Float]
        let pointer: String

        /// Appends the rows of a column that must have rows of the same extents.
        mutating func append(_ other: Column, _ faults: inout Faults) {
            guard other.rowShape == rowShape else {
                return faults.add(
                    other.pointer,
                    "expected rows of the shape \(rowShape), as in \(pointer), found \(other.rowShape)"
                )
            }
            shape[0] += other.shape[0]
            values += other.values
        }

        /// The extents of one row.
        var rowShape: [Int] { Array(shape.dropFirst()) }

        init(_ part: (name: String, value: JSONValue), shape: [Int], values: [Float]) {
            (name, pointer) = (part.name, part.value.pointer)
            (self.shape, self.values) = (shape, values)
        }

        /// Rows of ones.
        init(ones count: Int, shape: [Int]) {
            (name, pointer) = ("", "")
            self.shape = [count] + shape
            values = [Float](repeating: 1, count: self.shape.reduce(1, *))
        }
    }

    /// The arrays under each of the names, which may all be there once.
    private static func parts(
        of value: JSONValue,
        _ names: [String],
        _ kind: String,
        _ faults: inout Faults
    ) -> [(name: String, value: JSONValue)] {
        guard value.kind == .object else {
            if names.count == 1 { return [(names[0], value)] }
            let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
            faults.add(value.mismatch("an object with the rows of each \(kind): \(listed)"))
            return []
        }
        for member in value.members where !names.contains(member.key) {
            faults.add(member.value.pointer, Suggestion.unknown(kind, member.key, known: names))
        }
        return names.compactMap { name in
            if let part = value[name] { return (name, part) }
            faults.add(value.pointer, "the \(kind) \"\(name)\" is missing")
            return nil
        }
    }

    private static func weights(_ value: JSONValue, _ faults: inout Faults) -> Column? {
        guard let (shape, values) = JSONRows.tensor(value, &faults) else { return nil }
        if let place = values.firstIndex(where: { $0 < 0 }), let number = value.number(at: place, shape: shape) {
            faults.add(number.mismatch("a number of at least 0"))
        }
        return Column(("", value), shape: shape, values: values)
    }

    private static func checkCounts(
        _ inputs: [Column],
        _ targets: [Column],
        _ weights: Column?,
        at value: JSONValue,
        _ faults: inout Faults
    ) {
        guard let first = inputs.first else { return }
        for column in inputs.dropFirst() + targets where column.shape[0] != first.shape[0] {
            faults.add(
                column.pointer,
                "expected \(first.shape[0]) rows, as many as in \(first.pointer), found \(column.shape[0])"
            )
        }
        if let weights, weights.shape[0] != first.shape[0] {
            faults.add(
                "\(value.pointer)/sample_weight",
                "expected \(first.shape[0]) numbers, as many as rows in \(first.pointer), found \(weights.shape[0])"
            )
        }
    }

    /// The rows of all columns, each row's one after the other.
    private static func sideBySide(_ columns: [Column]) -> [Float] {
        guard columns.count > 1 else { return columns[0].values }
        let count = columns[0].shape[0]
        let widths = columns.map { $0.values.count / max(count, 1) }
        var values: [Float] = []
        values.reserveCapacity(count * widths.reduce(0, +))
        for row in 0..<count {
            for (column, width) in zip(columns, widths) { values += column.values[row * width..<(row + 1) * width] }
        }
        return values
    }
}
