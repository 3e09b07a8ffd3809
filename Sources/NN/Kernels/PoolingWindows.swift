/// The places of a pooling window on channels-last images, and the pixels under each.
struct PoolingWindows: Sendable {
    let batch: Int
    let rows: Int
    let columns: Int
    let channels: Int
    let resultRows: Int
    let resultColumns: Int
    let window: Window2D

    init(image: Shape, result: Shape, window: Window2D) {
        (batch, rows, columns, channels) = (image[0], image[1], image[2], image[3])
        (resultRows, resultColumns) = (result[1], result[2])
        self.window = window
    }

    /// Whether every place has 2 × 2 pixels of its own.
    var isTiledBy2: Bool { window == Window2D((2, 2), strides: (2, 2), padding: Padding2D()) }

    /// The numbers of an image batch, and of a result batch.
    var imageCount: Int { batch * rows * columns * channels }
    var resultCount: Int { batch * resultRows * resultColumns * channels }

    /// Calls for every place with the offset of its result and the rows and columns under it that aren't padding.
    @inline(__always)
    func forEachPlace(_ body: (_ result: Int, _ image: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
        var result = 0
        for sample in 0..<batch {
            let image = sample * rows * columns * channels
            for row in 0..<resultRows {
                let top = row * window.rowStride - window.padding.top
                let rowRange = Swift.max(top, 0)..<Swift.max(Swift.min(top + window.height, rows), Swift.max(top, 0))
                for column in 0..<resultColumns {
                    let left = column * window.columnStride - window.padding.left
                    let start = Swift.max(left, 0)
                    let end = Swift.max(Swift.min(left + window.width, columns), start)
                    body(result, image, rowRange, start..<end)
                    result += channels
                }
            }
        }
    }

    /// The rows of an image under a row of places that aren't padding, and likewise for columns.
    @inline(__always)
    private func covered(_ place: Int, step: Int, padding: Int, size: Int, extent: Int) -> Range<Int> {
        let first = place * step - padding
        let start = Swift.max(first, 0)
        return start..<Swift.max(Swift.min(first + size, extent), start)
    }

    /// The rows of an image under a row of places.
    func rowsCovered(_ row: Int) -> Range<Int> {
        covered(row, step: window.rowStride, padding: window.padding.top, size: window.height, extent: rows)
    }

    /// The columns of an image under a column of places.
    @inline(__always)
    func columnsCovered(_ column: Int) -> Range<Int> {
        covered(column, step: window.columnStride, padding: window.padding.left, size: window.width, extent: columns)
    }

    /// The numbers of one row of an image.
    var rowCount: Int { columns * channels }

    /// Reduces every place in two passes: whole rows of pixels into one, which vectorises however few channels there
    /// are, then the pixels of that row.
    ///
    /// - Parameters:
    ///   - image: The images.
    ///   - result: One number a place and channel.
    ///   - scratch: A row of the image.
    ///   - combine: The operation, associative and commutative but for rounding.
    ///   - empty: What a place without pixels gets.
    ///   - finish: What is done to a row of places at last, with the count of image rows under it.
    @inline(__always)
    func reduce(
        _ image: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>,
        combine: (Float, Float) -> Float,
        empty: Float,
        finish: (UnsafeMutablePointer<Float>, Int) -> Void
    ) {
        var y = result
        for sample in 0..<batch {
            for row in 0..<resultRows {
                let covered = rowsCovered(row)
                scratch.update(repeating: empty, count: rowCount)
                for line in covered {
                    let x = image + pixel(sample * rows * rowCount, line, 0)
                    for index in 0..<rowCount { scratch[index] = combine(scratch[index], x[index]) }
                }
                for column in 0..<resultColumns {
                    let range = columnsCovered(column)
                    let x = scratch + range.lowerBound * channels
                    if range.count == 2 {
                        for c in 0..<channels { y[c] = combine(x[c], x[channels + c]) }
                    } else {
                        y.update(repeating: empty, count: channels)
                        for place in range.indices {
                            let x = scratch + place * channels
                            for c in 0..<channels { y[c] = combine(y[c], x[c]) }
                        }
                    }
                    y += channels
                }
                finish(y - resultColumns * channels, covered.count)
            }
        }
    }

    /// Divides a row of sums by the counts of pixels under each place: at once where they are all the same.
    func divide(_ row: UnsafeMutablePointer<Float>, by coveredRows: Int) {
        if window.padding.left == 0, window.padding.right == 0 {
            let share = 1 / Float(Swift.max(coveredRows * window.width, 1))
            for index in 0..<resultColumns * channels { row[index] *= share }
            return
        }
        for column in 0..<resultColumns {
            let share = 1 / Float(Swift.max(coveredRows * columnsCovered(column).count, 1))
            for index in column * channels..<(column + 1) * channels { row[index] *= share }
        }
    }

    /// The offset of a pixel in its image batch.
    @inline(__always)
    func pixel(_ image: Int, _ row: Int, _ column: Int) -> Int { image + (row * columns + column) * channels }
}
