import NN

extension Lowering {
    /// Makes layers of a recurrent operator.
    mutating func lowerRecurrence(_ node: ONNXNode) throws(Refusal) {
        let value = try flow(node, 0)
        let shape = try RecurrentShape(inference, node, value.fact)
        let source = try arranged(value, value.fact.steps + [shape.isBatchFirst ? 1 : 0, 2])
        let isReversed = node.text("direction", default: "forward") == "reverse"
        let states = try initialStates(node, shape, beside: value)
        let results = (0..<3).filter { node.output($0).map(wanted.contains) ?? false }
        let (wantsSteps, isNested) = (results.contains(0), !value.fact.steps.isEmpty)
        if isNested, results.count > 1 || results == [2] || !states.isEmpty {
            throw Refusal("at each step of a sequence, with states to begin with or other results than one")
        }
        var arguments = try recurrentArguments(node, shape)
        arguments += [("return_sequences", .flag(wantsSteps)), ("return_state", .flag(!isNested))]
        if shape.directions == 1 { arguments.append(("go_backwards", .flag(isReversed))) }
        var weights: [(String, Tensor)] = []
        for direction in 0..<shape.directions {
            let prefix = shape.directions == 2 ? (direction == 0 ? "forward/" : "backward/") : ""
            for (name, tensor) in try recurrentWeights(node, shape, direction) {
                weights.append((prefix + name, tensor))
            }
        }
        if node.type == "GRU", node.int("linear_before_reset", default: 0) == 0, producer == "pytorch" {
            notes.append(
                "\(node.title) has linear_before_reset 0, which PyTorch's own GRU is not; some versions of its exporter wrote that by "
                    + "mistake, and the answers are then the file's, not PyTorch's"
            )
        }
        var type = node.type == "RNN" ? "SimpleRNN" : node.type
        if shape.directions == 2 {
            arguments = [("merge_mode", .word("concat")), ("layer", .layer(type, arguments))]
            type = "Bidirectional"
        }
        let reference = try add(
            type,
            toEachOf: value.fact.steps,
            arguments,
            [source.reference] + states,
            weights: weights,
            hint: recurrentHint(shape)
        )
        if isNested, !wantsSteps {
            try setState(node, shape, ofEach: reference)
        } else if !isNested {
            try setStates(node, shape, reference)
        }
        guard wantsSteps, let name = node.output(0) else { return }
        flows[name] = try allSteps(node, shape, reference, isReversed: isReversed)
    }

    /// The last state at each step of an outer sequence, which is what the layer gives.
    private mutating func setState(
        _ node: ONNXNode,
        _ shape: RecurrentShape,
        ofEach layer: LayerPlan.Reference
    ) throws(Refusal) {
        guard let name = node.output(1) else { return }
        let fact = try fact(node, 1)
        guard shape.directions == 2 else {
            flows[name] = Flow(reference: layer, order: fact.steps + [2], fact: fact)
            return
        }
        flows[name] = Flow(
            reference: try reshaped(layer, to: fact.steps.map(fact.extent) + [2, shape.units]),
            order: fact.steps + [shape.isBatchFirst ? 1 : 0, 2],
            fact: fact
        )
    }

    private func recurrentHint(_ shape: RecurrentShape) -> String? {
        for weight in [shape.kernel, shape.recurrent] {
            if let end = weight.name.firstRange(of: ".weight") { return String(weight.name[..<end.lowerBound]) }
        }
        return nil
    }

    /// The last states.
    private mutating func setStates(
        _ node: ONNXNode,
        _ shape: RecurrentShape,
        _ layer: LayerPlan.Reference
    ) throws(Refusal) {
        let count = node.type == "LSTM" ? 2 : 1
        for number in 0..<count {
            guard let name = node.output(number + 1), wanted.contains(name) else { continue }
            let fact = try fact(node, number + 1)
            var state = layer
            state.result = number + 1
            guard shape.directions == 2 else {
                flows[name] = Flow(reference: state, order: [2], fact: fact)
                continue
            }
            var back = layer
            back.result = number + 1 + count
            let both = try add("Concatenate", [("axis", .int(1))], [state, back])
            flows[name] = Flow(
                reference: try reshaped(both, to: [2, shape.units]),
                order: [shape.isBatchFirst ? 1 : 0, 2],
                fact: fact
            )
        }
    }

