/// Values of one column: of all its rows, or of a block of them that follow one another.
public struct ColumnValues: Sendable, Equatable {
    /// The values, each kind by itself.
    public enum Content: Sendable, Equatable {
        /// Of a `number`.
        case numbers([Double])
        /// Of an `integer`.
        case integers([Int64])
        /// Of a `boolean`.
        case booleans([Bool])
        /// Of a `date`: microseconds since 1970 in UTC, leap seconds not counted.
        case dates([Int64])
        /// Of a `category` or a `text`.
        case strings([String])
        /// Of an `array`: the rows one after the other, each row-major in the extents of `shape`.
        case arrays([Float], shape: [Int])
        /// Of an `image` or a `sound`: the bytes of each file, not decoded.
        case files([[UInt8]])
    }

    /// The values; where one is missing stands a zero, an empty string or an empty file, or an array of NaN.
    public var content: Content
    /// Which values are missing, one a row; nil where none is.
    public var missing: [Bool]?

    /// Values of some rows.
    public init(_ content: Content, missing: [Bool]? = nil) { (self.content, self.missing) = (content, missing) }

    /// How many rows there are.
    public var count: Int {
        switch content {
        case .numbers(let values): values.count
        case .integers(let values), .dates(let values): values.count
        case .booleans(let values): values.count
        case .strings(let values): values.count
        case .arrays(let values, let shape): values.count / max(shape.reduce(1, *), 1)
        case .files(let values): values.count
        }
    }
}
