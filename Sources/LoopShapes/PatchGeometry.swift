/// One image and the window over it.
public struct PatchGeometry: Sendable {
    /// The floats from one row of the framed image to the next.
    public let rowStep: Int
    /// The floats from one place of the window to the next, and from one row of places to the next.
    public let placeStep: Int, placeRowStep: Int
    /// The rows of places, and the places in each.
    public let placeRows: Int, placeColumns: Int
    /// The window's rows, and the numbers under each of them: its width times the image's channels.
    public let segments: Int, segmentLength: Int
    /// The filters.
    public let filters: Int

    /// The extents and steps of one image's convolution.
    public init(
        rowStep: Int,
        placeStep: Int,
        placeRowStep: Int,
        placeRows: Int,
        placeColumns: Int,
        segments: Int,
        segmentLength: Int,
        filters: Int
    ) {
        (self.rowStep, self.placeStep, self.placeRowStep) = (rowStep, placeStep, placeRowStep)
        (self.placeRows, self.placeColumns) = (placeRows, placeColumns)
        (self.segments, self.segmentLength, self.filters) = (segments, segmentLength, filters)
    }

    /// How many places there are.
    public var places: Int { placeRows * placeColumns }

    /// The offset of each place's first number, for `forward`, which would else divide for every place.
    public var offsets: [Int] {
        (0..<places).map { $0 / placeColumns * placeRowStep + $0 % placeColumns * placeStep }
    }
}
