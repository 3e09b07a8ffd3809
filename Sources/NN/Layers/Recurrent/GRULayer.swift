import JSON

/// Keras's `GRU`: a gated recurrent unit over a sequence, `[T, D] → [H]`, or `[T, H]` with `return_sequences`.
///
/// With `reset_after`: `z = σ(x·Wz + bz + h·Uz + cz)`, `r = σ(x·Wr + br + h·Ur + cr)`, `ĥ = tanh(x·Wh + bh + r ⊙ (h·Uh +
/// ch))`, `h′ = z ⊙ h + (1 − z) ⊙ ĥ`; without, `ĥ = tanh(x·Wh + bh + (r ⊙ h)·Uh)` and there is no c. T steps, D
/// features, H units. The gates lie in the order z, r, h: kernel W `[D, 3H]`, recurrent_kernel U `[H, 3H]`, bias
/// `[2, 3H]` (b, then c) or `[3H]`. Source: Cho et al. 2014, arXiv:1406.1078; keras.io/api/layers/recurrent_layers/gru.
struct GRULayer: SingleInputLayer {
    static let names = ["GRU"]

    private let units: Int
    private let stateActivation: ActivationKind
    private let gateActivation: ActivationKind
    private let useBias: Bool
    private let resetAfter: Bool
    private let returnSequences: Bool
    private let kernelInitializer: Initializer
    private let recurrentInitializer: Initializer
    private let biasInitializer: Initializer

    init(reading arguments: inout ObjectReader) {
        units = arguments.count("units")
        stateActivation = arguments.activation("activation", default: .tanh)
        gateActivation = arguments.activation("recurrent_activation", default: .sigmoid)
        useBias = arguments.bool("use_bias", default: true)
        resetAfter = arguments.bool("reset_after", default: true)
        returnSequences = arguments.bool("return_sequences", default: false)
        kernelInitializer = arguments.initializer("kernel_initializer", default: .glorotUniform)
        recurrentInitializer = arguments.initializer("recurrent_initializer", default: .orthogonal)
        biasInitializer = arguments.initializer("bias_initializer", default: .zeros)
        arguments.onlyStandardRecurrence()
        arguments.unregularized("kernel", "recurrent", "bias")
    }

    func write(to json: inout JSONWriter) {
        json.field("units", units)
        json.field("activation", stateActivation)
        json.field("recurrent_activation", gateActivation)
        json.field("use_bias", useBias)
        json.field("reset_after", resetAfter)
        json.field("return_sequences", returnSequences)
        json.field("kernel_initializer", kernelInitializer)
        json.field("recurrent_initializer", recurrentInitializer)
        json.field("bias_initializer", biasInitializer)
    }

    func outputShape(for input: Shape) throws(ShapeRequirement) -> Shape {
        guard input.rank == 2 else { throw ShapeRequirement("[steps, features]") }
        return returnSequences ? [input[0], units] : [units]
    }

    func parameters(for input: Shape) -> [Parameter] {
        let kernels = [
            Parameter("kernel", [input[1], 3 * units], kernelInitializer),
            Parameter("recurrent_kernel", [units, 3 * units], recurrentInitializer),
        ]
        return useBias
            ? kernels + [Parameter("bias", resetAfter ? [2, 3 * units] : [3 * units], biasInitializer)] : kernels
    }

    func operations(input: Shape, output: Shape) -> Int {
        let products = 2 * 3 * units * (input[1] + units)
        let sums = 3 * units * (1 + (useBias ? 1 : 0) + (useBias && resetAfter ? 1 : 0))
        let gates = units * (2 * gateActivation.operations + stateActivation.operations + 5)
        return input[0] * (products + sums + gates)
    }

    func append(to pass: inout ForwardPass, input: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let (batch, steps) = (shape[0], shape[1])
        let bias = useBias ? try biases(parameters[2], in: &pass.graph) : nil
        let cell = GRUCell(
            recurrentKernel: parameters[1],
            recurrentBias: bias?.recurrent,
            resetAfter: resetAfter,
            activation: stateActivation,
            gateActivation: gateActivation
        )
        let projected = try project(input, kernel: parameters[0], bias: bias?.input, in: &pass)
        let initial = try pass.graph.constant(0, shape: [batch, units])
        let states = try cell.states(from: initial, over: projected, in: &pass.graph)
        guard returnSequences else {
            let last = try pass.graph.slice(states, axis: 0, steps..<steps + 1)
            return try pass.graph.reshape(last, to: [batch, units])
        }
        let results = try pass.graph.slice(states, axis: 0, 1..<steps + 1)
        return try pass.graph.transpose(results, permutation: [1, 0, 2])
    }

    /// `x·W + b` for every step at once, time first: `[T, N, 3H]`.
    private func project(
        _ input: Value,
        kernel: Value,
        bias: Value?,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: input)
        let timeMajor = try pass.graph.transpose(input, permutation: [1, 0, 2])
        let rows = try pass.graph.reshape(timeMajor, to: [shape[1] * shape[0], shape[2]])
        var projected = try pass.graph.matmul(rows, kernel)
        if let bias { projected = try pass.addBias(bias, to: projected) }
        return try pass.graph.reshape(projected, to: [shape[1], shape[0], 3 * units])
    }

    /// The bias of the input and, with `reset_after`, that of the state.
    private func biases(
        _ bias: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> (input: Value, recurrent: Value?) {
        guard resetAfter else { return (bias, nil) }
        let input = try graph.slice(bias, axis: 0, 0..<1)
        let recurrent = try graph.slice(bias, axis: 0, 1..<2)
        return (
            try graph.reshape(input, to: [3 * units]),
            try graph.reshape(recurrent, to: [3 * units])
        )
    }
}
