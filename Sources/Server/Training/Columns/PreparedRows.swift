import Features
import ModelStore
import NN

/// Rows that a network learns from, read from typed columns and prepared by the model's front.
struct PreparedRows: TrainingData {
    let rows: Int
    let inputShapes: [Shape]
    let targets: [TargetDescription]
    let isWeighted: Bool
    let classWords: [[String]?]
    let sizes: RowSizes?

    private let source: any ColumnSource
    private let sequence: RowSequence
    private let bindings: [ColumnBinding]
    private let columnTargets: [ColumnTarget]
    private let weights: SampleWeights?
    /// How the tokens of a text are parted, and how many classes the model tells apart; nil where none are.
    private let tokens: (shift: TokenShift, classes: Int)?
    private let front: FrontGraph?
    private let cache: FrontCache?
    private let networkRow: NetworkRow
    private let indexRules: [IndexRule]
    /// How many of the rows are trained on, among which a layer that joins rows finds others.
    private let trainedRows: Int

    /// Rows of a source.
    ///
    /// - Parameters:
    ///   - task: What the rows are made of.
    ///   - sequence: Which rows.
    ///   - front: The front with what it has learned; nil where the network takes the columns' numbers themselves.
    ///   - network: The network.
    ///   - options: How it learns.
    ///   - cache: Where prepared rows are kept; nil for nowhere.
    ///   - inputs: The shapes of each row's inputs, where rows differ in size; nil where they don't.
    init(
        _ task: ColumnTask,
        _ sequence: RowSequence,
        front: FrontGraph?,
        network: Network,
        options: TrainingOptions,
        cache: FrontCache?,
        inputs: [[Shape]]? = nil
    ) {
        source = task.source
        self.sequence = sequence
        (bindings, columnTargets, weights) = (task.bindings, task.targets, task.weights)
        (self.front, self.cache) = (front, cache)
        let classes = options.learnedOutputs(of: network).first?.shape.last
        tokens = task.tokens.map { ($0, classes ?? .max) }
        rows = sequence.starts.count
        trainedRows = options.trainingRows(of: rows)
        let stored = columnTargets.map(\.stored)
        sizes = inputs.map { inputs in
            RowSizes(inputs.lazy.map { RowSizes.Kind(inputs: $0, targets: stored.map(\.shape)) })
        }
        let shapes = sizes?.greatest.inputs ?? network.inputs.map(\.shape)
        inputShapes = shapes
        indexRules = network.indexRules
        networkRow = NetworkRow(shapes, network.indexRules)
        isWeighted = weights != nil
        classWords = stored.map(\.labels)
        // What a target is to a loss is asked of the results of the largest rows.
        let network =
            network.sized.flatMap { try? $0.network(for: BatchSize(inputs: shapes, isPadded: false)) } ?? network
        let described = options.targets(of: network) { place, loss, output in
            let target = stored.indices.contains(place) ? stored[place] : stored[0]
            let look = task.looks.indices.contains(place) ? task.looks[place] : .unknown
            return target.description(for: loss, output: output.shape, look: look)
        }
        targets =
            described.count == stored.count ? described : stored.map { TargetDescription.values(shape: $0.shape) }
    }

    var weightShape: Shape { weights?.shape ?? [] }

    var inputShape: Shape {
        inputShapes.count == 1 ? inputShapes[0] : [inputShapes.reduce(0) { $0 + $1.volume }]
    }

    var target: TargetDescription {
        targets.count == 1 ? targets[0] : .values(shape: [targets.reduce(0) { $0 + $1.shape.volume }])
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try gather(indices, drawing: nil, targets: targets, writing: writer(to: inputs))
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        draw: UInt64,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try gather(indices, drawing: draw, targets: targets, writing: writer(to: inputs))
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        let padded = PaddedRow(size, masking: sequences, indexRules)
        try gather(indices, drawing: draw, targets: targets) { place, values throws(FrontError) in
            try padded.write(values, to: inputs + place * padded.width)
        }
    }

    /// What writes the values of a row's inputs as the network takes them.
    private func writer(
        to inputs: UnsafeMutablePointer<Float>
    ) -> (Int, [FrontValue]) throws(FrontError) -> Void {
        if sizes != nil {
            let padded = PaddedRow(BatchSize(inputs: inputShapes, isPadded: false), masking: [], indexRules)
            return { place, values throws(FrontError) in
                try padded.write(values, to: inputs + place * padded.width)
            }
        }
        let width = networkRow.width
        return { place, values throws(FrontError) in
            try networkRow.write(values, to: inputs + place * width)
        }
    }

