/// How a batch is cut into the parts that one core each runs forward and backward.
///
/// The cut depends on the batch size, the model and the option `micro_batches` alone, never on how many threads there are: the gradients of the
/// parts are summed in the order of the parts, so the bits of a result are the same on any machine with the same
/// kernels. Smaller parts share the work out more evenly, larger ones make better use of the kernels.
struct MicroBatches: Sendable, Equatable {
    /// The rows of every part but the last, which has what remains.
    let size: Int

    /// The fewest rows of a part for which the matrix products are efficient.
    static let fewestRows = 16

    /// The operations under which handing a part to another thread costs more than it saves (about 30 µs of work).
    static let leastOperations = 2_000_000

    /// The cut of batches of `batchSize` rows.
    ///
    /// - Parameters:
    ///   - batchSize: The rows of a whole batch, at least 1.
    ///   - operations: The floating-point operations of one row, forward and backward.
    ///   - greatestCount: The most parts of a batch.
    init(batchSize: Int, operations: Int, greatestCount: Int) {
        precondition(batchSize > 0, "an empty batch")
        let worthwhile = max(Self.leastOperations / max(operations, 1), 1)
        let fewest = max(Self.fewestRows, worthwhile)
        let count = min(max(batchSize / fewest, 1), greatestCount)
        // A power of two divides the usual batch sizes evenly and shares out evenly among the usual numbers of cores.
        let evenCount = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        size = (batchSize + evenCount - 1) / evenCount
    }

    /// Batches that aren't cut.
    init(whole batchSize: Int) { size = batchSize }

    /// How many parts a batch of `rows` has.
    func count(of rows: Int) -> Int { (rows + size - 1) / size }

    /// The rows of a batch that a part has.
    func range(of part: Int, in rows: Int) -> Range<Int> { part * size..<min((part + 1) * size, rows) }
}

extension LearningTask {
    /// How batches of `batchSize` rows are cut: not at all where a loss holds their rows against each other.
    func cut(of batchSize: Int) -> MicroBatches {
        outputs.contains { $0.loss.kind.comparesRows }
            ? MicroBatches(whole: batchSize)
            : MicroBatches(batchSize: batchSize, operations: trainingOperations, greatestCount: microBatches)
    }
}
