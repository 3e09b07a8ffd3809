/// One product of a plane.
public struct PanelShape: Sendable {
    /// The rows of `C`; multiples of 8 are fastest.
    public let rows: Int
    /// The columns of `C`, a multiple of 16.
    public let columns: Int
    /// The length of each sum.
    public let depth: Int
    /// The floats from one row of `A` to the next, and from one step of the sum to the next.
    public let aRow: Int, aDepth: Int
    /// The floats from one row of `C` to the next.
    public let cRow: Int

    /// A product's extents and strides.
    public init(rows: Int, columns: Int, depth: Int, aRow: Int, aDepth: Int, cRow: Int) {
        (self.rows, self.columns, self.depth) = (rows, columns, depth)
        (self.aRow, self.aDepth, self.cRow) = (aRow, aDepth, cRow)
    }
}
