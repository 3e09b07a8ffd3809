/// What several nodes together are, found at the last of them.
enum NodePattern {
    /// A function of a value by the name of an activation.
    case activation(String, of: String)
    /// The curved form of Gelu.
    case curvedGelu(of: String)
    /// A layer normalization along axes.
    case layerNormalization(of: String, axes: [Int], epsilon: Double, scale: Constant?, bias: Constant?)
    /// A normalization by the root of the mean square along axes.
    case rootNormalization(of: String, axes: [Int], epsilon: Double, scale: Constant?)
    /// The product or convolution at a place with a bias of its own.
    case biased(Int, bias: Constant)
    /// A chain of sums, differences, products and quotients with constants.
    case affine(of: String, scale: Constant?, offset: Constant?)
}

/// Finds what nodes together are.
struct PatternFinder {
    /// The nodes.
    let nodes: [ONNXNode]
    /// What was found out about them.
    let inference: Inference
    /// The node that gives each value.
    let producers: [String: Int]
    /// How often each value is taken.
    let uses: [String: Int]

    /// What a node is the last of; nil where it is by itself.
    func pattern(at place: Int) -> NodePattern? {
        guard ["Add", "Sub", "Mul", "Div"].contains(nodes[place].type) else { return nil }
        return function(at: place) ?? affine(place)
    }

    /// What a node is the last of, but for a chain of steps with constants.
    func function(at place: Int) -> NodePattern? {
        let node = nodes[place]
        switch node.type {
        case "Mul": return product(node) ?? normalization(place)
        case "Add": return biased(node) ?? normalization(place)
        case "Div": return halfway(node) ?? normalization(place)
        default: return nil
        }
    }

    // MARK: Walking back

    /// The node behind a value, where it is of this type and gives nothing else.
    func producer(_ name: String?, _ types: String...) -> (place: Int, node: ONNXNode)? {
        guard let name, let place = producers[name], types.contains(nodes[place].type),
            nodes[place].outputs.first == name,
            nodes[place].domain.isEmpty
        else { return nil }
        return (place, nodes[place])
    }

    /// The number that an input is everywhere.
    func number(_ node: ONNXNode, _ place: Int) -> Float? {
        switch inference.input(node, place) {
        case .constant(let constant): constant.uniform
        case .splat(_, let number, _): number
        default: nil
        }
    }

    /// The input beside a constant, and the constant's number.
    func besideNumber(_ node: ONNXNode) -> (name: String, number: Float, isFirst: Bool)? {
        guard node.inputs.count == 2 else { return nil }
        if let number = number(node, 1), isFlow(node.inputs[0]) { return (node.inputs[0], number, false) }
        if let number = number(node, 0), isFlow(node.inputs[1]) { return (node.inputs[1], number, true) }
        return nil
    }

    /// Whether a value depends on the inputs.
    func isFlow(_ name: String) -> Bool {
        if case .flow = inference.known[name] { return true }
        return false
    }

    // MARK: Activations

    /// `x·σ(x)`, `x·tanh(softplus(x))`, `x·hardSigmoid(x)`, and Gelu written out.
    private func product(_ node: ONNXNode) -> NodePattern? {
        guard node.inputs.count == 2 else { return nil }
        for (x, other) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])] {
            if let sigmoid = producer(other, "Sigmoid"), sigmoid.node.inputs[0] == x {
                return .activation("silu", of: x)
            }
            if let gate = producer(other, "HardSigmoid"), gate.node.inputs[0] == x,
                abs(gate.node.float("alpha", default: 0.2) - 1 / 6) < 1e-6, gate.node.float("beta", default: 0.5) == 0.5
            {
                return .activation("hard_silu", of: x)
            }
            if let tanh = producer(other, "Tanh"), let soft = producer(tanh.node.inputs[0], "Softplus"),
                soft.node.inputs[0] == x
            {
                return .activation("mish", of: x)
            }
        }
        return gelu(node.inputs)
    }

    private func halfway(_ node: ONNXNode) -> NodePattern? {
        guard node.inputs.count == 2, let divisor = number(node, 1), abs(divisor - 2) < 1e-6 else { return nil }
        guard let product = producer(node.inputs[0], "Mul") else { return nil }
        return gelu(product.node.inputs, half: true)
    }

    /// Gelu as a product of x, ½ and `1 + erf(x/√2)` or `1 + tanh(…)`, in any order.
    private func gelu(_ factors: [String], half: Bool = false) -> NodePattern? {
        var (names, scale) = ([String](), half ? Float(0.5) : 1)
        var queue = factors
        var steps = 0
        while let name = queue.popLast(), steps < 8 {
            steps += 1
            if let product = producer(name, "Mul"), producerOfGate(name) == nil, product.node.inputs.count == 2 {
                if let beside = besideNumber(product.node) {
                    scale *= beside.number
                    queue.append(beside.name)
                    continue
                }
                if product.node.inputs.contains(where: { producerOfGate($0) != nil }) {
                    queue += product.node.inputs
                    continue
                }
            }
            if !isFlow(name) {
                switch inference.known[name] {
                case .constant(let constant): scale *= constant.uniform ?? .nan
                default: return nil
                }
                continue
            }
            names.append(name)
        }
        guard names.count == 2, queue.isEmpty, abs(scale - 0.5) < 1e-6 else { return nil }
        for (x, gate) in [(names[0], names[1]), (names[1], names[0])] {
            guard let found = producerOfGate(gate), found.x == x else { continue }
            return found.isCurved ? .curvedGelu(of: x) : .activation("gelu", of: x)
        }
        return nil
    }

    /// The x of `1 + erf(x/√2)` or of `1 + tanh(√(2/π)(x + 0.044715x³))`.
    private func producerOfGate(_ name: String) -> (x: String, isCurved: Bool)? {
        guard let sum = producer(name, "Add"), let beside = besideNumber(sum.node), abs(beside.number - 1) < 1e-6 else {
            return nil
        }
        if let erf = producer(beside.name, "Erf") {
            guard let scaled = producer(erf.node.inputs[0], "Div", "Mul"), let inner = besideNumber(scaled.node),
                !inner.isFirst || scaled.node.type == "Mul"
            else { return nil }
            let factor = scaled.node.type == "Div" ? 1 / inner.number : inner.number
            return abs(factor - 0.707_106_77) < 1e-5 ? (inner.name, false) : nil
        }
        guard let tanh = producer(beside.name, "Tanh"), let scaled = producer(tanh.node.inputs[0], "Mul"),
            let inner = besideNumber(scaled.node), abs(inner.number - 0.797_884_6) < 1e-5,
            let sum = producer(inner.name, "Add")
        else { return nil }
        for (x, other) in [(sum.node.inputs[0], sum.node.inputs[1]), (sum.node.inputs[1], sum.node.inputs[0])] {
            guard let cube = producer(other, "Mul"), let power = besideNumber(cube.node),
                abs(power.number - 0.044_715) < 1e-5,
                let third = producer(power.name, "Pow"), third.node.inputs[0] == x, number(third.node, 1) == 3
            else { continue }
            return (x, true)
        }
        return nil
    }
}