    private func gather(
        _ indices: UnsafeBufferPointer<Int>,
        drawing draw: UInt64?,
        targets: UnsafeMutablePointer<Float>,
        writing write: (Int, [FrontValue]) throws(FrontError) -> Void
    ) throws {
        try gatherTargets(indices, to: targets)
        guard let front else {
            return try readValues(of: Array(indices), write)
        }
        if let draw, front.mixingLayer != nil { return try gatherJoined(indices, draw, front, targets, write) }
        func finish(_ place: Int, _ prepared: [FrontValue]) throws(FrontError) {
            var results = try front.finish(prepared, draw: draw.map { FrontDraw(seed: $0, row: indices[place]) })
            if let tokens {
                try tokens.shift.part(&results, to: targets + place * tokens.shift.steps, classes: tokens.classes)
            }
            try write(place, results)
        }
        var missing: [Int] = []
        for (place, row) in indices.enumerated() {
            guard let kept = cache?[key(row)] else {
                missing.append(place)
                continue
            }
            do throws(FrontError) { try finish(place, kept) } catch { throw fault(of: row, error) }
        }
        try readValues(of: missing.map { indices[$0] }) { number, values throws(FrontError) in
            let prepared = try front.prepare(values)
            cache?.keep(prepared, for: key(indices[missing[number]]))
            try finish(missing[number], prepared)
        }
    }

    /// Gathers rows each of which is joined with another that is trained on.
    private func gatherJoined(
        _ indices: UnsafeBufferPointer<Int>,
        _ draw: UInt64,
        _ front: FrontGraph,
        _ targets: UnsafeMutablePointer<Float>,
        _ write: (Int, [FrontValue]) throws(FrontError) -> Void
    ) throws {
        let draws = indices.map { FrontDraw(seed: draw, row: $0) }
        let partners = draws.map { front.partner(of: $0, among: trainedRows) ?? 0 }
        let width = columnTargets.reduce(0) { $0 + $1.width }
        let others = try [Float](unsafeUninitializedCapacity: partners.count * width) { room, initialized in
            room.update(repeating: 0)
            if let base = room.baseAddress { try partners.withUnsafeBufferPointer { try gatherTargets($0, to: base) } }
            initialized = room.count
        }
        let prepared = try prepared(Array(indices) + partners, by: front)
        for (place, row) in indices.enumerated() {
            do throws(FrontError) {
                let partner = (prepared[indices.count + place], FrontDraw(seed: draw, row: partners[place]))
                let (results, weight) = try front.finish((prepared[place], draws[place]), joinedWith: partner)
                for number in place * width..<(place + 1) * width {
                    targets[number] = weight * targets[number] + (1 - weight) * others[number]
                }
                try write(place, results)
            } catch { throw fault(of: row, error) }
        }
    }

    /// Rows as the front has prepared them, now or before.
    private func prepared(_ rows: [Int], by front: FrontGraph) throws -> [[FrontValue]] {
        var prepared = rows.map { cache?[key($0)] }
        let missing = rows.indices.filter { prepared[$0] == nil }
        try readValues(of: missing.map { rows[$0] }) { number, values throws(FrontError) in
            let found = try front.prepare(values)
            cache?.keep(found, for: key(rows[missing[number]]))
            prepared[missing[number]] = found
        }
        return prepared.compactMap(\.self)
    }

    private func fault(of row: Int, _ error: FrontError) -> RowFault {
        RowFault(record: Int(sequence.inputRecords(of: row).first ?? 0), detail: error.description)
    }

    private func key(_ row: Int) -> Int { Int(sequence.starts[row]) }

