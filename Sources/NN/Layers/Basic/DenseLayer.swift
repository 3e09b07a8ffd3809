import JSON

/// Keras's `Dense`: `activation(x · kernel + bias)` along the last axis, `[…, D] → […, units]`.
///
/// The kernel is `[D, units]`. Source: keras.io/api/layers/core_layers/dense. With `shares` it is the transposed table
/// of the `Embedding` with that name, and only the bias is the layer's own: Press and Wolf 2017, arXiv:1608.05859.
struct DenseLayer: SingleInputLayer, StepwiseLayer, TableSharing {
    static let names = ["Dense"]

    /// 0 where it is to be that of a shared table which isn't known yet.
    private var units: Int
    let activation: ActivationKind
    var passesMask: Bool { true }
    private let useBias: Bool
    private let kernel: WeightRules
    private let bias: WeightRules
    private(set) var shares: String?
    private var table: SharedTable?

    init(reading arguments: inout ObjectReader) {
        shares = arguments.optionalString("shares")
        units =
            shares == nil
            ? arguments.count("units") : arguments.optionalInt("units", in: 1...EmbeddingLayer.greatestRows) ?? 0
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        if let shares {
            for key in ["kernel_initializer", "kernel_regularizer", "kernel_constraint"] where arguments.has(key) {
                arguments.fault(at: key, "the kernel is the table of \"\(shares)\", whose arguments say this")
            }
        }
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(nil, for: "lora_rank")
        arguments.only(nil, for: "quantization_config")
    }

    func write(to json: inout JSONWriter) {
        json.field("units", units)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.field("shares", ifPresent: shares)
        if shares == nil { json.weight("kernel", kernel) }
        json.weight("bias", bias)
    }

    func sharing(layerNamed name: String) -> any Layer {
        var copy = self
        copy.shares = name
        return copy
    }

    func sharing(_ table: SharedTable) -> (any Layer)? {
        guard units == 0 || units == table.rows else { return nil }
        var copy = self
        (copy.units, copy.table) = (table.rows, table)
        return copy
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank > 0 else { throw ShapeRequirement("[…, features]") }
        if let table, let shares, input.last != table.width {
            throw ShapeRequirement("[…, \(table.width)], as wide as the rows of \"\(shares)\" that it shares")
        }
        return input.replacing(axis: input.rank - 1, with: units)
    }

    func parameters(for input: Shape) -> [Parameter] {
        (table == nil ? [Parameter("kernel", [input.last, units], kernel)] : [])
            + (useBias ? [Parameter("bias", [units], bias)] : [])
    }

    func operations(input: Shape, output: Shape) -> Int {
        output.volume * (2 * input.last + (useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let rows = shape.extents.dropLast().reduce(1, *)
        let matrix = shape.rank == 2 ? input : try pass.graph.reshape(input, to: [rows, shape.last])
        // Turned once for given weights: a product with a turned matrix has other bits for one row than for many.
        let isTurned = table.map { !$0.isKernel } ?? false
        let kernel = isTurned ? try pass.graph.transpose(parameters[0], permutation: [1, 0]) : parameters[0]
        var result = try pass.graph.matmul(matrix, kernel)
        if useBias { result = try pass.addBias(parameters[1], to: result) }
        if shape.rank != 2 {
            result = try pass.graph.reshape(result, to: shape.replacing(axis: shape.rank - 1, with: units))
        }
        return try pass.activate(result, activation)
    }
}
