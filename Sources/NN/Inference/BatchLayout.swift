/// How the rows of a batch lie before a network that answers: all rows of one input, then all of the next.
///
/// A row holds its inputs one after the other. In a batch they are parted, so that a plan finds each input in one piece
/// and needs not cut it out of the rows; what a sequence remembers may be large.
struct BatchLayout: Sendable {
    /// How many rows there are.
    let rows: Int
    /// How many numbers a row has of each input.
    private let widths: [Int]
    /// How many numbers a row has.
    let width: Int

    /// The layout of rows of a network.
    init(_ network: Network, rows: Int) {
        self.rows = rows
        widths = network.inputs.count > 1 ? network.inputs.map(\.shape.volume) : [network.inputShape.volume]
        width = widths.reduce(0, +)
    }

    /// How many numbers the batch has.
    var count: Int { rows * width }

    /// Writes one row of the batch.
    ///
    /// - Parameters:
    ///   - row: Its place in the batch.
    ///   - batch: The batch.
    ///   - write: Writes numbers of the row, given by their places in it, one piece after the other.
    func write(
        row: Int,
        of batch: UnsafeMutablePointer<Float>,
        _ write: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        var begin = 0
        for width in widths {
            write(begin..<begin + width, batch + rows * begin + row * width)
            begin += width
        }
    }

    /// Writes rows of the batch that follow one another.
    ///
    /// - Parameters:
    ///   - places: Their places in the batch.
    ///   - batch: The batch.
    ///   - write: Writes numbers of the rows, given by their places from the first number of the first row on: all of them
    ///     at once where there is one input.
    func write(
        rows places: Range<Int>,
        of batch: UnsafeMutablePointer<Float>,
        _ write: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        guard widths.count > 1 else { return write(0..<places.count * width, batch + places.lowerBound * width) }
        for (number, place) in places.enumerated() {
            let first = number * width
            self.write(row: place, of: batch) { write(first + $0.lowerBound..<first + $0.upperBound, $1) }
        }
    }

    /// Fills rows of the batch with zeros.
    func clear(_ cleared: Range<Int>, of batch: UnsafeMutablePointer<Float>) {
        var begin = 0
        for width in widths {
            let first = batch + rows * begin + cleared.lowerBound * width
            first.update(repeating: 0, count: cleared.count * width)
            begin += width
        }
    }

    /// The inputs as the layers take them, from the batch.
    func parts(_ batch: Value, of network: Network, in graph: inout Graph) throws(ShapeError) -> [Value] {
        guard network.inputs.count > 1 else { return [batch] }
        var values: [Value] = []
        var begin = 0
        for (input, width) in zip(network.inputs, widths) {
            let own = try graph.slice(batch, axis: 0, rows * begin..<rows * (begin + width))
            values.append(try graph.reshape(own, to: input.shape.batched(rows)))
            begin += width
        }
        return values
    }

    /// The shape of the batch: that of the only input's rows, or all numbers in a line.
    func shape(of network: Network) -> Shape {
        network.inputs.count > 1 ? [count] : network.inputShape.batched(rows)
    }
}

/// The rows of a batch, for who writes their numbers.
public struct BatchRows {
    let layout: BatchLayout
    let numbers: UnsafeMutablePointer<Float>

    /// Writes rows that follow one another.
    ///
    /// - Parameters:
    ///   - places: Their places in the batch.
    ///   - write: Writes numbers of the rows, given by their places from the first number of the first row on.
    public func write(
        _ places: Range<Int>,
        _ write: (_ numbers: Range<Int>, _ target: UnsafeMutablePointer<Float>) -> Void
    ) {
        layout.write(rows: places, of: numbers, write)
    }
}
