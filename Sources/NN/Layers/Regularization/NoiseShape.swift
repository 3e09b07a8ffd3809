import JSON

/// Keras's `noise_shape`: along which axes a dropout keeps or drops all numbers together, those where it says 1.
///
/// The first axis is the batch, whose rows are always drawn by themselves.
struct NoiseShape: Sendable, Equatable {
    /// The extents, that of the batch included; nil for as many as the input has.
    private let extents: [Int?]

    fileprivate init(_ extents: [Int?]) { self.extents = extents }

    /// Refuses an input that it doesn't go with.
    ///
    /// - Throws: `ShapeRequirement` with the inputs that it goes with.
    func check(_ input: Shape) throws(ShapeRequirement) {
        let own = extents.dropFirst()
        let isFitting =
            own.count == input.rank && zip(own, input.extents).allSatisfy { $0 == nil || $0 == 1 || $0 == $1 }
        guard isFitting else {
            let axes = own.map { $0.map { $0 == 1 ? "any" : "\($0)" } ?? "any" }.joined(separator: ", ")
            throw ShapeRequirement("[\(axes)] for its noise_shape")
        }
    }

    /// The axes along which all is kept or dropped together, the batch being axis 0.
    var sharedAxes: [Int] { extents.indices.filter { extents[$0] == 1 } }

    /// Writes Keras's argument.
    func write(to json: inout JSONWriter) {
        json.key("noise_shape")
        json.array { json in for extent in extents { if let extent { json.write(extent) } else { json.null() } } }
    }
}

extension ObjectReader {
    /// The `noise_shape` of a dropout; nil where each number is drawn by itself.
    mutating func noiseShape() -> NoiseShape? {
        guard optionalValue("noise_shape") != nil else { return nil }
        var isFirst = true
        let extents = array("noise_shape", count: 2...9) { value, faults -> Int? in
            defer { isFirst = false }
            guard !value.isNull else { return nil }
            if isFirst {
                faults.add(
                    value.pointer,
                    "expected null, since the rows of a batch are drawn by themselves; found \(value.summary)"
                )
                return nil
            }
            return faults.collect { () throws(Fault) in try value.int(in: 1...1 << 30) } ?? 1
        }
        return NoiseShape(extents)
    }
}
