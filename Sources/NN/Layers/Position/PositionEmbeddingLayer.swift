import JSON

/// Keras Hub's `PositionEmbedding`: a learned vector for each step, whatever the input holds, `[…, T, D] → […, T, D]`.
///
/// The weights are `embeddings`, `[sequence_length, D]`, of which the first T rows are taken. The result is to be added to
/// the input. Source: Devlin et al. 2019, arXiv:1810.04805.
struct PositionEmbeddingLayer: PositionLayer {
    static let names = ["PositionEmbedding"]

    var passesMask: Bool { true }

    private let length: Int
    private let initializer: Initializer

    init(reading arguments: inout ObjectReader) {
        length = arguments.int("sequence_length", in: 1...1 << 24)
        initializer = arguments.initializer("initializer", default: .glorotUniform)
    }

    func write(to json: inout JSONWriter) {
        json.field("sequence_length", length)
        json.field("initializer", initializer)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank >= 2, input[input.rank - 2] <= length else {
            throw ShapeRequirement("[…, steps, features] with at most its sequence_length, \(length), steps")
        }
        return input
    }

    func parameters(for input: Shape) -> [Parameter] {
        [Parameter("embeddings", [length, input.last], initializer)]
    }

    /// A step at its place.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        stepped(inputs: inputs, axis: inputs[0].rank - 2)
    }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let rows = try pass.graph.slice(parameters[0], axis: 0, 0..<shape[shape.rank - 2])
        return try pass.graph.broadcast(rows, to: shape)
    }

    func append(
        to pass: inout ForwardPass,
        step input: Value,
        at place: Value,
        of whole: Shape,
        parameters: [Value]
    ) throws(ShapeError) -> Value {
        try pass.graph.gather(parameters[0], rows: place)
    }
}
