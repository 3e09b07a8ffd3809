import Foundation
import JSON

/// Keras Hub's `RotaryEmbedding`: the features of each step turned by angles that grow with its place.
///
/// Number j of the first half of the features and number j of the second are turned together, by
/// `t / (max_wavelength^(2j / D) · scaling_factor)` at step t. Steps are along `sequence_axis`, features along
/// `feature_axis`, both counted with the batch. Source: Su et al. 2021, arXiv:2104.09864.
struct RotaryEmbeddingLayer: PositionLayer {
    static let names = ["RotaryEmbedding"]

    var passesMask: Bool { true }

    private let frequencies: RotaryFrequencies
    private let sequenceAxis: Int
    private let featureAxis: Int

    init(reading arguments: inout ObjectReader) {
        frequencies = RotaryFrequencies(reading: &arguments)
        sequenceAxis = arguments.int("sequence_axis", in: -6...6, default: 1)
        featureAxis = arguments.int("feature_axis", in: -6...6, default: -1)
        for (key, axis) in [("sequence_axis", sequenceAxis), ("feature_axis", featureAxis)] where axis == 0 {
            arguments.fault(at: key, "axis 0 is the batch; expected -6 to -1 or 1 to 6")
        }
    }

    func write(to json: inout JSONWriter) {
        frequencies.write(to: &json)
        json.field("sequence_axis", sequenceAxis)
        json.field("feature_axis", featureAxis)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        _ = try input.places(ofAxes: [sequenceAxis, featureAxis])
        let feature = try input.places(ofAxes: [featureAxis])[0]
        guard input[feature].isMultiple(of: 2) else {
            throw ShapeRequirement("an even number of features along its axis \(featureAxis), which turn in pairs")
        }
        return input
    }

    /// A step at its place.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        stepped(
            inputs: inputs,
            axis: sequenceAxis < 0 ? sequenceAxis + inputs[0].rank : sequenceAxis - 1
        )
    }

    func operations(input: Shape, output: Shape) -> Int { 3 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let step = sequenceAxis < 0 ? sequenceAxis + shape.rank : sequenceAxis
        let (cosines, sines) = factors(for: shape, step: step, feature: featurePlace(in: shape))
        return try turn(
            input,
            pass.graph.broadcast(pass.graph.literal(cosines), to: shape),
            pass.graph.broadcast(pass.graph.literal(sines), to: shape),
            in: &pass.graph
        )
    }

    func append(
        to pass: inout ForwardPass,
        step input: Value,
        at place: Value,
        of whole: Shape,
        parameters: [Value]
    ) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        // Steps are along the first axis, so that the factors have a row for each.
        let (cosines, sines) = factors(for: whole.batched(1), step: 1, feature: featurePlace(in: shape))
        let extents: Shape = [whole[0], whole.volume / whole[0]]
        var factors: [Value] = []
        for table in [cosines, sines] {
            let rows = try pass.graph.gather(pass.graph.literal(Tensor(extents, table.values)), rows: place)
            factors.append(try pass.graph.reshape(rows, to: shape))
        }
        return try turn(input, factors[0], factors[1], in: &pass.graph)
    }

    private func featurePlace(in shape: Shape) -> Int { featureAxis < 0 ? featureAxis + shape.rank : featureAxis }

    /// The numbers turned by the angles with these cosines and sines.
    private func turn(
        _ input: Value,
        _ cosines: Value,
        _ sines: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        let shape = graph.shape(of: input)
        let axis = featurePlace(in: shape)
        let half = shape[axis] / 2
        let first = try graph.slice(input, axis: axis, 0..<half)
        let second = try graph.slice(input, axis: axis, half..<2 * half)
        let turned = try graph.concatenate([graph.negate(second), first], axis: axis)
        return try graph.add(graph.multiply(input, cosines), graph.multiply(turned, sines))
    }

    /// The cosine and the sine for every number of a sample, from the first of both axes on.
    private func factors(for shape: Shape, step: Int, feature: Int) -> (cosines: Tensor, sines: Tensor) {
        let start = min(step, feature)
        let extents = shape.dropping(start)
        let angles = frequencies.angles(width: shape[feature])
        let (stepStride, featureStride) = (extents.strides[step - start], extents.strides[feature - start])
        let amplitude = frequencies.amplitude
        // One table of steps and pairs, which other axes repeat.
        let table = (0..<shape[step]).map { place in
            angles.map { angle in
                (Float(amplitude * cos(Double(place) * angle)), Float(amplitude * sin(Double(place) * angle)))
            }
        }
        let numbers = (0..<extents.volume).map { index in
            let place = index / stepStride % shape[step]
            return table[place][index / featureStride % shape[feature] % angles.count]
        }
        return (Tensor(extents, numbers.map(\.0)), Tensor(extents, numbers.map(\.1)))
    }
}
