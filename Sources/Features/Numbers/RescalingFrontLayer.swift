public import JSON

/// Keras's `Rescaling`: each number times `scale`, plus `offset`; each a number, or one for each place of the last axis.
public struct RescalingFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "Rescaling"

    private let scale: [Float]
    private let offset: [Float]

    /// Reads `scale` and `offset`.
    public init(reading arguments: inout ObjectReader) {
        scale = Self.numbers("scale", &arguments) ?? [Float(arguments.double("scale"))]
        offset = Self.numbers("offset", &arguments) ?? [Float(arguments.double("offset", default: 0))]
        if scale.count > 1, offset.count > 1, scale.count != offset.count {
            arguments.fault(
                at: "offset",
                "expected \(scale.count) numbers, as many as the scale has, found \(offset.count)"
            )
        }
    }

    /// Writes `scale` and `offset`.
    public func write(to json: inout JSONWriter) {
        for (key, numbers) in [("scale", scale), ("offset", offset)] {
            if numbers.count == 1 { json.field(key, numbers[0]) } else { json.field(key, numbers) }
        }
    }

    /// Numbers of the same shape.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        guard inputs.count == 1, inputs[0].element != .string else {
            throw FrontError("Rescaling takes numbers, found \(inputs.map(\.description).joined(separator: " and "))")
        }
        if places > 1, let last = inputs[0].shape.last ?? 1, last != places { throw mismatch(last) }
        return FrontType(.float, inputs[0].shape, sampleRate: inputs[0].sampleRate)
    }

    /// Rescales.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        if places == 1, case .bytes(let bytes) = inputs[0].content {
            let (scale, offset) = (scale[0], offset[0])
            return FrontValue(.floats(Array(mapping: bytes) { Float($0) * scale + offset }), inputs[0].shape)
        }
        guard let numbers = inputs[0].floats else { throw FrontError("Rescaling takes numbers, found words") }
        guard places > 1 else {
            let (scale, offset) = (scale[0], offset[0])
            return FrontValue(.floats(Array(mapping: numbers) { $0 * scale + offset }), inputs[0].shape)
        }
        let last = inputs[0].shape.last ?? 1
        guard last == places else { throw mismatch(last) }
        let scales = scale.count == 1 ? Array(repeating: scale[0], count: places) : scale
        let offsets = offset.count == 1 ? Array(repeating: offset[0], count: places) : offset
        var result = numbers
        for start in stride(from: 0, to: result.count, by: places) {
            for place in 0..<places { result[start + place] = result[start + place] * scales[place] + offsets[place] }
        }
        return FrontValue(.floats(result), inputs[0].shape)
    }

    private var places: Int { max(scale.count, offset.count) }

    private func mismatch(_ found: Int) -> FrontError {
        FrontError("Rescaling has \(places) scales or offsets, one for each place of the last axis, which has \(found)")
    }

    /// The numbers of a list; nil where there is none.
    private static func numbers(_ key: String, _ arguments: inout ObjectReader) -> [Float]? {
        guard arguments.object?[key]?.kind == .array else { return nil }
        let numbers = arguments.array(key, count: 1...Int.max) { value, faults in
            Float(faults.collect { () throws(Fault) in try value.double() } ?? 0)
        }
        return numbers.isEmpty ? [0] : numbers
    }
}
