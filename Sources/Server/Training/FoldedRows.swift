import JSON
import ModelStore
import NN

/// The rows of a dataset of numbers, those of one fold at the end, where they validate.
struct FoldedRows: TrainingData {
    let rows: Int
    let sizes: RowSizes?
    /// How many rows are in the fold.
    let validationRows: Int

    /// Which row of the dataset each row is.
    let order: [Int]

    private let base: StoredRows

    /// Rows with those of a fold behind the others.
    ///
    /// - Parameters:
    ///   - base: The rows.
    ///   - file: Where they are.
    ///   - fold: The fold.
    ///   - seed: The job's seed, which draws it.
    /// - Throws: `FaultyInput` where rows can't be in folds, `StoreError` for rows that can't be read.
    init(_ base: StoredRows, _ file: DatasetFile, fold: ValidationChoice.Fold, seed: Int) throws {
        guard base.gap == 0 else { throw ValidationChoice.Fold.windowFault }
        try fold.check(rows: base.rows)
        let kinds = fold.method == .stratified ? try Self.kinds(of: file) : nil
        let isHeld = FoldDraw(fold: fold, seed: seed).members(rows: base.rows, kinds: kinds)
        let held = isHeld.indices.filter { isHeld[$0] }
        self.base = base
        order = isHeld.indices.filter { !isHeld[$0] } + held
        (rows, validationRows) = (base.rows, held.count)
        sizes = base.sizes.map { [order] sizes in
            RowSizes(order.lazy.map { sizes.kinds[Int(sizes.ofRow[$0])] })
        }
    }

    /// The options with the rows of the fold as those that validate.
    func settled(_ options: TrainingOptions) -> TrainingOptions {
        var settled = options
        (settled.validationRows, settled.validationSplit) = (validationRows, 0)
        return settled
    }

    /// Numbers that are the same where all of a row's targets are.
    private static func kinds(of file: DatasetFile) throws -> [Int] {
        var known: [[UInt32]: Int] = [:]
        return try (0..<file.rows).map { row in
            let targets = try file.targets(of: .train, row: row).map(\.bitPattern)
            let kind = known[targets] ?? known.count
            known[targets] = kind
            return kind
        }
    }

    var inputShape: Shape { base.inputShape }
    var target: TargetDescription { base.target }
    var inputShapes: [Shape] { base.inputShapes }
    var targets: [TargetDescription] { base.targets }
    var isWeighted: Bool { base.isWeighted }
    var weightShape: Shape { base.weightShape }
    var classWords: [[String]?] { base.classWords }
    var heldBytes: Int { base.heldBytes + order.count * MemoryLayout<Int>.stride }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try placed(indices) { try base.gather($0, inputs: inputs, targets: targets) }
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        draw: UInt64,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try placed(indices) { try base.gather($0, draw: draw, inputs: inputs, targets: targets) }
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try placed(indices) {
            try base.gather($0, as: size, masking: sequences, draw: draw, inputs: inputs, targets: targets)
        }
    }

    func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) throws {
        try placed(indices) { try base.gatherWeights($0, weights: weights) }
    }

    /// Hands on the numbers that rows have in the dataset.
    private func placed(
        _ indices: UnsafeBufferPointer<Int>,
        _ body: (UnsafeBufferPointer<Int>) throws -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(of: Int.self, capacity: indices.count) { memory in
            for (place, index) in indices.enumerated() { memory.initializeElement(at: place, to: order[index]) }
            try body(UnsafeBufferPointer(memory))
        }
    }
}

extension ValidationChoice.Fold {
    /// Refuses more folds than there are rows.
    func check(rows: Int) throws(FaultyInput) {
        guard rows < folds else { return }
        let detail = "\(rows) rows to train on can't be in \(folds) folds"
        throw FaultyInput(Fault(pointer: "/validation/folds", detail: detail))
    }

    /// Tells that windows of a series can't be in folds.
    static var windowFault: FaultyInput {
        let detail =
            "folds are of rows that share nothing, and windows of a series share records; hold back the last ones by "
            + "{\"split\", \"by\": \"time\"}"
        return FaultyInput(Fault(pointer: "/validation", detail: detail))
    }
}
