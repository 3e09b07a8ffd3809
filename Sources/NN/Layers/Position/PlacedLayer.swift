import JSON

/// A layer whose result depends on where a step stands, for one step: it counts the steps so far.
///
/// The whole layer is computed as if the step stood at every place, and the result is taken from its own. Behind the step
/// it takes the places that are taken, `[T]`, and gives them with one more.
struct PlacedLayer: Layer {
    static let names = ["PlacedLayer"]

    private let inner: any Layer
    /// The shape of the input for the whole sequence.
    private let whole: Shape

    /// The layer for one step of a sequence; nil where its steps aren't along the first axis of one input.
    static func stepped(_ layer: any Layer, inputs: [Shape], axis: Int) -> SteppedLayer? {
        guard inputs.count == 1, axis == 0 else { return nil }
        return SteppedLayer(
            layer: PlacedLayer(inner: layer, whole: inputs[0]),
            states: [SteppedLayer.State(shape: [inputs[0][0]])],
            greatestLength: inputs[0][0]
        )
    }

    var indexCount: Int? { inner.indexCount }
    var makesMask: Bool { inner.makesMask }

    static func == (left: PlacedLayer, right: PlacedLayer) -> Bool {
        left.inner.isEqual(to: right.inner) && left.whole == right.whole
    }

    private init(inner: any Layer, whole: Shape) { (self.inner, self.whole) = (inner, whole) }

    /// No definition has one: it is made of a layer that was read.
    init(reading arguments: inout ObjectReader) { preconditionFailure("a step's layer is never read") }

    func write(to json: inout JSONWriter) { inner.write(to: &json) }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        [try inner.outputShapes(for: [whole])[0].replacing(axis: 0, with: 1), [whole[0]]]
    }

    func parameters(for inputs: [Shape]) -> [Parameter] { inner.parameters(for: [whole]) }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let filled = inputs[1]
        let extents = pass.graph.shape(of: filled)
        let place = try pass.graph.subtract(pass.graph.shiftedPlaces(filled), filled)
        let everywhere = try pass.graph.broadcast(inputs[0], to: whole.batched(extents[0]))
        let mask = try pass.mask(ofInput: 0).map { mask throws(ShapeError) in
            try pass.graph.broadcast(mask, to: extents)
        }
        let given = try pass.append(inner, inputs: [everywhere], masks: [mask], parameters: parameters)
        let shape = pass.graph.shape(of: given.values[0])
        let ones = Array(repeating: 1, count: shape.rank - 2)
        let column = try pass.graph.reshape(place, to: Shape(extents.extents + ones))
        let own = try pass.graph.multiply(given.values[0], pass.graph.broadcast(column, to: shape))
        let sum = try pass.graph.sum(own, axes: [1])
        if let mask = given.masks[0] { pass.setMask(try pass.graph.slice(mask, axis: 1, 0..<1)) }
        return [
            try pass.graph.reshape(sum, to: shape.replacing(axis: 1, with: 1)), try pass.graph.add(filled, place),
        ]
    }
}

extension Graph {
    /// Places that are taken, `[N, T]` of ones and then zeros, with the next one taken too.
    mutating func shiftedPlaces(_ filled: Value) throws(ShapeError) -> Value {
        let extents = shape(of: filled)
        let first = try constant(1, shape: [extents[0], 1])
        guard extents[1] > 1 else { return first }
        return try concatenate([first, slice(filled, axis: 1, 0..<extents[1] - 1)], axis: 1)
    }
}