    /// The states at all steps.
    private mutating func allSteps(
        _ node: ONNXNode,
        _ shape: RecurrentShape,
        _ layer: LayerPlan.Reference,
        isReversed: Bool
    ) throws(Refusal) -> Flow {
        let fact = try fact(node)
        let (steps, direction) = shape.isBatchFirst ? (1, 2) : (0, 1)
        guard shape.directions == 2 else {
            let result = Flow(reference: layer, order: fact.steps + [steps, 3], fact: fact)
            guard isReversed else { return result }
            // Keras gives them in the order of processing.
            guard let count = fact.extent(steps) else {
                throw Refusal("all steps of direction reverse, of which there is no fixed number")
            }
            var matrix = [Float](repeating: 0, count: count * count)
            for place in 0..<count { matrix[place * count + count - 1 - place] = 1 }
            return try mapped(result, steps, to: count, matrix)
        }
        return Flow(
            reference: try reshaped(layer, to: fact.steps.map(fact.extent) + [fact.extent(steps), 2, shape.units]),
            order: fact.steps + [steps, direction, 3],
            fact: fact
        )
    }

    /// The states to begin with; none where they are zero.
    private mutating func initialStates(
        _ node: ONNXNode,
        _ shape: RecurrentShape,
        beside value: Flow
    ) throws(Refusal) -> [LayerPlan.Reference] {
        let count = node.type == "LSTM" ? 2 : 1
        let names = (0..<count).map { node.input(5 + $0) }
        let isZero = try names.map { (name) throws(Refusal) -> Bool in
            guard let name else { return true }
            switch inference.known[name] {
            case .splat(_, let number, _): return number == 0
            case .constant(let constant): return constant.uniform == 0
            default: return false
            }
        }
        if isZero.allSatisfy(\.self) { return [] }
        var states: [Flow] = []
        let (direction, units) = (shape.isBatchFirst ? 1 : 0, 2)
        for name in names {
            if let flow = name.flatMap({ flows[$0] }) {
                states.append(try arranged(flow, shape.directions == 2 ? [direction, units] : [units]))
                continue
            }
            var constant = Constant(
                [shape.directions, 1, shape.units],
                Array(repeating: 0, count: shape.directions * shape.units)
            )
            if let name, case .constant(let given) = inference.known[name] {
                guard given.volume == constant.volume, let numbers = given.floats else {
                    throw Refusal("an initial state for each row of a batch")
                }
                constant = Constant(constant.shape, numbers)
            } else if let name, case .splat(_, let number, _) = inference.known[name] {
                constant = Constant(constant.shape, Array(repeating: number, count: constant.volume))
            }
            if shape.isBatchFirst { constant = constant.reshaped([1, shape.directions, shape.units]) }
            let extents = [Extent(shape.directions), Extent(shape.units)]
            let batch = Extent.batch
            let fact = value.fact.with(shape.isBatchFirst ? [batch] + extents : [extents[0], batch, extents[1]])
            let state = try constantFlow(constant, beside: value, as: fact)
            states.append(try arranged(state, shape.directions == 2 ? [direction, units] : [units]))
        }
        guard shape.directions == 2 else { return states.map(\.reference) }
        var references: [LayerPlan.Reference] = []
        for place in 0..<2 {
            for state in states {
                references.append(
                    try reshaped(part(state, direction, from: place, count: 1).reference, to: [shape.units])
                )
            }
        }
        return references
    }

    // MARK: Arguments and weights

