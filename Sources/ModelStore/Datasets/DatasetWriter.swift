import Foundation

/// What a dataset consists of, known at the latest when all values have been appended.
public struct DatasetDescription: Sendable {
    /// The kind, such as `table`, `images` or `series`.
    public var kind: String
    /// The extents of one input, without the batch.
    public var inputShape: [Int]
    /// The extents of one target; empty for one number.
    public var targetShape: [Int]
    /// What the targets are, as a JSON object.
    public var target: String
    /// The names of the columns as a JSON array.
    public var columns: String?
    /// How rows are set aside for testing.
    public var split: DatasetSplit
    /// What is known of typed columns, as a JSON text; nil for nothing.
    public var schema: String?

    /// Describes a dataset.
    public init(
        kind: String,
        inputShape: [Int],
        targetShape: [Int],
        target: String,
        columns: String? = nil,
        split: DatasetSplit,
        schema: String? = nil
    ) {
        self.kind = kind
        self.inputShape = inputShape
        self.targetShape = targetShape
        self.target = target
        self.columns = columns
        self.split = split
        self.schema = schema
    }
}

/// Takes a dataset in as a stream of values; nothing of it exists until `finish` returns.
///
/// Inputs and targets, for training and for testing, are four streams that may come in any order and in pieces of any
/// size. A writer that is let go without `finish`, or whose process dies, leaves no dataset behind. One owner at a
/// time; calls block on the disk.
public final class DatasetWriter {
    private let table: DatasetTable
    private let name: String
    private let isBuiltIn: Bool
    private let token: String
    private let inputs: StagingFile
    private let testInputs: StagingFile
    private let targets: StagingFile
    private let testTargets: StagingFile
    private var isFinished = false

    init(table: DatasetTable, name: String, isBuiltIn: Bool) throws(StoreError) {
        self.table = table
        self.name = name
        self.isBuiltIn = isBuiltIn
        token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let stem = table.storage.folder.dataset(token)
        let folder = table.storage.folder
        inputs = try folder.newFile(stem + ".part")
        do throws(StoreError) {
            testInputs = try folder.newFile(stem + ".part-x-test", isNameless: true)
            targets = try folder.newFile(stem + ".part-y", isNameless: true)
            testTargets = try folder.newFile(stem + ".part-y-test", isNameless: true)
            try inputs.append([UInt8](repeating: 0, count: DatasetLayout.headerBytes))
        } catch {
            unlink(inputs.path)
            throw error
        }
    }

    deinit {
        if !isFinished { unlink(inputs.path) }
    }

    /// Appends input values in row-major order.
    public func appendInputs(_ values: UnsafeBufferPointer<Float>, to part: DatasetPart = .train) throws(StoreError) {
        try (part == .train ? inputs : testInputs).append(UnsafeRawBufferPointer(values))
    }

    /// Appends input values in row-major order.
    public func appendInputs(_ values: [Float], to part: DatasetPart = .train) throws(StoreError) {
        try values.withUnsafeBufferPointer { (values) throws(StoreError) in try appendInputs(values, to: part) }
    }

    /// Appends target values in row-major order.
    public func appendTargets(_ values: UnsafeBufferPointer<Float>, to part: DatasetPart = .train) throws(StoreError) {
        try (part == .train ? targets : testTargets).append(UnsafeRawBufferPointer(values))
    }

    /// Appends target values in row-major order.
    public func appendTargets(_ values: [Float], to part: DatasetPart = .train) throws(StoreError) {
        try values.withUnsafeBufferPointer { (values) throws(StoreError) in try appendTargets(values, to: part) }
    }

    /// Replaces every target appended so far, say once all class names are known and can be numbered in order.
    public func mapTargets(_ transform: (Float) -> Float) throws(StoreError) {
        for file in [targets, testTargets] {
            try file.rewritePieces { piece in
                for index in piece.bindMemory(to: Float.self).indices {
                    let values = piece.assumingMemoryBound(to: Float.self)
                    values[index] = transform(values[index])
                }
            }
        }
    }

    /// How many rows would be for training and for testing if the dataset were put in place now.
    ///
    /// Throws `.invalid` as `finish` does.
    public func parts(_ description: DatasetDescription) throws(StoreError) -> (rows: Int, testRows: Int) {
        let (layout, _, _) = try plan(description)
        return (layout.rows, layout.testRows)
    }

