/// What the values of a column are.
public enum ColumnType: String, Sendable, Equatable, CaseIterable {
    /// 64-bit floats.
    case number
    /// Whole numbers within ±2^53 where they were text, of 64 bits where an array file held them.
    case integer
    /// True or false.
    case boolean
    /// Words or codes, of which the same ones come again and again.
    case category
    /// Sentences.
    case text
    /// Instants.
    case date
    /// Arrays of numbers, all of one shape.
    case array
    /// Files of pictures.
    case image
    /// Files of recordings.
    case sound
}
