/// The rows that a network learns from or is tested on.
///
/// Any number of threads may gather at the same time, so a conforming type reads memory that doesn't change.
public protocol TrainingData: Sendable {
    /// How many rows there are.
    var rows: Int { get }

    /// The shape of one row's input, without the batch; `[n]` where a row has several inputs.
    var inputShape: Shape { get }

    /// What one row's target is; the numbers of all where a row has several.
    var target: TargetDescription { get }

    /// The shapes of a row's inputs, in the order of the network's; a row holds them one after the other.
    var inputShapes: [Shape] { get }

    /// What a row's targets are, in the order of the outputs with a loss; a row holds them one after the other.
    var targets: [TargetDescription] { get }

    /// Whether rows count differently in the loss.
    var isWeighted: Bool { get }

    /// The steps of a row that have a weight each; `[]` where a row has one.
    var weightShape: Shape { get }

    /// The words of each target's classes, where the data has words.
    var classWords: [[String]?] { get }

    /// How many rows before any row share numbers of their targets with it, so that they are left out between those that
    /// are learned from and those that validate: windows of a series that reach further than one record ahead.
    var gap: Int { get }

    /// The bytes of memory that the data takes by itself while it is trained on.
    var heldBytes: Int { get }

    /// The sizes of the rows where they differ, the shapes above then being the greatest extents; nil where all are alike.
    var sizes: RowSizes? { get }

    /// Copies how much rows count in the loss, in the order given, one number each or one a step (Keras's
    /// `sample_weight`).
    ///
    /// Only called where `isWeighted`.
    func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) throws

    /// Copies rows, one after the other, in the order given.
    ///
    /// - Parameters:
    ///   - indices: The rows, each in `0..<rows`.
    ///   - inputs: Where the inputs go, `indices.count` times the volume of `inputShape`.
    ///   - targets: Where the targets go, `indices.count` times the volume of the target's shape.
    /// - Throws: What kept the rows from being read; the training run ends with it.
    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws

    /// Copies rows that are trained on, as `gather(_:inputs:targets:)` does; what is random about their preparation
    /// follows from `draw`, which is another one for every step, and from each row's number.
    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        draw: UInt64,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws

    /// Copies rows of unequal size, each filled up with zeros to the size of its batch; only called where there are
    /// `sizes`.
    ///
    /// - Parameters:
    ///   - indices: The rows, each in `0..<rows`.
    ///   - size: The size, no extent of which is smaller than a row's.
    ///   - sequences: The inputs for each of which a row has, behind its inputs, a 1 for every step that it has itself and
    ///     a 0 for every other.
    ///   - draw: As in `gather(_:draw:inputs:targets:)`; nil for rows that aren't trained on.
    ///   - inputs: Where the inputs go.
    ///   - targets: Where the targets go.
    /// - Throws: What kept the rows from being read; the training run ends with it.
    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws
}

extension TrainingData {
    /// Copies how much the steps of rows count that may have fewer of them than the largest.
    ///
    /// - Parameters:
    ///   - indices: The rows.
    ///   - steps: The steps of a row, no extent greater than that of `weightShape`.
    ///   - weights: Where the weights go.
    /// - Throws: What kept the rows from being read.
    func gatherWeights(
        _ indices: UnsafeBufferPointer<Int>,
        of steps: Shape,
        weights: UnsafeMutablePointer<Float>
    ) throws {
        guard steps != weightShape else { return try gatherWeights(indices, weights: weights) }
        let (part, volume) = (RowCopy(of: steps, in: weightShape), weightShape.volume)
        let all = FloatBuffer(count: indices.count * volume)
        try gatherWeights(indices, weights: all.pointer)
        for place in indices.indices {
            part.takeOut(all.pointer + place * volume, to: weights + place * steps.volume)
        }
    }

    /// All alike.
    public var sizes: RowSizes? { nil }

    /// One input.
    public var inputShapes: [Shape] { [inputShape] }

    /// One target.
    public var targets: [TargetDescription] { [target] }

    /// All rows count the same.
    public var isWeighted: Bool { false }

    /// A row has one weight.
    public var weightShape: Shape { [] }

    /// Classes are numbers.
    public var classWords: [[String]?] { targets.map { _ in nil } }

    /// Rows share nothing.
    public var gap: Int { 0 }

    /// Nothing is random.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        draw: UInt64,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try gather(indices, inputs: inputs, targets: targets)
    }

    /// Rows that are all alike have nothing to be filled up.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        preconditionFailure("rows of one size")
    }

    /// What the caller holds counts as the caller's.
    public var heldBytes: Int { 0 }

    /// Each row counts 1.
    public func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) throws {
        weights.update(repeating: 1, count: indices.count * weightShape.volume)
    }
}

/// Rows held in memory, such as those sent inline with a request.
public struct TensorData: TrainingData {
    /// All inputs, row after row.
    public let inputs: Tensor
    /// All targets, row after row.
    public let targets: Tensor
    /// How much each row counts in the loss, `[rows]`, or each of its steps, `[rows, steps]`; nil where all count the
    /// same.
    public let weights: Tensor?
    /// What one row's target is.
    public let target: TargetDescription

    /// The rows of two tensors, whose first axes count the same rows.
    ///
    /// - Parameters:
    ///   - inputs: The inputs, `[rows]` and the shape of one.
    ///   - targets: The targets, `[rows]` and the shape of one.
    ///   - classes: How many classes the targets are indices of; nil where they are values.
    ///   - weights: How much each row counts in the loss, `[rows]`, or each of its steps, `[rows, steps]`; nil where all
    ///     count the same.
    public init(inputs: Tensor, targets: Tensor, classes: Int? = nil, weights: Tensor? = nil) {
        precondition(inputs.rank > 0 && targets.rank > 0, "data needs a leading axis of rows")
        precondition(inputs.shape[0] == targets.shape[0], "as many targets as inputs")
        precondition(
            weights.map { $0.rank > 0 && $0.shape[0] == inputs.shape[0] } ?? true,
            "as many weights as inputs"
        )
        self.weights = weights
        self.inputs = inputs
        self.targets = targets
        inputShape = Shape(Array(inputs.shape.extents.dropFirst()))
        let shape = Shape(Array(targets.shape.extents.dropFirst()))
        target = classes.map { .labels(classes: $0, shape: shape) } ?? .values(shape: shape)
    }

    /// How many rows there are.
    public var rows: Int { inputs.shape[0] }
    /// The shape of one row's input.
    public let inputShape: Shape

    /// Copies rows.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        Self.gather(indices, from: self.inputs.values, width: inputShape.volume, to: inputs)
        Self.gather(indices, from: self.targets.values, width: target.shape.volume, to: targets)
    }

    /// Whether rows count differently.
    public var isWeighted: Bool { weights != nil }

    /// The steps of a row that have a weight each.
    public var weightShape: Shape { weights?.shape.dropping(1) ?? [] }

    /// Copies how much rows count.
    public func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) {
        guard let all = self.weights else { return weights.update(repeating: 1, count: indices.count) }
        Self.gather(indices, from: all.values, width: weightShape.volume, to: weights)
    }

    private static func gather(
        _ indices: UnsafeBufferPointer<Int>,
        from values: [Float],
        width: Int,
        to memory: UnsafeMutablePointer<Float>
    ) {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for (place, row) in indices.enumerated() {
                precondition((0..<values.count / max(width, 1)).contains(row), "row \(row) is not there")
                (memory + place * width).update(from: base + row * width, count: width)
            }
        }
    }
}
