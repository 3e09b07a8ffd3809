public import JSON

/// Keras's `Rescaling`: each number times `scale`, plus `offset`.
public struct RescalingFrontLayer: FrontLayer {
    /// Keras's class name.
    public static let name = "Rescaling"

    private let scale: Float
    private let offset: Float

    /// Reads `scale` and `offset`.
    public init(reading arguments: inout ObjectReader) {
        scale = Float(arguments.double("scale"))
        offset = Float(arguments.double("offset", default: 0))
    }

    /// Writes `scale` and `offset`.
    public func write(to json: inout JSONWriter) {
        json.field("scale", scale)
        json.field("offset", offset)
    }

    /// Numbers of the same shape.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        guard inputs.count == 1, inputs[0].element != .string else {
            throw FrontError("Rescaling takes numbers, found \(inputs.map(\.description).joined(separator: " and "))")
        }
        return FrontType(.float, inputs[0].shape, sampleRate: inputs[0].sampleRate)
    }

    /// Rescales.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        guard let numbers = inputs[0].floats else { throw FrontError("Rescaling takes numbers, found words") }
        return FrontValue(.floats(numbers.map { $0 * scale + offset }), inputs[0].shape)
    }
}
