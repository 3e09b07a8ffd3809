/// Which rows the steps of an epoch take, and in which size.
///
/// Rows of one size are cut into batches as they come. Rows that differ in size are sorted by it first, after the
/// shuffling, so that rows of about the same size, drawn anew in each epoch, go together; then the batches are shuffled.
final class BatchOrder {
    private let first: Int
    /// The sizes of the rows where they differ.
    private let sized: SizedRows?
    /// The one size of all of them where the network could take others.
    private let oneSize: SizedRows?
    private let batchSize: Int
    private let order: UnsafeMutableBufferPointer<Int>
    /// The places of each batch's rows; none where all have one size.
    private var batches: [Range<Int>] = []
    /// How many rows the batches before each have; none where all have one size.
    private var rowsBefore: [Int] = []

    /// The batches of rows.
    init(of rows: Range<Int>, _ sized: SizedRows?, batchSize: Int) {
        (first, self.batchSize) = (rows.lowerBound, batchSize)
        self.sized = sized.flatMap { $0.groupCount > 1 ? $0 : nil }
        oneSize = sized
        order = .allocate(capacity: rows.count)
        order.initialize(repeating: 0)
        fill(shuffledBy: nil)
    }

    deinit { order.deallocate() }

    /// How many rows there are.
    var rows: Int { order.count }

    /// How many batches they make.
    var count: Int { sized == nil ? (order.count + batchSize - 1) / batchSize : batches.count }

    /// The bytes that it takes.
    var bytes: Int { order.count * MemoryLayout<Int>.stride }

    /// The rows of a batch.
    func rows(ofBatch number: Int) -> UnsafeBufferPointer<Int> {
        let range =
            sized == nil ? number * batchSize..<min((number + 1) * batchSize, order.count) : batches[number]
        return UnsafeBufferPointer(rebasing: order[range])
    }

    /// How many rows the batches before one have.
    func rows(beforeBatch number: Int) -> Int {
        guard sized != nil else { return min(number * batchSize, order.count) }
        return number < rowsBefore.count ? rowsBefore[number] : order.count
    }

    /// The size of a batch; nil where the network has one.
    func size(ofBatch number: Int) throws -> BatchSize? {
        guard let sized else { return try oneSize?.size(of: 0...0) }
        let rows = rows(ofBatch: number)
        guard let least = rows.first, let most = rows.last else { return nil }
        return try sized.size(of: sized.group(of: least)...sized.group(of: most))
    }

    /// Puts the rows into the order of an epoch: ascending, or shuffled where there is a key.
    func fill(shuffledBy key: RandomKey?) {
        RowOrder.fill(order, shuffledBy: key)
        if first > 0 { for place in order.indices { order[place] += first } }
        guard let sized else { return }
        sort(by: sized)
        batches = sized.pads ? cut(order.indices) : groupRanges(of: sized).flatMap(cut)
        guard let key else { return count(batches) }
        let places = UnsafeMutableBufferPointer<Int>.allocate(capacity: batches.count)
        defer { places.deallocate() }
        places.initialize(repeating: 0)
        RowOrder.fill(places, shuffledBy: key.child(1))
        batches = places.map { batches[$0] }
        count(batches)
    }

    private func count(_ batches: [Range<Int>]) {
        var sum = 0
        rowsBefore = batches.map { batch in
            defer { sum += batch.count }
            return sum
        }
    }

    private func cut(_ range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: batchSize).map {
            $0..<min($0 + batchSize, range.upperBound)
        }
    }

    /// Sorts the rows by their groups; those of a group stay in the order in which they come.
    private func sort(by sized: SizedRows) {
        var starts = [Int](repeating: 0, count: sized.groupCount + 1)
        for row in order { starts[sized.group(of: row) + 1] += 1 }
        for group in 0..<sized.groupCount { starts[group + 1] += starts[group] }
        for row in Array(order) {
            let group = sized.group(of: row)
            order[starts[group]] = row
            starts[group] += 1
        }
    }

    private func groupRanges(of sized: SizedRows) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var begin = 0
        for place in order.indices.dropFirst() where sized.group(of: order[place]) != sized.group(of: order[begin]) {
            ranges.append(begin..<place)
            begin = place
        }
        return order.isEmpty ? [] : ranges + [begin..<order.count]
    }
}
