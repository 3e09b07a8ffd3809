/// The number of a job: it grows with every new job, is never used again, and stands in URLs in decimal.
public struct JobID: Hashable, Comparable, Sendable {
    /// The number, from 1.
    public let number: Int64

    /// Makes the id of that number.
    public init(number: Int64) {
        self.number = number
    }

    /// Whether the left job is the older one.
    public static func < (left: JobID, right: JobID) -> Bool { left.number < right.number }
}

extension JobID: LosslessStringConvertible {
    /// Reads a decimal number as `description` writes it; nil for anything else, also for `+1` and `01`.
    public init?(_ text: String) {
        guard let number = Int64(text), number > 0, String(number) == text else { return nil }
        self.init(number: number)
    }

    /// The number in decimal.
    public var description: String { String(number) }
}
