import Foundation
import JSON

/// Keras Hub's `SinePositionEncoding`: sines and cosines of each step, whatever the input holds, `[…, T, D] → […, T, D]`.
///
/// Number j of step t is the sine, or for an odd j the cosine, of `t / max_wavelength^(2 ⌊j / 2⌋ / D)`. The result is to be
/// added to the input. Source: Vaswani et al. 2017, arXiv:1706.03762.
struct SinePositionEncodingLayer: PositionLayer {
    static let names = ["SinePositionEncoding"]

    var passesMask: Bool { true }

    private let wavelength: Double

    init(reading arguments: inout ObjectReader) {
        wavelength = arguments.double("max_wavelength", in: .above(0, through: 1e30), default: 10_000)
    }

    func write(to json: inout JSONWriter) { json.field("max_wavelength", wavelength) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank >= 2 else { throw ShapeRequirement("[…, steps, features]") }
        return input
    }

    /// A step at its place.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        stepped(inputs: inputs, axis: inputs[0].rank - 2)
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let rows = table(steps: shape[shape.rank - 2], width: shape.last)
        return try pass.graph.broadcast(pass.graph.literal(rows), to: shape)
    }

    func append(
        to pass: inout ForwardPass,
        step input: Value,
        at place: Value,
        of whole: Shape,
        parameters: [Value]
    ) throws(ShapeError) -> Value {
        try pass.graph.gather(pass.graph.literal(table(steps: whole[0], width: whole.last)), rows: place)
    }

    /// The sines and cosines of every step.
    private func table(steps: Int, width: Int) -> Tensor {
        let frequencies = (0..<width).map { pow(wavelength, -Double($0 / 2 * 2) / Double(width)) }
        var values: [Float] = []
        values.reserveCapacity(steps * width)
        for step in 0..<steps {
            for (place, frequency) in frequencies.enumerated() {
                let angle = Double(step) * frequency
                values.append(Float(place.isMultiple(of: 2) ? sin(angle) : cos(angle)))
            }
        }
        return Tensor([steps, width], values)
    }
}
