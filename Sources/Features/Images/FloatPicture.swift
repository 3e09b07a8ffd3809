/// A picture on its way through layers: numbers, row-major, the channels of a pixel beside each other.
struct FloatPicture: Equatable {
    let height: Int
    let width: Int
    let channels: Int
    var pixels: [Float]

    /// A picture of the same extents, each number changed.
    @inline(__always)
    func mapped(_ change: (Float) -> Float) -> FloatPicture {
        var result = self
        result.pixels = Array(mapping: pixels, change)
        return result
    }

    /// The whole of it.
    var window: PictureWindow { PictureWindow(height: height, width: width, channels: channels) }

    /// The row that it is for front layers.
    var value: FrontValue { FrontValue(.floats(pixels), [height, width, channels]) }
}
