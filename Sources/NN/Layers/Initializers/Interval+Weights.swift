import JSON

extension Interval {
    /// What a first value of a weight may be: far inside the range of 32-bit floats.
    static let initialWeight = Interval.from(-1e30, through: 1e30)
}
