import JSON

/// Keras's `RepeatVector`: a vector as every step of a sequence, `[D] → [n, D]`.
struct RepeatVectorLayer: SingleInputLayer {
    static let names = ["RepeatVector"]

    var keepsNumbers: Bool { true }

    private let count: Int

    init(reading arguments: inout ObjectReader) { count = arguments.count("n") }

    func write(to json: inout JSONWriter) { json.field("n", count) }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 1 else { throw ShapeRequirement("[features]") }
        return [count, input[0]]
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let step = try pass.graph.reshape(input, to: [shape[0], 1, shape[1]])
        return try pass.graph.broadcast(step, to: [shape[0], count, shape[1]])
    }
}
