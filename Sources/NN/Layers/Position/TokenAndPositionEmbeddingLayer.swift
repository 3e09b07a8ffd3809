import JSON

/// Keras Hub's `TokenAndPositionEmbedding`: the sum of a learned vector for each index and one for its place,
/// `[…, T] → […, T, embedding_dim]`.
///
/// The weights are `token_embedding/embeddings` `[vocabulary_size, embedding_dim]`; with `tie_weights: false`
/// `token_embedding/reverse_embeddings`, the transposed table that a `Dense` which `shares` this layer then takes; and
/// `position_embedding/embeddings` `[sequence_length, embedding_dim]`. Indices are as those of `Embedding`.
struct TokenAndPositionEmbeddingLayer: PositionLayer, TableLayer {
    static let names = ["TokenAndPositionEmbedding"]

    private let rows: Int
    private let length: Int
    private let width: Int
    private let tiesWeights: Bool
    private let masksZero: Bool
    private let initializer: Initializer

    init(reading arguments: inout ObjectReader) {
        rows = arguments.int("vocabulary_size", in: 1...EmbeddingLayer.greatestRows)
        length = arguments.int("sequence_length", in: 1...1 << 24)
        width = arguments.count("embedding_dim")
        tiesWeights = arguments.bool("tie_weights", default: true)
        masksZero = arguments.bool("mask_zero", default: false)
        initializer = arguments.initializer("embeddings_initializer", default: .uniform)
    }

    func write(to json: inout JSONWriter) {
        json.field("vocabulary_size", rows)
        json.field("sequence_length", length)
        json.field("embedding_dim", width)
        json.field("tie_weights", tiesWeights)
        json.field("mask_zero", masksZero)
        json.field("embeddings_initializer", initializer)
    }

    var makesMask: Bool { masksZero }
    var indexCount: Int? { rows }
    var table: SharedTable {
        SharedTable(rows: rows, width: width, parameter: tiesWeights ? 0 : 1, isKernel: !tiesWeights)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank >= 1, input.last <= length else {
            throw ShapeRequirement("[…, steps] with at most its sequence_length, \(length), steps")
        }
        return Shape(input.extents + [width])
    }

    func parameters(for input: Shape) -> [Parameter] {
        let reverse = Parameter("token_embedding/reverse_embeddings", [width, rows], initializer)
        return [Parameter("token_embedding/embeddings", [rows, width], initializer)] + (tiesWeights ? [] : [reverse])
            + [Parameter("position_embedding/embeddings", [length, width], initializer)]
    }

    /// A step at its place.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        stepped(inputs: inputs, axis: inputs[0].rank - 1)
    }

    func operations(input: Shape, output: Shape) -> Int { output.volume }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let tokens = try pass.graph.gather(parameters[0], rows: input, elsewhere: .nan)
        try pass.setMaskOfIndices(input, masksZero: masksZero)
        let shape = pass.graph.shape(of: tokens)
        let places = try pass.graph.slice(parameters[tiesWeights ? 1 : 2], axis: 0, 0..<shape[shape.rank - 2])
        return try pass.graph.add(tokens, pass.graph.broadcast(places, to: shape))
    }

    func append(
        to pass: inout ForwardPass,
        step input: Value,
        at place: Value,
        of whole: Shape,
        parameters: [Value]
    ) throws(ShapeError) -> Value {
        let token = try pass.graph.gather(parameters[0], rows: input, elsewhere: .nan)
        try pass.setMaskOfIndices(input, masksZero: masksZero)
        return try pass.graph.add(token, pass.graph.gather(parameters[tiesWeights ? 1 : 2], rows: place))
    }
}
