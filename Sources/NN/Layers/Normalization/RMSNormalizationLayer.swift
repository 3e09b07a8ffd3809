import JSON

/// Keras's `RMSNormalization`: each sample with a mean square of 1 along some axes, then scaled.
///
/// `axis` is one axis or several, counted with the batch, the last by default; the weight `scale` has their extents.
/// `y = scale · x / √(mean x² + epsilon)`. Source: Zhang and Sennrich 2019, arXiv:1910.07467. Keras 3.15 ends a mask
/// here, alone of all normalization, and says nothing of it in its documentation; here it goes on.
struct RMSNormalizationLayer: SingleInputLayer {
    static let names = ["RMSNormalization"]

    var passesMask: Bool { true }

    private let axes: [Int]
    private let epsilon: Double

    init(reading arguments: inout ObjectReader) {
        axes = arguments.axes(count: 1...6)
        epsilon = arguments.double("epsilon", in: .from(0), default: 1e-6)
    }

    func write(to json: inout JSONWriter) {
        json.axes(axes)
        json.field("epsilon", epsilon)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        _ = try input.places(ofAxes: axes)
        return input
    }

    /// The axes counted from 0 without the batch.
    private func places(in rank: Int) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 - 1 }.sorted() }

    func parameters(for input: Shape) -> [Parameter] {
        [Parameter("scale", Shape(places(in: input.rank).map { input[$0] }), .ones)]
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && !axes.contains { $0 == 1 || $0 == -inputs[0].rank } ? SteppedLayer(layer: self) : nil
    }

    func operations(input: Shape, output: Shape) -> Int { 4 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let normalized = places(in: shape.rank - 1).map { $0 + 1 }
        let squares = try pass.graph.multiply(input, input)
        let mean = try pass.graph.mean(squares, axes: normalized, keepingDimensions: true)
        let root = try pass.graph.sqrt(pass.graph.offset(mean, by: Float(epsilon)))
        let result = try pass.graph.divide(input, pass.graph.broadcast(root, to: shape))
        return try pass.graph.multiply(result, pass.graph.stretched(parameters[0], along: normalized, to: shape))
    }
}
