/// A part of a picture whose numbers lie row-major, its channels beside each other.
struct PictureWindow: Equatable {
    /// The first row and column.
    private(set) var top = 0
    private(set) var left = 0
    private(set) var height: Int
    private(set) var width: Int
    let channels: Int
    /// From one row of the whole picture to the next, in numbers.
    let stride: Int

    /// The whole of a picture.
    init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels, stride) = (height, width, channels, width * channels)
    }

    /// Where a row's numbers begin.
    func offset(ofRow row: Int) -> Int { (top + row) * stride + left * channels }

    /// A part of this window.
    func part(top: Int, left: Int, height: Int, width: Int) -> PictureWindow {
        var part = self
        (part.top, part.left, part.height, part.width) = (self.top + top, self.left + left, height, width)
        return part
    }

    /// The greatest part of this window, in its middle, that has the sides' ratio of a target (Keras's
    /// `crop_to_aspect_ratio`).
    func cropped(toRatioOf target: (height: Int, width: Int)) -> PictureWindow {
        let rows = Int(Float(width * target.height) / Float(target.width))
        let columns = Int(Float(height * target.width) / Float(target.height))
        let (rowsKept, columnsKept) = (max(min(height, rows), 1), max(min(width, columns), 1))
        return part(
            top: (height - rowsKept) / 2,
            left: (width - columnsKept) / 2,
            height: rowsKept,
            width: columnsKept
        )
    }

    /// How many rows go on top and beneath, and columns on either side, until the sides have a target's ratio
    /// (Keras's `pad_to_aspect_ratio`); an odd difference loses one.
    func padding(toRatioOf target: (height: Int, width: Int)) -> (rows: Int, columns: Int) {
        let rows = max(height, Int(Float(width * target.height) / Float(target.width)))
        let columns = max(width, Int(Float(height * target.width) / Float(target.height)))
        return ((rows - height) / 2, (columns - width) / 2)
    }
}
