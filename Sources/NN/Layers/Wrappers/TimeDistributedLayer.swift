import JSON

/// Keras's `TimeDistributed`: a layer applied to every step of a sequence with the same weights.
struct TimeDistributedLayer: SingleInputLayer {
    static let names = ["TimeDistributed"]

    var passesMask: Bool { true }

    private let inner: InnerLayer?

    init(reading arguments: inout ObjectReader) {
        inner = InnerLayer("layer", reading: &arguments)
    }

    func write(to json: inout JSONWriter) { json.field("layer", ifPresent: inner) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank > 1, let inner else { throw ShapeRequirement("[steps, …]") }
        let results = try inner.layer.outputShapes(for: [input.step])
        guard results.count == 1 else { throw ShapeRequirement("a layer that gives one result") }
        return results[0].batched(input[0])
    }

    func parameters(for input: Shape) -> [Parameter] { inner?.layer.parameters(for: [input.step]) ?? [] }

    func operations(input: Shape, output: Shape) -> Int {
        input[0] * (inner?.layer.operations(inputs: [input.step], output: output.step) ?? 0)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let (rows, steps) = (shape[0], shape[1])
        let all = try pass.graph.reshape(input, to: shape.step.step.batched(rows * steps))
        guard let inner else { return input }
        pass.stepsInRow *= steps
        defer { pass.stepsInRow /= steps }
        let result = try inner.layer.appendResults(to: &pass, inputs: [all], parameters: parameters)[0]
        return try pass.graph.reshape(result, to: pass.graph.shape(of: result).step.batched(steps).batched(rows))
    }
}

extension Shape {
    /// The shape without its first axis.
    fileprivate var step: Shape { Shape(Array(extents.dropFirst())) }
}
