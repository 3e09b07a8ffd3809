import JSON

/// Keras's `ReversibleEmbedding`: a learned row for each index, and applied again in reverse a number for each index:
/// `[…] → […, output_dim]`, and `[…, output_dim] → […, input_dim]`.
///
/// The weights are `embeddings` `[input_dim, output_dim]`, whose transpose is the way back, and with `tie_weights: false`
/// `reverse_embeddings` `[output_dim, input_dim]` for this. With a `logit_soft_cap` c what comes back is `c · tanh(x / c)`.
/// What Keras takes with the call is a member of the layer, or of what applies it again: `"reverse": true`.
struct ReversibleEmbeddingLayer: SingleInputLayer, TableLayer {
    static let names = ["ReversibleEmbedding"]

    private let rows: Int
    private let width: Int
    private let tiesWeights: Bool
    private let masksZero: Bool
    private let softCap: Double?
    private let embeddings: WeightRules
    /// Whether it gives a number for each index, not a row.
    private(set) var isReversed: Bool

    init(reading arguments: inout ObjectReader) {
        rows = arguments.int("input_dim", in: 1...EmbeddingLayer.greatestRows)
        width = arguments.count("output_dim")
        tiesWeights = arguments.bool("tie_weights", default: true)
        masksZero = arguments.bool("mask_zero", default: false)
        softCap = arguments.optionalDouble("logit_soft_cap", in: .above(0))
        embeddings = arguments.weight("embeddings", default: .uniform)
        isReversed = arguments.flagOfCall("reverse")
        for key in ["reverse_dtype", "weights", "lora_rank", "lora_alpha", "quantization_config"] {
            arguments.only(nil, for: key)
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("input_dim", rows)
        json.field("output_dim", width)
        json.field("tie_weights", tiesWeights)
        json.field("mask_zero", masksZero)
        json.field("logit_soft_cap", ifPresent: softCap)
        json.weight("embeddings", embeddings)
        if isReversed { json.field("reverse", true) }
    }

    /// The same layer in a direction.
    func with(isReversed: Bool) -> ReversibleEmbeddingLayer {
        var copy = self
        copy.isReversed = isReversed
        return copy
    }

    var makesMask: Bool { masksZero && !isReversed }
    var indexCount: Int? { isReversed ? nil : rows }
    var table: SharedTable {
        SharedTable(rows: rows, width: width, parameter: tiesWeights ? 0 : 1, isKernel: !tiesWeights)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard isReversed else { return Shape(input.extents + [width]) }
        guard input.rank > 0, input.last == width else {
            throw ShapeRequirement("[…, \(width)] in reverse, its output_dim")
        }
        return input.replacing(axis: input.rank - 1, with: rows)
    }

    func parameters(for input: Shape) -> [Parameter] {
        let reverse = Parameter("reverse_embeddings", [width, rows], embeddings.initializer)
        return [Parameter("embeddings", [rows, width], embeddings)] + (tiesWeights ? [] : [reverse])
    }

    func operations(input: Shape, output: Shape) -> Int { isReversed ? 2 * width * output.volume : 0 }

    /// Each index has its row, also of a sample `[steps]`; in reverse the steps are an axis of their own.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        !isReversed || inputs[0].rank > 1 ? SteppedLayer(layer: self) : nil
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        guard isReversed else {
            let result = try pass.graph.gather(parameters[0], rows: input, elsewhere: .nan)
            try pass.setMaskOfIndices(input, masksZero: masksZero)
            return result
        }
        let shape = pass.graph.shape(of: input)
        let matrix = try pass.graph.reshape(input, to: [shape.extents.dropLast().reduce(1, *), width])
        // Turned once for given weights, as that of a `Dense` is.
        let kernel =
            tiesWeights ? try pass.graph.transpose(parameters[0], permutation: [1, 0]) : parameters[1]
        let product = try pass.graph.matmul(matrix, kernel)
        let scores = try pass.graph.reshape(product, to: shape.replacing(axis: shape.rank - 1, with: rows))
        guard let softCap else { return scores }
        let bounded = try pass.graph.tanh(pass.graph.scale(scores, by: Float(1 / softCap)))
        return try pass.graph.scale(bounded, by: Float(softCap))
    }
}
