import JSON

/// Keras's `LayerNormalization`: each sample with mean 0 and variance 1 along some axes, then scaled and shifted.
///
/// `axis` is one axis or several, counted with the batch, the last by default; gamma and beta have their extents.
/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`. Source: Ba et al. 2016, arXiv:1607.06450.
struct LayerNormalizationLayer: SingleInputLayer {
    static let names = ["LayerNormalization"]

    var passesMask: Bool { true }

    private let axes: [Int]
    private let affine: ScaleAndShift

    init(reading arguments: inout ObjectReader) {
        axes = arguments.axes(count: 1...6)
        affine = ScaleAndShift(reading: &arguments)
        arguments.only(.bool(false), for: "rms_scaling")
    }

    func write(to json: inout JSONWriter) {
        json.axes(axes)
        affine.write(to: &json)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        _ = try input.places(ofAxes: axes)
        return input
    }

    /// The axes counted from 0 without the batch.
    private func places(in rank: Int) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 - 1 }.sorted() }

    func parameters(for input: Shape) -> [Parameter] {
        affine.parameters(Shape(places(in: input.rank).map { input[$0] }))
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && !places(in: inputs[0].rank).contains(0) ? SteppedLayer(layer: self) : nil
    }

    func operations(input: Shape, output: Shape) -> Int { 7 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let normalized = places(in: shape.rank - 1).map { $0 + 1 }
        let mean = try pass.graph.mean(input, axes: normalized, keepingDimensions: true)
        let centred = try pass.graph.subtract(input, pass.graph.broadcast(mean, to: shape))
        let squares = try pass.graph.multiply(centred, centred)
        let variance = try pass.graph.mean(squares, axes: normalized, keepingDimensions: true)
        let deviation = try pass.graph.sqrt(pass.graph.offset(variance, by: Float(affine.epsilon)))
        let result = try pass.graph.divide(centred, pass.graph.broadcast(deviation, to: shape))
        return try affine.append(to: &pass.graph, result, parameters: parameters, along: normalized)
    }
}
