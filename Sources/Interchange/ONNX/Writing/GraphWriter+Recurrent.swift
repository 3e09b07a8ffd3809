import JSON
import NN

extension GraphWriter {
    /// One direction of a recurrence.
    private struct Direction {
        /// The operator.
        let type: String
        /// The layer or cell with its arguments.
        let layer: ExportedLayer
        /// Whether it goes from the last step to the first.
        let isReversed: Bool
        /// The initial states, `[N, units]`.
        let states: [String]
    }

    mutating func writeRecurrent(_ layer: ExportedLayer) throws(Refusal) {
        if layer.type == "Bidirectional" { return try writeBidirectional(layer) }
        if layer.flag("stateful") {
            notes.append("\"\(layer.name)\" is stateful; the file begins each sequence with zeros")
        }
        var cells: [ExportedLayer] = [layer]
        if layer.type == "RNN", let cell = layer.arguments["cell"] {
            let list = cell.kind == .array ? Array(cell.elements) : [cell]
            var taken: Set<String> = []
            cells = list.map { value in
                let type = value["type"].flatMap { try? $0.string() } ?? ""
                let name = AutomaticName.free(AutomaticName.of(className: type), taken: taken)
                taken.insert(name)
                return layer.inner(
                    value,
                    prefix: list.count == 1 ? layer.prefix : layer.prefix + name + "/",
                    inputs: [],
                    shape: layer.shape
                )
            }
        }
        var states: [String] = []
        for reference in layer.inputs.dropFirst() { states.append(try take(reference)) }
        let isReversed = layer.flag("go_backwards")
        var steps = try take(layer.inputs[0], [1, 0, 2])
        var last: [String] = []
        var result = ("", "")
        for (place, cell) in cells.enumerated() {
            let type = cell.type.hasSuffix("Cell") ? String(cell.type.dropLast(4)) : cell.type
            let count = type == "LSTM" ? 2 : 1
            let own = Array(states.prefix(count))
            states = Array(states.dropFirst(count))
            let isLast = place == cells.count - 1
            let direction = Direction(type: type, layer: cell, isReversed: isReversed, states: own)
            let name = cells.count == 1 ? layer.name : "\(layer.name)/\(place)"
            let given = try recur(direction, steps, name, wantsSteps: !isLast || layer.flag("return_sequences"))
            steps = given.steps
            last += given.states
            if isLast { result = (given.steps, given.states[0]) }
        }
        let units = layer.shape.last ?? nil
        if layer.flag("return_sequences") {
            // Keras gives the steps in the order of processing.
            let ordered = isReversed ? flipped(result.0, layer.name) : result.0
            set(layer.name, ordered, order: [1, 0, 2], shape: layer.shape)
        } else {
            set(layer.name, result.1, shape: layer.shape)
        }
        guard layer.flag("return_state") else { return }
        _ = units
        for (place, state) in last.enumerated() { set("\(layer.name):\(place + 1)", state, shape: [nil]) }
    }

    private mutating func flipped(_ steps: String, _ name: String) -> String {
        add("Slice", [steps, ints([-1]), ints([Int(Int32.min)]), ints([0]), ints([-1])], name: "\(name)/flipped")
    }

    private mutating func writeBidirectional(_ layer: ExportedLayer) throws(Refusal) {
        guard let value = layer.arguments["layer"] else { throw Refusal("no layer") }
        let forward = layer.inner(value, prefix: layer.prefix + "forward/", inputs: layer.inputs, shape: layer.shape)
        let other = layer.arguments["backward_layer"].flatMap { $0.isNull ? nil : $0 } ?? value
        let backward = layer.inner(other, prefix: layer.prefix + "backward/", inputs: layer.inputs, shape: layer.shape)
        guard forward.type != "RNN", backward.type != "RNN" else {
            throw Refusal("cells within it; take the layer of the cell itself")
        }
        if let type = [forward.type, backward.type].first(where: { $0.hasPrefix("ConvLSTM") }) {
            throw Refusal("\(type), for which there is no operator")
        }
        var states: [String] = []
        for reference in layer.inputs.dropFirst() { states.append(try take(reference)) }
        let count = forward.type == "LSTM" ? 2 : 1
        let isReversed = forward.flag("go_backwards")
        let steps = try take(layer.inputs[0], [1, 0, 2])
        let wants = forward.flag("return_sequences")
        let one = try recur(
            Direction(type: forward.type, layer: forward, isReversed: isReversed, states: Array(states.prefix(count))),
            steps,
            "\(layer.name)/forward",
            wantsSteps: wants
        )
        let two = try recur(
            Direction(
                type: backward.type,
                layer: backward,
                isReversed: !isReversed,
                states: Array(states.dropFirst(count))
            ),
            steps,
            "\(layer.name)/backward",
            wantsSteps: wants
        )
        let pair = wants ? [one.steps, two.steps] : [one.states[0], two.states[0]]
        let order = wants ? [1, 0, 2] : nil
        let merge = layer.arguments["merge_mode"]?.isNull == true ? "" : layer.word("merge_mode", "concat")
        var further = 1
        switch merge {
        case "":
            set(layer.name, pair[0], order: order, shape: layer.shape)
            set("\(layer.name):1", pair[1], order: order, shape: layer.shape)
            further = 2
        case "concat":
            set(
                layer.name,
                add("Concat", pair, name: layer.name, ["axis": .int(wants ? 2 : 1)]),
                order: order,
                shape: layer.shape
            )
        default:
            let types = ["sum": "Add", "mul": "Mul", "ave": "Mean"]
            set(layer.name, add(types[merge] ?? "Add", pair, name: layer.name), order: order, shape: layer.shape)
        }
        guard forward.flag("return_state") else { return }
        for (place, state) in (one.states + two.states).enumerated() {
            set("\(layer.name):\(place + further)", state, shape: [nil])
        }
    }

