import JSON

/// Keras's `GroupNormalization`: each group of channels of a sample with mean 0 and variance 1, then scaled and shifted.
///
/// The channels are those along `axis`, counted with the batch, the last by default; gamma and beta have one number a
/// channel. With `groups: -1` each channel is a group of its own. `y = gamma · (x − mean) / √(variance + epsilon) + beta`,
/// mean and variance over a group's channels and all other axes. Source: Wu and He 2018, arXiv:1803.08494.
struct GroupNormalizationLayer: SingleInputLayer {
    static let names = ["GroupNormalization"]

    var passesMask: Bool { true }

    private let groups: Int
    private let axis: Int
    private let affine: ScaleAndShift

    init(reading arguments: inout ObjectReader) {
        groups = arguments.int("groups", in: -1...ObjectReader.greatestArgument, default: 32)
        if groups == 0 {
            arguments.fault(at: "groups", "expected a positive integer, or -1 for a group each channel, found 0")
        }
        axis = arguments.axes(count: 1...1)[0]
        affine = ScaleAndShift(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("groups", groups)
        json.axes([axis])
        affine.write(to: &json)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        let place = try input.places(ofAxes: [axis])[0]
        guard groups == -1 || input[place].isMultiple(of: groups) else {
            throw ShapeRequirement(
                "a number of channels along its axis \(axis) that is a multiple of its \(groups) groups"
            )
        }
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        let channels: Shape = [input[axis < 0 ? axis + input.rank : axis - 1]]
        return affine.parameters(channels)
    }

    func operations(input: Shape, output: Shape) -> Int { 7 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let place = axis < 0 ? axis + shape.rank : axis
        let count = groups == -1 ? shape[place] : groups
        let extents = shape.extents
        let parted = Shape(extents[..<place] + [count, extents[place] / count] + extents[(place + 1)...])
        let others = parted.extents.indices.filter { $0 != 0 && $0 != place }
        let grouped = try pass.graph.reshape(input, to: parted)
        let mean = try pass.graph.mean(grouped, axes: others, keepingDimensions: true)
        let centred = try pass.graph.subtract(grouped, pass.graph.broadcast(mean, to: parted))
        let squares = try pass.graph.multiply(centred, centred)
        let variance = try pass.graph.mean(squares, axes: others, keepingDimensions: true)
        let deviation = try pass.graph.sqrt(pass.graph.offset(variance, by: Float(affine.epsilon)))
        let normalized = try pass.graph.divide(centred, pass.graph.broadcast(deviation, to: parted))
        let result = try pass.graph.reshape(normalized, to: shape)
        return try affine.append(to: &pass.graph, result, parameters: parameters, along: [place])
    }
}
