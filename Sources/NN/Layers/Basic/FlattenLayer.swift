import JSON

/// Keras's `Flatten`: all axes of a sample as one, row-major.
struct FlattenLayer: SingleInputLayer {
    static let names = ["Flatten"]

    var keepsNumbers: Bool { true }

    init(reading arguments: inout ObjectReader) {
        arguments.channelsLast()
    }

    func outputShape(for input: Shape) -> Shape { [input.volume] }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        return try pass.graph.reshape(input, to: [shape[0], shape.extents.dropFirst().reduce(1, *)])
    }
}
