import ModelStore
import NN

/// One part of a stored dataset as rows that a network takes, read from its file.
struct StoredRows: TrainingData {
    let rows: Int
    let inputShape: Shape
    let target: TargetDescription

    private let file: DatasetFile
    private let part: DatasetPart

    /// The rows of a part; their shape is the network's own where the two differ by axes of one element at the end,
    /// which Keras lets pass too.
    init(_ file: DatasetFile, _ part: DatasetPart, target: StoredTarget, loss: Loss, network: Network) {
        self.file = file
        self.part = part
        rows = part == .train ? file.rows : file.testRows
        inputShape = Shape(file.inputShape).adapted(to: network.inputShape)
        self.target = target.description(for: loss, output: network.outputShape)
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        try file.copyRows(
            Array(indices),
            of: part,
            inputs: UnsafeMutableBufferPointer(start: inputs, count: indices.count * file.inputVolume),
            targets: UnsafeMutableBufferPointer(start: targets, count: indices.count * file.targetVolume)
        )
    }
}

extension Shape {
    /// The other shape where only trailing extents of 1 tell the two apart, else this one.
    func adapted(to other: Shape) -> Shape {
        func core(_ shape: Shape) -> [Int] { Array(shape.extents.reversed().drop { $0 == 1 }.reversed()) }
        return core(self) == core(other) ? other : self
    }
}
