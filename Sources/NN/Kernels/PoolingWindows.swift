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

    /// The offset of a pixel in its image batch.
    @inline(__always)
    func pixel(_ image: Int, _ row: Int, _ column: Int) -> Int { image + (row * columns + column) * channels }
}