    private func recurrentArguments(
        _ node: ONNXNode,
        _ shape: RecurrentShape
    ) throws(Refusal) -> [(String, LayerPlan.Argument)] {
        let count = ["GRU": 2, "LSTM": 3][node.type] ?? 1
        let standard = ["GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]][node.type] ?? ["Tanh"]
        var names = node.attributes["activations"]?.texts ?? []
        if names.isEmpty { names = Array(repeating: standard, count: shape.directions).flatMap(\.self) }
        guard names.count == count * shape.directions else { throw Refusal("activations \(names)") }
        var functions: [String] = []
        var (alphas, betas) = (
            (node.attributes["activation_alpha"]?.floats ?? [])[...],
            (node.attributes["activation_beta"]?.floats ?? [])[...]
        )
        for name in names { functions.append(try Self.function(name, &alphas, &betas)) }
        let first = Array(functions.prefix(count))
        guard shape.directions == 1 || Array(functions.suffix(count)) == first else {
            throw Refusal("directions of unequal activations")
        }
        var arguments: [(String, LayerPlan.Argument)] = [
            ("units", .int(shape.units)), ("use_bias", .flag(shape.bias != nil)),
        ]
        switch node.type {
        case "RNN": arguments.append(("activation", .word(first[0])))
        case "GRU":
            arguments += [
                ("recurrent_activation", .word(first[0])), ("activation", .word(first[1])),
                ("reset_after", .flag(node.int("linear_before_reset", default: 0) != 0)),
            ]
        default:
            guard first[1] == first[2] else {
                throw Refusal("activations \(first[1]) and \(first[2]) of the cell, which Keras has as one")
            }
            arguments += [
                ("recurrent_activation", .word(first[0])), ("activation", .word(first[1])),
                ("unit_forget_bias", .flag(false)),
            ]
        }
        return arguments
    }

    private static func function(
        _ name: String,
        _ alphas: inout ArraySlice<Float>,
        _ betas: inout ArraySlice<Float>
    ) throws(Refusal) -> String {
        switch name.lowercased() {
        case "sigmoid": return "sigmoid"
        case "tanh": return "tanh"
        case "relu": return "relu"
        case "softsign": return "softsign"
        case "softplus": return "softplus"
        case "hardsigmoid":
            let (alpha, beta) = (alphas.popFirst() ?? 0.2, betas.popFirst() ?? 0.5)
            if beta == 0.5, alpha == 0.2 { return "hard_sigmoid_keras2" }
            if beta == 0.5, abs(alpha - 1 / 6) < 1e-6 { return "hard_sigmoid" }
            throw Refusal("HardSigmoid with alpha \(alpha) and beta \(beta) in a recurrence")
        case "elu":
            if alphas.popFirst() ?? 1 == 1 { return "elu" }
            throw Refusal("Elu with another alpha than 1 in a recurrence")
        default: throw Refusal("\(name) in a recurrence, for which there is no activation")
        }
    }

    private func recurrentWeights(
        _ node: ONNXNode,
        _ shape: RecurrentShape,
        _ direction: Int
    ) throws(Refusal) -> [(String, Tensor)] {
        let units = shape.units
        // Where each of Keras's gates is among ONNX's.
        let gates = node.type == "LSTM" ? [0, 2, 3, 1] : Array(0..<(RecurrentShape.gates[node.type] ?? 1))
        func turned(_ constant: Constant, _ columns: Int) throws(Refusal) -> Tensor {
            guard let numbers = constant.floats else { throw Refusal("weights that aren't known") }
            let start = direction * gates.count * units * columns
            var result = [Float](repeating: 0, count: columns * gates.count * units)
            for (place, gate) in gates.enumerated() {
                for unit in 0..<units {
                    let row = start + (gate * units + unit) * columns
                    for column in 0..<columns {
                        result[column * gates.count * units + place * units + unit] = numbers[row + column]
                    }
                }
            }
            return Tensor([columns, gates.count * units], result)
        }
        var weights = [
            ("kernel", try turned(shape.kernel, shape.features)),
            ("recurrent_kernel", try turned(shape.recurrent, units)),
        ]
        guard let bias = shape.bias else { return weights }
        guard let numbers = bias.floats else { throw Refusal("biases that aren't known") }
        let width = gates.count * units
        let start = direction * 2 * width
        func part(_ offset: Int) -> [Float] {
            gates.flatMap { gate in numbers[start + offset + gate * units..<start + offset + (gate + 1) * units] }
        }
        let (ofInput, ofState) = (part(0), part(width))
        if node.type == "GRU", node.int("linear_before_reset", default: 0) != 0 {
            weights.append(("bias", Tensor([2, width], ofInput + ofState)))
        } else {
            weights.append(("bias", Tensor([width], zip(ofInput, ofState).map { $0 + $1 })))
        }
        return weights
    }
}
