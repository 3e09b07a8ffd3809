/// Rows of unequal size held in memory.
public struct RaggedData: TrainingData {
    /// The numbers of one input, or of one target, of all rows.
    public struct Column: Sendable {
        fileprivate private(set) var values: [Float] = []
        fileprivate private(set) var starts: [Int] = [0]
        fileprivate private(set) var shapes: [Shape] = []

        /// A column of no rows yet.
        public init() {}

        /// Adds a row: its numbers, as many as its shape holds.
        public mutating func append(_ numbers: some Collection<Float>, shape: Shape) {
            precondition(numbers.count == shape.volume, "\(numbers.count) numbers of \(shape)")
            values.append(contentsOf: numbers)
            starts.append(values.count)
            shapes.append(shape)
        }

        fileprivate func copy(row: Int, as shape: Shape, to target: UnsafeMutablePointer<Float>) {
            values.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return target.update(repeating: 0, count: shape.volume) }
                let source = base + starts[row]
                let count = shapes[row].volume
                if shapes[row].isBeginning(of: shape) {
                    target.update(from: source, count: count)
                    (target + count).update(repeating: 0, count: shape.volume - count)
                } else {
                    RowCopy(of: shapes[row], in: shape).pad(source, to: target)
                }
            }
        }
    }

    /// The sizes of the rows.
    public let sizes: RowSizes?
    /// What each target is, in the greatest extents that occur.
    public let targets: [TargetDescription]
    /// The inputs' shapes, in the greatest extents that occur.
    public let inputShapes: [Shape]

    private let inputs: [Column]
    private let targetColumns: [Column]
    private let weights: [Float]?

    /// The rows of columns.
    ///
    /// - Parameters:
    ///   - inputs: A column for each input.
    ///   - targets: A column for each output with a loss.
    ///   - classes: For each target how many classes it is an index of; nil where it is values.
    ///   - weights: How much each row counts in the losses; nil where all count the same.
    public init(inputs: [Column], targets: [Column], classes: [Int?], weights: [Float]? = nil) {
        precondition(!inputs.isEmpty && !targets.isEmpty, "data needs inputs and targets")
        let rows = inputs[0].shapes.count
        precondition((inputs + targets).allSatisfy { $0.shapes.count == rows }, "columns of equally many rows")
        let sizes = RowSizes(
            (0..<rows).lazy.map { row in
                RowSizes.Kind(inputs: inputs.map { $0.shapes[row] }, targets: targets.map { $0.shapes[row] })
            }
        )
        let greatest = sizes.greatest
        self.sizes = sizes
        (self.inputs, targetColumns, self.weights) = (inputs, targets, weights)
        inputShapes = greatest.inputs
        self.targets = zip(greatest.targets, zip(targets, classes)).map { shape, target in
            target.1.map { .labels(classes: $0, shape: shape) }
                ?? .values(shape: shape, look: TargetLook(of: target.0.values, shape: shape))
        }
    }

    /// How many rows there are.
    public var rows: Int { inputs[0].shapes.count }
    /// A row of the inputs in the greatest extents.
    public var inputShape: Shape { Shape(rowOf: inputShapes) }
    /// A row of the targets in the greatest extents.
    public var target: TargetDescription {
        targets.count == 1 ? targets[0] : .values(shape: Shape(rowOf: targets.map(\.shape)))
    }
    /// Whether rows count differently.
    public var isWeighted: Bool { weights != nil }

    /// Copies rows in the greatest extents.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        let size = BatchSize(inputs: inputShapes, targets: self.targets.map(\.shape), isPadded: false)
        gather(indices, as: size, masking: [], draw: nil, inputs: inputs, targets: targets)
    }

    /// Copies rows in a size.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        var (input, target) = (inputs, targets)
        for row in indices {
            for (column, shape) in zip(self.inputs, size.inputs) {
                column.copy(row: row, as: shape, to: input)
                input += shape.volume
            }
            for number in sequences {
                let steps = size.inputs[number][0]
                let own = self.inputs[number].shapes[row][0]
                input.writeMask(own: own, of: steps)
                input += steps
            }
            for (column, shape) in zip(targetColumns, size.targets) {
                column.copy(row: row, as: shape, to: target)
                target += shape.volume
            }
        }
    }

    /// Copies how much rows count.
    public func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) {
        for (place, row) in indices.enumerated() { weights[place] = self.weights?[row] ?? 1 }
    }
}
