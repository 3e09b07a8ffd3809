import JSON

/// A layer whose result depends on where a step stands.
protocol PositionLayer: SingleInputLayer {
    /// Appends the layer for one step.
    ///
    /// - Parameters:
    ///   - pass: The pass.
    ///   - input: The step.
    ///   - place: The number of the step, from 0 on, `[N, 1]`.
    ///   - whole: The shape of a sample of the whole sequence, of which the step is one along the first axis.
    ///   - parameters: The weights.
    /// - Returns: The step's result.
    /// - Throws: `ShapeError` where the input is no step.
    func append(
        to pass: inout ForwardPass,
        step input: Value,
        at place: Value,
        of whole: Shape,
        parameters: [Value]
    ) throws(ShapeError) -> Value
}

extension PositionLayer {
    /// A step at its place, where steps are along this axis of a sample, which must be the first.
    func stepped(inputs: [Shape], axis: Int) -> SteppedLayer? {
        guard inputs.count == 1, axis == 0 else { return nil }
        return SteppedLayer(
            layer: PlacedLayer(inner: self, whole: inputs[0]),
            states: [SteppedLayer.State(shape: [1])],
            greatestLength: inputs[0][0],
            takesParts: false
        )
    }
}

/// A layer whose result depends on where a step stands, for one step: it counts the steps so far.
///
/// Behind the step it takes their count, `[1]`, and gives it with one more.
struct PlacedLayer: Layer {
    static let names = ["PlacedLayer"]

    private let inner: any PositionLayer
    /// The shape of the input for the whole sequence.
    private let whole: Shape

    var indexCount: Int? { inner.indexCount }
    var makesMask: Bool { inner.makesMask }
    var passesMask: Bool { inner.passesMask }

    static func == (left: PlacedLayer, right: PlacedLayer) -> Bool {
        left.inner.isEqual(to: right.inner) && left.whole == right.whole
    }

    fileprivate init(inner: any PositionLayer, whole: Shape) { (self.inner, self.whole) = (inner, whole) }

    /// No definition has one: it is made of a layer that was read.
    init(reading arguments: inout ObjectReader) { preconditionFailure("a step's layer is never read") }

    func write(to json: inout JSONWriter) { inner.write(to: &json) }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        [try inner.outputShapes(for: [whole])[0].replacing(axis: 0, with: 1), [1]]
    }

    func parameters(for inputs: [Shape]) -> [Parameter] { inner.parameters(for: [whole]) }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let result = try inner.append(to: &pass, step: inputs[0], at: inputs[1], of: whole, parameters: parameters)
        return [result, try pass.graph.offset(inputs[1], by: 1)]
    }
}
