import JSON

/// Keras's `Embedding`: a learned row for each index, `[T] → [T, output_dim]`, or of any other shape.
///
/// The weights are `embeddings`, `[input_dim, output_dim]`. An index that isn't an integer from 0 to below `input_dim`
/// gives what is no number, so that nothing is learned from it or answered; where inputs are looked up as they come they
/// are checked before (`Network.indexRules`). With `mask_zero` a 0 is no index: later layers skip that step, as they do those
/// that a mask of the input leaves out. Source:
/// keras.io/api/layers/core_layers/embedding.
struct EmbeddingLayer: SingleInputLayer, TableLayer {
    static let names = ["Embedding"]

    /// The most rows that a table may have.
    static let greatestRows = 1 << 24

    private let rows: Int
    private let width: Int
    private let masksZero: Bool
    private let embeddings: WeightRules

    init(reading arguments: inout ObjectReader) {
        rows = arguments.int("input_dim", in: 1...Self.greatestRows)
        width = arguments.count("output_dim")
        masksZero = arguments.bool("mask_zero", default: false)
        embeddings = arguments.weight("embeddings", default: .uniform)
        arguments.only(nil, for: "weights")
        arguments.only(nil, for: "lora_rank")
        arguments.only(nil, for: "lora_alpha")
        arguments.only(nil, for: "quantization_config")
        // Keras 2 asked for the length, which the input's shape tells.
        arguments.accept("input_length")
    }

    func write(to json: inout JSONWriter) {
        json.field("input_dim", rows)
        json.field("output_dim", width)
        json.field("mask_zero", masksZero)
        json.weight("embeddings", embeddings)
    }

    var makesMask: Bool { masksZero }
    var indexCount: Int? { rows }
    var table: SharedTable { SharedTable(rows: rows, width: width, parameter: 0, isKernel: false) }

    func outputShape(for input: Shape) -> Shape { Shape(input.extents + [width]) }

    func parameters(for input: Shape) -> [Parameter] { [Parameter("embeddings", [rows, width], embeddings)] }

    func operations(input: Shape, output: Shape) -> Int { 0 }

    /// Each index has its row, also of a sample `[steps]`.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? { SteppedLayer(layer: self) }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let result = try pass.graph.gather(parameters[0], rows: input, elsewhere: .nan)
        try pass.setMaskOfIndices(input, masksZero: masksZero)
        return result
    }
}

extension ForwardPass {
    /// Says which steps of a table's rows count: those that count of the indices, and with `masksZero` aren't 0.
    mutating func setMaskOfIndices(_ indices: Value, masksZero: Bool) throws(ShapeError) {
        let given = mask(ofInput: 0)
        guard masksZero else { return setMask(given) }
        let own = try graph.nonZero(indices)
        guard let given else { return setMask(own) }
        setMask(try graph.multiply(own, graph.stretchedMask(given, to: graph.shape(of: own))))
    }
}

extension Graph {
    /// 1 where a number isn't zero, 0 where it is.
    mutating func nonZero(_ x: Value) throws(ShapeError) -> Value {
        try add(positive(x), positive(negate(x)))
    }
}