    /// Puts the dataset in place, on the disk and in the table, replacing one of the same name.
    ///
    /// Throws `.invalid` where the counts of values do not fit the shapes or there is no row, `.conflict` where the
    /// name belongs to a built-in dataset or to one that an unfinished job uses, `.full` where the disk is full.
    ///
    /// - Parameters:
    ///   - description: What it is.
    ///   - check: Told what has the name, nil where nothing has, it says why that may not be replaced; nothing changes
    ///     between that and the replacement.
    /// - Returns: The dataset as it is stored.
    /// - Throws: What `check` gives, besides.
    public func finish(
        _ description: DatasetDescription,
        if check: @escaping (StoredDataset?) -> StoreError? = { _ in nil }
    ) throws(StoreError) -> StoredDataset {
        precondition(!isFinished, "a dataset writer finishes once")
        let (layout, order, leftOut) = try plan(description)
        try leave(out: leftOut, layout)
        try inputs.append(contentsOf: testInputs)
        try inputs.append(contentsOf: targets)
        try inputs.append(contentsOf: testTargets)
        try order.withUnsafeBufferPointer { (order) throws(StoreError) in
            try inputs.append(UnsafeRawBufferPointer(order))
        }
        try inputs.flush()
        try inputs.write(layout.header, at: 0)
        let hasher = SHA256()
        try inputs.forEachPiece { (piece) throws(StoreError) in
            hasher.update(UnsafeRawBufferPointer(piece))
        }
        try inputs.synchronize()
        let stored = try table.place(
            inputs.path,
            as: token + ".bin",
            name: name,
            description: description,
            content: DatasetTable.Content(
                form: .rows,
                rows: layout.rows,
                testRows: layout.testRows,
                bytes: layout.fileBytes,
                sha256: hasher.hexadecimal
            ),
            isBuiltIn: isBuiltIn,
            if: check
        )
        isFinished = true
        return stored
    }

    /// Checks the counts of values against the shapes, and sets rows aside.
    private func plan(
        _ description: DatasetDescription
    ) throws(StoreError) -> (DatasetLayout, order: [UInt32], leftOut: Range<Int>) {
        let inputVolume = try volume(description.inputShape, of: "input")
        let targetVolume = try volume(description.targetShape, of: "target")
        let header = DatasetLayout.headerBytes
        let train = try records((inputs.count - header) / 4, inputVolume, targets.count / 4, targetVolume, "training")
        let test = try records(testInputs.count / 4, inputVolume, testTargets.count / 4, targetVolume, "test")
        guard train > 0 else { throw .invalid("dataset \"\(name)\": it has no row to train on") }
        guard train + test <= Int(UInt32.max) else {
            throw .invalid("dataset \"\(name)\": \(train + test) rows, at most \(UInt32.max) are allowed")
        }
        if test > 0, description.split != .given {
            throw .invalid("dataset \"\(name)\": test_split and test rows of its own exclude each other")
        }
        let (order, testRows, leftOut) = try description.split.order(train: train, test: test)
        let layout = DatasetLayout(
            rows: order.count - testRows,
            testRows: testRows,
            inputVolume: inputVolume,
            targetVolume: targetVolume
        )
        guard let layout else { throw .invalid("dataset \"\(name)\": it is too large") }
        return (layout, order, leftOut)
    }

    /// Takes records that are in neither part out of the files.
    private func leave(out records: Range<Int>, _ layout: DatasetLayout) throws(StoreError) {
        guard !records.isEmpty else { return }
        func bytes(_ volume: Int, _ begin: Int) -> Range<Int> {
            begin + 4 * volume * records.lowerBound..<begin + 4 * volume * records.upperBound
        }
        try inputs.remove(bytes(layout.inputVolume, DatasetLayout.headerBytes))
        try targets.remove(bytes(layout.targetVolume, 0))
    }

    private func volume(_ shape: [Int], of what: String) throws(StoreError) -> Int {
        guard let bytes = StoredTensor.byteCount(of: shape), bytes > 0 else {
            throw .invalid("dataset \"\(name)\": \(what) shape \(shape): expected extents of 1 or more")
        }
        return bytes / 4
    }

    private func records(
        _ inputs: Int,
        _ inputVolume: Int,
        _ targets: Int,
        _ targetVolume: Int,
        _ part: String
    ) throws(StoreError) -> Int {
        guard inputs.isMultiple(of: inputVolume), targets.isMultiple(of: targetVolume),
            inputs / inputVolume == targets / targetVolume
        else {
            throw .invalid(
                "dataset \"\(name)\": \(inputs) \(part) input values in rows of \(inputVolume) and \(targets) target "
                    + "values in rows of \(targetVolume) do not make the same number of whole rows"
            )
        }
        return inputs / inputVolume
    }
}
