import NN
import Synchronization

/// Rows of unequal size that note what is asked of them.
final class SizeRecorder: TrainingData {
    /// A batch, or a part of one.
    struct Batch: Sendable {
        let rows: [Int]
        /// The first extent of the size in which they were asked.
        let length: Int
    }

    let data: RaggedData
    private let asked = Mutex<[Batch]>([])

    init(data: RaggedData) { self.data = data }

    var gathered: [Batch] { asked.withLock { $0 } }

    var rows: Int { data.rows }
    var sizes: RowSizes? { data.sizes }
    var inputShape: Shape { data.inputShape }
    var inputShapes: [Shape] { data.inputShapes }
    var target: TargetDescription { data.target }

    /// The numbers of one row, whose size it is.
    func row(_ row: Int, _ size: Shape) -> [Float] {
        var (input, target) = ([Float](repeating: 0, count: size.volume), [Float](repeating: 0, count: 1))
        [row].withUnsafeBufferPointer { indices in
            input.withUnsafeMutableBufferPointer { input in
                target.withUnsafeMutableBufferPointer { target in
                    guard let inputs = input.baseAddress, let targets = target.baseAddress else { return }
                    var batch = BatchSize(inputs: [size], isPadded: false)
                    batch.targets = [[]]
                    data.gather(indices, as: batch, masking: [], draw: nil, inputs: inputs, targets: targets)
                }
            }
        }
        return input
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        data.gather(indices, inputs: inputs, targets: targets)
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        as size: BatchSize,
        masking sequences: [Int],
        draw: UInt64?,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        asked.withLock { $0.append(Batch(rows: Array(indices), length: size.inputs[0][0])) }
        data.gather(indices, as: size, masking: sequences, draw: draw, inputs: inputs, targets: targets)
    }
}
