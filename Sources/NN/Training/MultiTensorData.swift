/// Rows of several inputs or targets held in memory.
public struct MultiTensorData: TrainingData {
    /// The shape of each input.
    public let inputShapes: [Shape]
    /// What each target is.
    public let targets: [TargetDescription]

    private let rowData: TensorData

    /// The rows of tensors, whose first axes count the same rows.
    ///
    /// - Parameters:
    ///   - inputs: A tensor for each input, `[rows]` and its shape, in the order of the network's inputs.
    ///   - targets: A tensor for each output with a loss, `[rows]` and its shape, in the order of the outputs.
    ///   - classes: For each target how many classes it is an index of; nil where it is values.
    ///   - weights: How much each row counts in the losses, `[rows]`, or each of its steps, `[rows, steps]`; nil where
    ///     all count the same.
    public init(inputs: [Tensor], targets: [Tensor], classes: [Int?], weights: Tensor? = nil) {
        precondition(!inputs.isEmpty && !targets.isEmpty, "data needs inputs and targets")
        precondition(classes.count == targets.count, "as many entries in classes as targets")
        rowData = TensorData(inputs: Self.rows(of: inputs), targets: Self.rows(of: targets), weights: weights)
        inputShapes = inputs.map { Shape(Array($0.shape.extents.dropFirst())) }
        self.targets = zip(targets, classes).map { tensor, classes in
            let shape = Shape(Array(tensor.shape.extents.dropFirst()))
            return classes.map { .labels(classes: $0, shape: shape) } ?? .values(shape: shape)
        }
    }

    /// Tensors side by side, `[rows, n]`; one alone as it is.
    private static func rows(of tensors: [Tensor]) -> Tensor {
        guard tensors.count > 1 else { return tensors[0] }
        let count = tensors[0].shape[0]
        precondition(tensors.allSatisfy { $0.rank > 0 && $0.shape[0] == count }, "all with the same number of rows")
        let widths = tensors.map { $0.shape.extents.dropFirst().reduce(1, *) }
        var values: [Float] = []
        values.reserveCapacity(count * widths.reduce(0, +))
        for row in 0..<count {
            for (tensor, width) in zip(tensors, widths) { values += tensor.values[row * width..<(row + 1) * width] }
        }
        return Tensor([count, widths.reduce(0, +)], values)
    }

    /// How many rows there are.
    public var rows: Int { rowData.rows }
    /// The shape of a row of the inputs.
    public var inputShape: Shape { rowData.inputShape }
    /// A row of the targets as values.
    public var target: TargetDescription { targets.count == 1 ? targets[0] : rowData.target }
    /// Whether rows count differently.
    public var isWeighted: Bool { rowData.isWeighted }
    /// The steps of a row that have a weight each.
    public var weightShape: Shape { rowData.weightShape }

    /// Copies rows.
    public func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        rowData.gather(indices, inputs: inputs, targets: targets)
    }

    /// Copies how much rows count.
    public func gatherWeights(_ indices: UnsafeBufferPointer<Int>, weights: UnsafeMutablePointer<Float>) {
        rowData.gatherWeights(indices, weights: weights)
    }
}
