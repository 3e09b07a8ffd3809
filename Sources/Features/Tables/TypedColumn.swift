/// What is known of a column once all its rows have been seen.
public struct TypedColumn: Sendable, Equatable {
    /// How dates were written.
    public struct DateForm: Sendable, Equatable {
        /// The format, as in `yyyy-MM-dd'T'HH:mm`, `dd.MM.yyyy` or `epoch_milliseconds`; `iso8601` for several of its forms.
        public var format: String
        /// Whether the cells named a zone; without one they are taken for UTC.
        public var hasZone: Bool

        /// A form of dates.
        public init(format: String, hasZone: Bool) { (self.format, self.hasZone) = (format, hasZone) }
    }

    /// Its name, which no other column of the table has.
    public var name: String
    /// What its values are.
    public var type: ColumnType
    /// The extents of one value of an `array`; empty for every other type.
    public var shape: [Int]
    /// Whether it only names or counts the rows (all distinct words, or 1 … n in their order), so that nothing can be
    /// learned from it.
    public var isIdentifier: Bool
    /// Whether it is the unnamed first column by which pandas and R number or name the rows; such a column has no values.
    public var isIndex: Bool
    /// Whether the schema says to leave it out; such a column has no values.
    public var isIgnored: Bool
    /// Whether it is a category for whole numbers beyond 2^53 among its values, which as floats were others.
    public var hasLongNumbers = false
    /// How many of its values are missing.
    public var missing: Int
    /// How many different values it has, missing ones aside; nil where there are more than were counted, and for
    /// numbers, dates, arrays and files.
    public var distinct: Int?
    /// How its dates were written; nil for every other type.
    public var dateForm: DateForm?

    /// A column that is used.
    public init(_ name: String, _ type: ColumnType, shape: [Int] = []) {
        (self.name, self.type, self.shape) = (name, type, shape)
        (isIdentifier, isIndex, isIgnored) = (false, false, false)
        missing = 0
    }
}