    /// Writes one operator over steps `[T, N, D]`; gives all steps `[T, N, units]` and the last states `[N, units]`.
    private mutating func recur(
        _ direction: Direction,
        _ steps: String,
        _ name: String,
        wantsSteps: Bool
    ) throws(Refusal) -> (steps: String, states: [String]) {
        let layer = direction.layer
        let units = layer.int("units", 1)
        let type = direction.type == "SimpleRNN" ? "RNN" : direction.type
        let resetAfter = layer.flag("reset_after", true)
        // Where each of ONNX's gates is among Keras's.
        let gates = type == "LSTM" ? [0, 3, 1, 2] : type == "GRU" ? [0, 1, 2] : [0]
        func turned(_ name: String) throws(Refusal) -> Tensor {
            let kernel = try tensor(layer, name)
            let (rows, width) = (kernel.shape[0], kernel.shape[1])
            var numbers: [Float] = []
            numbers.reserveCapacity(kernel.values.count)
            for gate in gates {
                for unit in 0..<units {
                    for row in 0..<rows { numbers.append(kernel.values[row * width + gate * units + unit]) }
                }
            }
            return Tensor([1, width, rows], numbers)
        }
        var inputs = [
            steps, weight(layer.prefix + "kernel", try turned("kernel")),
            weight(layer.prefix + "recurrent_kernel", try turned("recurrent_kernel")),
        ]
        var bias = ""
        if layer.flag("use_bias", true) {
            let own = try tensor(layer, "bias").values
            let width = gates.count * units
            let doubled = own.count == 2 * width ? own : own + Array(repeating: 0, count: width)
            let ordered = [0, width].flatMap { start in
                gates.flatMap { doubled[start + $0 * units..<start + ($0 + 1) * units] }
            }
            bias = weight(layer.prefix + "bias", Tensor([1, 2 * width], ordered))
        }
        if !bias.isEmpty || !direction.states.isEmpty { inputs.append(bias) }
        if !direction.states.isEmpty {
            inputs.append("")
            for (place, state) in direction.states.enumerated() {
                inputs.append(add("Unsqueeze", [state, ints([0])], name: "\(name)/initial_\(place)"))
            }
        }
        var attributes: [(String, Attribute)] = [("hidden_size", .int(units))]
        attributes += try functions(type, layer)
        if direction.isReversed { attributes.append(("direction", .text("reverse"))) }
        if type == "GRU", resetAfter { attributes.append(("linear_before_reset", .int(1))) }
        let all = wantsSteps ? free("\(name)/all") : ""
        let states = (0..<(type == "LSTM" ? 2 : 1)).map { free($0 == 0 ? "\(name)/last" : "\(name)/cell") }
        add(type, inputs, name: name, outputs: [all] + states, attributes: attributes)
        let result = wantsSteps ? add("Squeeze", [all, ints([1])], name: "\(name)/steps") : ""
        return (result, states.map { add("Squeeze", [$0, ints([0])], name: "\($0)/state") })
    }

    private mutating func functions(_ type: String, _ layer: ExportedLayer) throws(Refusal) -> [(String, Attribute)] {
        let (state, gate) = (layer.word("activation", "tanh"), layer.word("recurrent_activation", "sigmoid"))
        let wanted = type == "RNN" ? [state] : type == "GRU" ? [gate, state] : [gate, state, state]
        let standard = type == "RNN" ? ["tanh"] : type == "GRU" ? ["sigmoid", "tanh"] : ["sigmoid", "tanh", "tanh"]
        if wanted == standard { return [] }
        var (names, alphas, betas) = ([String](), [Float](), [Float]())
        for function in wanted {
            switch function {
            case "sigmoid": names.append("Sigmoid")
            case "tanh": names.append("Tanh")
            case "relu": names.append("Relu")
            case "softsign": names.append("Softsign")
            case "softplus": names.append("Softplus")
            case "linear": names.append("Affine"); alphas.append(1); betas.append(0)
            case "hard_sigmoid": names.append("HardSigmoid"); alphas.append(1 / 6); betas.append(0.5)
            case "hard_sigmoid_keras2": names.append("HardSigmoid"); alphas.append(0.2); betas.append(0.5)
            case "elu": names.append("Elu"); alphas.append(1)
            case "leaky_relu": names.append("LeakyRelu"); alphas.append(0.2)
            default: throw Refusal("the activation \(function), which ONNX's recurrent operators don't have")
            }
        }
        if !names.allSatisfy({ ["Sigmoid", "Tanh", "Relu"].contains($0) }) {
            notes.append(
                "\"\(layer.name)\" has the activations \(names.joined(separator: ", ")), which onnxruntime computes and some other programs, "
                    + "such as OpenVINO, refuse in a recurrence"
            )
        }
        var attributes: [(String, Attribute)] = [("activations", .texts(names))]
        if !alphas.isEmpty { attributes.append(("activation_alpha", .floats(alphas))) }
        if !betas.isEmpty { attributes.append(("activation_beta", .floats(betas))) }
        return attributes
    }
}
