import JSON

/// The least and the greatest value of a picture's numbers: Keras's `value_range`.
struct ValueRange: Sendable, Equatable, JSONWritable {
    let lower: Float
    let upper: Float

    /// That of bytes.
    static let bytes = ValueRange(lower: 0, upper: 255)

    init(lower: Float, upper: Float) { (self.lower, self.upper) = (lower, upper) }

    /// Reads `value_range`, two numbers; 0 and 255 where it is absent.
    init(reading arguments: inout ObjectReader) {
        self = .bytes
        guard arguments.has("value_range") else { return }
        let ends = arguments.array("value_range", count: 2...2) { value, faults in
            faults.collect { () throws(Fault) in try value.double() } ?? 0
        }
        guard ends.count == 2 else { return }
        if ends[0] == ends[1] { arguments.fault(at: "value_range", "expected two numbers that differ") }
        self.init(lower: Float(min(ends[0], ends[1])), upper: Float(max(ends[0], ends[1])))
    }

    var width: Float { upper - lower }

    @inline(__always)
    func clipped(_ number: Float) -> Float { min(max(number, lower), upper) }

    /// A number of this range in another.
    @inline(__always)
    func moved(_ number: Float, to target: ValueRange) -> Float {
        if self == target { return number }
        return (number - lower) / width * target.width + target.lower
    }

    func write(to json: inout JSONWriter) { json.write([lower, upper]) }
}
