import JSON

/// Keras's `UnitNormalization`: each sample with a Euclidean norm of 1 along one axis or several, the last by default.
///
/// It is divided by no less than 1e-12, so that zeros stay zeros.
struct UnitNormalizationLayer: SingleInputLayer {
    static let names = ["UnitNormalization"]

    var passesMask: Bool { true }

    private let axes: [Int]

    init(reading arguments: inout ObjectReader) { axes = arguments.axes(count: 1...6) }

    func write(to json: inout JSONWriter) { json.axes(axes) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        _ = try input.places(ofAxes: axes)
        return input
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        inputs[0].rank > 1 && !axes.contains { $0 == 1 || $0 == -inputs[0].rank } ? SteppedLayer(layer: self) : nil
    }

    func operations(input: Shape, output: Shape) -> Int { 3 * output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let places = axes.map { $0 < 0 ? $0 + shape.rank : $0 }.sorted()
        let squares = try pass.graph.sum(
            pass.graph.multiply(input, input),
            axes: places,
            keepingDimensions: true
        )
        let least = try pass.graph.constant(1e-24, shape: pass.graph.shape(of: squares))
        let norm = try pass.graph.sqrt(pass.graph.maximum(squares, least))
        return try pass.graph.divide(input, pass.graph.broadcast(norm, to: shape))
    }
}
