/// The steps of a convolutional memory, one after the other.
struct ConvLSTMSteps {
    private let arguments: ConvLSTMArguments
    /// `W ∗ x + b` for every step, `[N, T, …′, 4F]`.
    private let projected: Value
    private let recurrentKernel: Value
    /// What each gate sees of the state while training; none where it sees all.
    private let kept: [Value]
    /// Which steps count, `[N, T]`; nil where all do.
    private let mask: Value?
    private let initial: [Value]

    /// The steps over a batch of sequences, perhaps with initial states.
    init(
        _ arguments: ConvLSTMArguments,
        inputs: [Value],
        parameters: [Value],
        in pass: inout ForwardPass
    ) throws(ShapeError) {
        self.arguments = arguments
        recurrentKernel = parameters[1]
        let shape = pass.graph.shape(of: inputs[0])
        let rows = shape[0]
        var sums: Value?
        let step = Shape([rows, 1] + shape.extents.dropFirst(2))
        if let first = try pass.dropoutFactors(step, rate: arguments.dropout) {
            var parts: [Value] = []
            for gate in 0..<4 {
                let factors = try gate == 0 ? first : pass.dropoutFactors(step, rate: arguments.dropout) ?? first
                let seen = try pass.graph.multiply(inputs[0], pass.graph.broadcast(factors, to: shape))
                let own = try pass.graph.gate(gate, ofKernel: parameters[0])
                parts.append(try pass.graph.project(seen, own, arguments.window))
            }
            sums = try pass.graph.concatenate(parts, axis: shape.rank - 1)
        }
        var projected: Value
        if let sums {
            projected = sums
        } else {
            projected = try pass.graph.project(inputs[0], parameters[0], arguments.window)
        }
        if arguments.useBias { projected = try pass.addBias(parameters[2], to: projected) }
        self.projected = projected
        let whole = pass.graph.shape(of: projected)
        let state = whole.dropping(2).replacing(axis: whole.rank - 3, with: arguments.filters).batched(rows)
        var kept: [Value] = []
        for _ in 0..<4 {
            if let factors = try pass.dropoutFactors(state, rate: arguments.recurrentDropout) { kept.append(factors) }
        }
        self.kept = kept
        if let given = pass.mask(ofInput: 0) {
            // Of a mask that looks into the steps, a step counts where anything in it does.
            let axes = Array(2..<max(pass.graph.shape(of: given).rank, 2))
            let counted = try pass.graph.sum(given, axes: axes)
            mask = axes.isEmpty ? given : try pass.graph.positive(counted)
        } else {
            mask = nil
        }
        var initial = Array(inputs.dropFirst())
        while initial.count < 2 { initial.append(try pass.graph.constant(0, shape: state)) }
        self.initial = initial
    }

    /// Appends all steps and gives the layer's result and the last states.
    func append(to pass: inout ForwardPass) throws(ShapeError) -> (result: Value, states: [Value]) {
        let shape = pass.graph.shape(of: projected)
        let steps = shape[1]
        let state = pass.graph.shape(of: initial[0])
        var states = initial
        var shown = try pass.graph.constant(0, shape: state)
        var results: [Value] = []
        let order = arguments.sequence.goBackwards ? Array((0..<steps).reversed()) : Array(0..<steps)
        for step in order {
            let own = try pass.graph.slice(projected, axis: 1, step..<step + 1)
            let sums = try pass.graph.reshape(own, to: shape.dropping(2).batched(shape[0]))
            let next = try advance(states, sums, in: &pass.graph)
            guard let mask else {
                (states, shown) = (next, next[0])
                results.append(shown)
                continue
            }
            let counts = try pass.graph.stretchedMask(
                pass.graph.reshape(pass.graph.slice(mask, axis: 1, step..<step + 1), to: [shape[0]]),
                to: state
            )
            let passed = try pass.graph.offset(pass.graph.negate(counts), by: 1)
            func chosen(_ new: Value, _ old: Value) throws(ShapeError) -> Value {
                try pass.graph.add(pass.graph.multiply(counts, new), pass.graph.multiply(passed, old))
            }
            shown = try chosen(next[0], shown)
            results.append(
                arguments.sequence.zeroOutputForMask ? try pass.graph.multiply(counts, next[0]) : shown
            )
            states = [try chosen(next[0], states[0]), try chosen(next[1], states[1])]
        }
        guard arguments.sequence.returnSequences else { return (results[steps - 1], states) }
        let single = state.dropping(1).batched(1).batched(shape[0])
        var parts: [Value] = []
        for result in results { parts.append(try pass.graph.reshape(result, to: single)) }
        return (try pass.graph.concatenate(parts, axis: 1), states)
    }

    /// The states behind a step.
    private func advance(
        _ states: [Value],
        _ sums: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value] {
        let last = graph.shape(of: sums).rank - 1
        var gates: [Value] = []
        let recurrent: Value
        if kept.isEmpty {
            recurrent = try graph.convolve(states[0], recurrentKernel, arguments.recurrentWindow)
        } else {
            var parts: [Value] = []
            for (gate, factors) in kept.enumerated() {
                let seen = try graph.multiply(states[0], factors)
                let own = try graph.gate(gate, ofKernel: recurrentKernel)
                parts.append(try graph.convolve(seen, own, arguments.recurrentWindow))
            }
            recurrent = try graph.concatenate(parts, axis: last)
        }
        let total = try graph.add(sums, recurrent)
        for gate in 0..<4 {
            let filters = arguments.filters
            let part = try graph.slice(total, axis: last, gate * filters..<(gate + 1) * filters)
            let function = gate == 2 ? arguments.activation : arguments.gateActivation
            gates.append(try function.append(to: &graph, part))
        }
        let cell = try graph.add(graph.multiply(gates[1], states[1]), graph.multiply(gates[0], gates[2]))
        return [try graph.multiply(gates[3], arguments.activation.append(to: &graph, cell)), cell]
    }
}

extension Graph {
    /// A gate's part of a kernel, whose last axis holds the four gates.
    fileprivate mutating func gate(_ gate: Int, ofKernel kernel: Value) throws(ShapeError) -> Value {
        let shape = shape(of: kernel)
        let width = shape.last / 4
        return try slice(kernel, axis: shape.rank - 1, gate * width..<(gate + 1) * width)
    }

    /// A convolution of every step of a sequence, `[N, T, …, C] → [N, T, …′, F]`.
    fileprivate mutating func project(
        _ x: Value,
        _ kernel: Value,
        _ window: WindowArguments
    ) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let result = try convolve(reshape(x, to: shape.dropping(2).batched(shape[0] * shape[1])), kernel, window)
        return try reshape(result, to: self.shape(of: result).dropping(1).batched(shape[1]).batched(shape[0]))
    }
}
