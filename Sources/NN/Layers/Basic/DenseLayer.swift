import JSON

/// Keras's `Dense`: `activation(x · kernel + bias)` along the last axis, `[…, D] → […, units]`.
///
/// The kernel is `[D, units]`. Source: keras.io/api/layers/core_layers/dense.
struct DenseLayer: SingleInputLayer, StepwiseLayer {
    static let names = ["Dense"]

    private let units: Int
    let activation: ActivationKind
    var passesMask: Bool { true }
    private let useBias: Bool
    private let kernel: WeightRules
    private let bias: WeightRules

    init(reading arguments: inout ObjectReader) {
        units = arguments.count("units")
        activation = arguments.activation("activation")
        useBias = arguments.bool("use_bias", default: true)
        kernel = arguments.weight("kernel", default: .glorotUniform)
        bias = arguments.weight("bias", default: .zeros)
        arguments.only(nil, for: "lora_rank")
        arguments.only(nil, for: "quantization_config")
    }

    func write(to json: inout JSONWriter) {
        json.field("units", units)
        json.field("activation", activation)
        json.field("use_bias", useBias)
        json.weight("kernel", kernel)
        json.weight("bias", bias)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank > 0 else { throw ShapeRequirement("[…, features]") }
        return input.replacing(axis: input.rank - 1, with: units)
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernel = Parameter("kernel", [input.last, units], kernel)
        return useBias ? [kernel, Parameter("bias", [units], bias)] : [kernel]
    }

    func operations(input: Shape, output: Shape) -> Int {
        output.volume * (2 * input.last + (useBias ? 1 : 0) + activation.operations)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let rows = shape.extents.dropLast().reduce(1, *)
        let matrix = shape.rank == 2 ? input : try pass.graph.reshape(input, to: [rows, shape.last])
        var result = try pass.graph.matmul(matrix, parameters[0])
        if useBias { result = try pass.addBias(parameters[1], to: result) }
        if shape.rank != 2 {
            result = try pass.graph.reshape(result, to: shape.replacing(axis: shape.rank - 1, with: units))
        }
        return try pass.activate(result, activation)
    }
}
