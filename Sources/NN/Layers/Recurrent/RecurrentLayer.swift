import JSON

/// A layer that carries a state along a sequence: `[T, D] → [H]`, or `[T, H]` with `return_sequences`.
///
/// T steps, D features, H units. Weights: kernel W `[D, G·H]`, recurrent_kernel U `[H, G·H]` and a bias, G gates. Further
/// inputs are the initial states `[H]`, zeros where there are none; with `return_state` further results are the last
/// states. A masked step leaves the state as it is. `dropout` and `recurrent_dropout` draw what they leave out once a
/// sequence. Source: keras.io/api/layers/recurrent_layers.
protocol RecurrentLayer: SequenceLayer {
    /// G, how many products with W and U a step needs side by side.
    static var gates: Int { get }
    /// How many tensors `[H]` make the state; the first is the layer's result.
    static var stateCount: Int { get }

    /// The arguments that all recurrent layers have.
    var recurrence: RecurrentArguments { get set }
    /// The shape of the bias.
    var biasShape: Shape { get }

    /// Reads what a layer or a cell of this kind has beside the arguments that all share.
    init(reading arguments: inout ObjectReader, _ recurrence: RecurrentArguments)

    /// The operations of one step beside the products with W and U.
    var stepOperations: Int { get }

    /// What the gates are called, in their order; none where the state is computed at once.
    static var gateNames: [String] { get }
    /// What the states are called.
    static var stateNames: [String] { get }
    /// A step in words of mathematics, by the names of gates and states.
    var formula: String { get }
    /// Whether the reset gate comes after the product; nil where there is none.
    var resetsAfter: Bool? { get }

    /// All states and gates over projected inputs `x·W + b` `[T, N, G·H]`.
    func steps(
        from initial: [Value],
        over projected: Value,
        weights: RecurrentWeights,
        in graph: inout Graph
    ) throws(ShapeError) -> RecurrentSteps
}

extension RecurrentLayer {
    /// The class name of the cell, as in `GRUCell`.
    static var cellType: String { "\(type)Cell" }

    init(reading arguments: inout ObjectReader) {
        let recurrence = RecurrentArguments(reading: &arguments)
        self.init(reading: &arguments, recurrence)
    }

    var sequence: SequenceArguments { recurrence.sequence ?? SequenceArguments() }

    func with(_ sequence: SequenceArguments) -> Self {
        var copy = self
        copy.recurrence.sequence = sequence
        return copy
    }

    var units: Int { recurrence.units }

    var stateUnits: [Int] { Array(repeating: units, count: Self.stateCount) }

    var biasShape: Shape { [Self.gates * units] }

    var resetsAfter: Bool? { nil }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let width = Self.gates * units
        let kernels = [
            Parameter("kernel", [inputs[0][1], width], recurrence.kernel),
            Parameter("recurrent_kernel", [units, width], recurrence.recurrent),
        ]
        return recurrence.useBias ? kernels + [Parameter("bias", biasShape, recurrence.bias)] : kernels
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        inputs[0][0] * (2 * Self.gates * units * (inputs[0][1] + units) + stepOperations)
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let shape = pass.graph.shape(of: inputs[0])
        let order = try StepOrder(
            of: pass.mask(ofInput: 0),
            steps: shape[1],
            sequence: sequence,
            in: &pass.graph
        )
        let steps = try order.arranged(inputs[0], in: &pass.graph)
        var initial = Array(inputs.dropFirst())
        while initial.count < Self.stateCount {
            initial.append(try pass.graph.constant(0, shape: [shape[0], units]))
        }
        let run = try run(over: steps, from: initial, parameters: parameters, in: &pass)
        let states = run.states
        pass.trace(run, of: self, reversed: sequence.goBackwards)
        let result = try order.result(states[0], in: &pass.graph)
        if sequence.returnSequences { pass.setMask(pass.mask(ofInput: 0)) }
        guard sequence.returnState else { return [result] }
        var last: [Value] = []
        for state in states { last.append(try order.lastState(state, in: &pass.graph)) }
        return [result] + last
    }

    /// All states and gates over steps `[T, N, D]` in the order in which they are taken.
    func run(
        over steps: Value,
        from initial: [Value],
        parameters: [Value],
        in pass: inout ForwardPass
    ) throws(ShapeError) -> RecurrentSteps {
        let features = try pass.dropped(steps, rate: recurrence.dropout, sharedAxes: [0])
        let bias = recurrence.useBias ? parameters[2] : nil
        let (inputBias, recurrentBias) = try biases(bias, in: &pass.graph)
        let projected = try project(features, parameters[0], inputBias, in: &pass)
        let rows = pass.graph.shape(of: steps)[1]
        let weights = RecurrentWeights(
            kernel: parameters[1],
            bias: recurrentBias,
            keeping: try pass.recurrentDropout(recurrence.recurrentDropout, [rows, units], count: Self.gates)
        )
        return try self.steps(from: initial, over: projected, weights: weights, in: &pass.graph)
    }

    /// `x·W + b` for every step at once, `[T, N, G·H]`.
    private func project(
        _ steps: Value,
        _ kernel: Value,
        _ bias: Value?,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Value {
        let shape = pass.graph.shape(of: steps)
        let rows = try pass.graph.reshape(steps, to: [shape[0] * shape[1], shape[2]])
        var projected = try pass.graph.matmul(rows, kernel)
        if let bias { projected = try pass.addBias(bias, to: projected) }
        return try pass.graph.reshape(projected, to: [shape[0], shape[1], Self.gates * units])
    }

    /// The bias of the input and, where it has two rows, that of the state.
    private func biases(
        _ bias: Value?,
        in graph: inout Graph
    ) throws(ShapeError) -> (input: Value?, recurrent: Value?) {
        guard let bias, biasShape.rank == 2 else { return (bias, nil) }
        let input = try graph.slice(bias, axis: 0, 0..<1)
        let recurrent = try graph.slice(bias, axis: 0, 1..<2)
        return (
            try graph.reshape(input, to: [biasShape[1]]),
            try graph.reshape(recurrent, to: [biasShape[1]])
        )
    }
}

extension ForwardPass {
    /// For each gate what is kept of the state, `[N, H]`; none where nothing is left out.
    fileprivate mutating func recurrentDropout(
        _ rate: Double,
        _ shape: Shape,
        count: Int
    ) throws(ShapeError) -> [Value] {
        var kept: [Value] = []
        for _ in 0..<count {
            if let factors = try dropoutFactors(shape, rate: rate) { kept.append(factors) }
        }
        return kept
    }
}
