/// The tiles of 4×4 results that a 3×3 convolution with steps of 1 is cut into, and the pixels under each.
struct WinogradTiles: Sendable {
    /// Images, and tiles down and across each.
    let batch: Int, down: Int, across: Int
    /// The image's rows, columns and channels.
    let rows: Int, columns: Int, channels: Int
    /// The result's rows, columns and channels.
    let resultRows: Int, resultColumns: Int, resultChannels: Int
    /// The rows of zeros above the image, and the columns of them to its left.
    let top: Int, left: Int

    /// The tiles of a convolution from images `[N, H, W, C]` to results `[N, H′, W′, F]`.
    init(image: Shape, result: Shape, top: Int, left: Int) {
        (batch, rows, columns, channels) = (image[0], image[1], image[2], image[3])
        (resultRows, resultColumns, resultChannels) = (result[1], result[2], result[3])
        (down, across) = ((result[1] + 3) / 4, (result[2] + 3) / 4)
        (self.top, self.left) = (top, left)
    }

    /// How many tiles there are.
    var count: Int { batch * down * across }

    /// Names the 36 pixels under a tile; those outside the image are `zeros`.
    @inline(__always)
    func namePixels(
        of tile: Int,
        _ image: UnsafePointer<Float>,
        zeros: UnsafePointer<Float>,
        _ pixels: UnsafeMutablePointer<UnsafePointer<Float>>
    ) {
        let (sample, row, column) = corner(of: tile)
        let start = image + sample * rows * columns * channels
        for i in 0..<6 {
            let y = row - top + i
            for j in 0..<6 {
                let x = column - left + j
                let isInside = y >= 0 && y < rows && x >= 0 && x < columns
                pixels[i * 6 + j] = isInside ? start + (y * columns + x) * channels : zeros
            }
        }
    }

    /// Names the 16 results of a tile; those outside are `elsewhere`.
    @inline(__always)
    func nameResults(
        of tile: Int,
        _ result: UnsafeMutablePointer<Float>,
        elsewhere: UnsafeMutablePointer<Float>,
        _ places: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    ) {
        let (sample, row, column) = corner(of: tile)
        let start = result + sample * resultRows * resultColumns * resultChannels
        for i in 0..<4 {
            for j in 0..<4 {
                let (y, x) = (row + i, column + j)
                let isInside = y < resultRows && x < resultColumns
                places[i * 4 + j] = isInside ? start + (y * resultColumns + x) * resultChannels : elsewhere
            }
        }
    }

    /// The image that a tile belongs to, and its first row and column of results.
    @inline(__always)
    private func corner(of tile: Int) -> (sample: Int, row: Int, column: Int) {
        let (line, column) = tile.quotientAndRemainder(dividingBy: across)
        let (sample, row) = line.quotientAndRemainder(dividingBy: down)
        return (sample, row * 4, column * 4)
    }
}
