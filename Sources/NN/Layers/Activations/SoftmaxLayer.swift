import JSON

/// Keras's `Softmax`: a distribution of the numbers along one axis, or several together.
struct SoftmaxLayer: SingleInputLayer {
    static let names = ["Softmax"]

    /// Counted with the batch, which is axis 0 and none of them; -1 is the last.
    private let axes: [Int]

    init(reading arguments: inout ObjectReader) { axes = arguments.axes(count: 1...6) }

    var activation: ActivationKind { axes == [-1] ? .softmax : .linear }
    var passesMask: Bool { true }

    func activation(ofResult shape: Shape) -> ActivationKind { axes == [shape.rank] ? .softmax : activation }

    func write(to json: inout JSONWriter) { json.axes(axes) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank > 0 else { throw ShapeRequirement("[…, classes]") }
        _ = try input.places(ofAxes: axes)
        return input
    }

    /// Along other axes than that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        let rank = inputs[0].rank
        return rank > 1 && !axes.contains { ($0 < 0 ? $0 + rank : $0 - 1) == 0 } ? SteppedLayer(layer: self) : nil
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let places = axes.map { $0 < 0 ? $0 + shape.rank : $0 }
        guard places != [shape.rank - 1] else { return try pass.activate(input, .softmax) }
        let others = (0..<shape.rank).filter { !places.contains($0) }
        let order = others + places
        let turned = try pass.graph.transpose(input, permutation: order)
        let volume = places.map { shape[$0] }.reduce(1, *)
        let rows = try pass.graph.reshape(turned, to: Shape(others.map { shape[$0] } + [volume]))
        let distributions = try pass.graph.softmax(rows)
        let back = try pass.graph.reshape(distributions, to: Shape(order.map { shape[$0] }))
        return try pass.graph.transpose(back, permutation: (0..<shape.rank).map { order.firstIndex(of: $0) ?? $0 })
    }
}