    func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights numbers: UnsafeMutablePointer<Float>) throws {
        guard let weights else { return }
        let records = indices.map { sequence.targetRecords(of: $0)[0] }
        let cells = ColumnCells(try source.values(column: weights.column, records: records))
        weights.write(cells, rows: indices.count, to: numbers)
    }

    /// The values of a row's inputs, as front layers take them.
    func inputValues(of row: Int) throws -> [FrontValue] {
        var found: [FrontValue] = []
        try readValues(of: [row]) { _, values throws(FrontError) in found = values }
        return found
    }

    /// The shapes of each row's inputs, as the front gives them; what is prepared on the way is kept.
    ///
    /// - Parameter check: Called between rows; what it throws ends the measuring.
    /// - Returns: For each row a shape for each input.
    /// - Throws: `RowFault` for a row that can't be prepared, or what `check` throws.
    func measured(_ check: () throws -> Void) throws -> [[Shape]] {
        var shapes: [[Shape]] = []
        shapes.reserveCapacity(rows)
        for row in 0..<rows {
            try check()
            var targets = [Float](repeating: 0, count: self.targets.reduce(0) { $0 + $1.shape.volume })
            try targets.withUnsafeMutableBufferPointer { targets in
                try [row].withUnsafeBufferPointer { row in
                    guard let base = targets.baseAddress else { return }
                    try gather(row, drawing: nil, targets: base) { _, values in
                        shapes.append(values.withoutEmptySteps.map { Shape($0.shape.isEmpty ? [1] : $0.shape) })
                    }
                }
            }
        }
        return shapes
    }

    /// Whether the front gives the targets.
    var partsTokens: Bool { tokens != nil }

    /// About how many bytes of memory a row takes that a front has prepared.
    ///
    /// - Throws: `RowFault` for a row that can't be prepared.
    func preparedBytes(of row: Int, by front: FrontGraph) throws -> Int {
        var bytes = 0
        try readValues(of: [row]) { _, values throws(FrontError) in
            bytes = FrontCache.bytes(of: try front.prepare(values))
        }
        return bytes
    }

    /// What a row's targets are.
    var storedTargets: [StoredTarget] { columnTargets.map(\.stored) }

    /// The record of the dataset from which a row's target comes.
    func record(of row: Int) -> Int { sequence.targetRecords(of: row)[0] }

    /// Prepares the first rows and throws them away.
    ///
    /// - Throws: `RowFault` for a row that can't be prepared.
    func tryOut(_ count: Int) throws {
        let rows = Array(0..<min(count, self.rows))
        let width = targets.reduce(0) { $0 + $1.shape.volume }
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: max(rows.count * (inputShape.volume + width), 1)) {
            memory in
            // An allocation of one number or more has an address.
            guard let base = memory.baseAddress else { return }
            try rows.withUnsafeBufferPointer { rows in
                try gather(rows, inputs: base, targets: base + rows.count * inputShape.volume)
            }
        }
    }

    /// The numbers of a row's targets.
    func targetNumbers(of row: Int) throws -> [Float] {
        var numbers = [Float](repeating: 0, count: columnTargets.reduce(0) { $0 + $1.width })
        try numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            try [row].withUnsafeBufferPointer { try gatherTargets($0, to: base) }
        }
        return numbers
    }

    private func gatherTargets(_ indices: UnsafeBufferPointer<Int>, to targets: UnsafeMutablePointer<Float>) throws {
        let width = columnTargets.reduce(0) { $0 + $1.width }
        let records = indices.flatMap { sequence.targetRecords(of: $0) }
        let each = sequence.targetOffsets.count
        var begin = 0
        for target in columnTargets {
            let cells = try target.columns.map { ColumnCells(try source.values(column: $0, records: records)) }
            for place in 0..<indices.count {
                target.write(cells, from: place * each, to: targets + place * width + begin)
            }
            begin += target.width
        }
    }

    private func readValues(of rows: [Int], _ body: (Int, [FrontValue]) throws(FrontError) -> Void) throws {
        guard !rows.isEmpty else { return }
        let records = rows.flatMap { sequence.inputRecords(of: $0).map(Int.init) }
        let cells = try bindings.map { binding in
            try binding.columns.map { ColumnCells(try source.values(column: $0, records: records)) }
        }
        for place in rows.indices {
            do throws(FrontError) {
                var values: [FrontValue] = []
                values.reserveCapacity(bindings.count)
                for (binding, cells) in zip(bindings, cells) {
                    values.append(try binding.value(cells, from: place * sequence.steps))
                }
                try body(place, values)
            } catch {
                throw fault(of: rows[place], error)
            }
        }
    }
}

/// What is wrong with a record of a dataset.
struct RowFault: Error, CustomStringConvertible {
    /// The record, from 0 in the dataset's order.
    let record: Int
    /// A sentence for the client.
    let detail: String

    var description: String { "row \(record) of the dataset: \(detail)" }
}
