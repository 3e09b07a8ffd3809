extension PatternFinder {
    /// The constant that an input is, whatever its shape.
    func constant(_ node: ONNXNode, _ place: Int) -> Constant? {
        if case .constant(let constant) = inference.input(node, place) { return constant }
        return nil
    }

    /// A product or convolution with the addition behind it as its bias.
    func biased(_ node: ONNXNode) -> NodePattern? {
        guard node.inputs.count == 2 else { return nil }
        for (place, other) in [(0, 1), (1, 0)] {
            guard let bias = constant(node, other),
                let found = producer(node.input(place), "MatMul", "Conv", "ConvTranspose", "Gemm"),
                let name = node.input(place), uses[name] == 1,
                case .flow(let fact) = inference.known[name], bias.shape.count <= fact.rank, bias.type == fact.type,
                case .constant = inference.input(found.node, 1)
            else { continue }
            let isProduct = found.node.type == "MatMul" || found.node.type == "Gemm"
            guard isProduct || found.node.input(2) == nil, !(found.node.type == "Gemm" && found.node.input(2) != nil)
            else { continue }
            if isProduct, case .constant(let weight) = inference.input(found.node, 1), weight.shape.count < 2 {
                continue
            }
            let axis = isProduct ? fact.rank - 1 : 1
            guard axis != fact.batch, let count = fact.extent(axis), bias.volume == count else { continue }
            let padded = Array(repeating: 1, count: fact.rank - bias.shape.count) + bias.shape
            guard padded[axis] == count, bias.uniform == nil || count == 1 || padded[axis] == count else { continue }
            return .biased(found.place, bias: bias.reshaped([count]))
        }
        return nil
    }

    /// A chain of steps with constants as one.
    func affine(_ place: Int) -> NodePattern? {
        var (scale, offset): (Constant?, Constant?) = (nil, nil)
        var current = nodes[place]
        var steps = 0
        while steps < 64, current.inputs.count == 2 {
            let isFirst = !isFlow(current.inputs[0])
            guard let given = constant(current, isFirst ? 0 : 1), isFlow(current.inputs[isFirst ? 1 : 0]),
                let step = try? Lowering.steps(current.type, given, isFirst: isFirst)
            else { break }
            // x ↦ scale · (a · x + b) + offset
            guard let (a, b) = composed(scale, offset, step.0, step.1) else { break }
            (scale, offset) = (a, b)
            steps += 1
            let name = current.inputs[isFirst ? 1 : 0]
            guard uses[name] == 1, let next = producer(name, "Add", "Sub", "Mul", "Div"),
                case .flow(let inner) = inference.known[name],
                let result = nodes[place].output(0), case .flow(let whole) = inference.known[result],
                inner.shape == whole.shape
            else { return steps < 2 ? nil : .affine(of: name, scale: scale, offset: offset) }
            if function(at: next.place) != nil {
                return steps < 2 ? nil : .affine(of: name, scale: scale, offset: offset)
            }
            let isNextFirst = !isFlow(next.node.inputs[0])
            guard constant(next.node, isNextFirst ? 0 : 1) != nil else {
                return steps < 2 ? nil : .affine(of: name, scale: scale, offset: offset)
            }
            current = next.node
        }
        return nil
    }

    private func composed(
        _ scale: Constant?,
        _ offset: Constant?,
        _ a: Constant?,
        _ b: Constant?
    ) -> (Constant?, Constant?)? {
        func joined(_ one: Constant?, _ two: Constant?, _ function: (Float, Float) -> Float) -> Constant?? {
            guard let one else { return .some(two) }
            guard let two else { return .some(one) }
            guard let shape = common([one.shape, two.shape]), shape.reduce(1, *) <= 1 << 22,
                let left = one.broadcast(to: shape)?.floats,
                let right = two.broadcast(to: shape)?.floats
            else { return .none }
            return .some(Constant(shape, zip(left, right).map(function), type: one.type))
        }
        guard let factor = joined(scale, a, *) else { return nil }
        guard let b else { return (factor, offset) }
        guard let moved = joined(scale, b, *), let sum = joined(offset, moved, +) else { return nil }
        return (factor, sum)
    }

    // MARK: Layer normalization

    /// `(x − mean) / √(mean (x − mean)² + epsilon)`, perhaps scaled and shifted, at its last node.
    func normalization(_ place: Int) -> NodePattern? {
        var node = nodes[place]
        var (scale, bias): (Constant?, Constant?) = (nil, nil)
        if node.type == "Add" {
            guard let found = besideConstant(node), let next = producer(found.name, "Mul", "Div"), uses[found.name] == 1
            else { return nil }
            (bias, node) = (found.constant, next.node)
        }
        if node.type == "Mul" {
            guard let found = besideConstant(node), let next = producer(found.name, "Div"), uses[found.name] == 1 else {
                return nil
            }
            (scale, node) = (found.constant, next.node)
        }
        if bias == nil, let root = rootNormalization(node, scale) { return root }
        guard node.type == "Div", node.inputs.count == 2, let centred = producer(node.inputs[0], "Sub"),
            let root = producer(node.inputs[1], "Sqrt"), let sum = producer(root.node.inputs[0], "Add"),
            let epsilon = besideNumber(sum.node), let variance = producer(epsilon.name, "ReduceMean"),
            let mean = producer(centred.node.inputs.last, "ReduceMean"), mean.node.inputs[0] == centred.node.inputs[0]
        else { return nil }
        let difference = node.inputs[0]
        if let square = producer(variance.node.inputs[0], "Pow") {
            guard isCentred(square.node.inputs[0], like: difference), number(square.node, 1) == 2 else { return nil }
        } else if let square = producer(variance.node.inputs[0], "Mul") {
            guard square.node.inputs.allSatisfy({ isCentred($0, like: difference) }) else { return nil }
        } else {
            return nil
        }
        let x = centred.node.inputs[0]
        guard case .flow(let fact) = inference.known[x], let axes = reduced(mean.node, fact),
            axes == reduced(variance.node, fact),
            !axes.contains(fact.batch ?? -1), axes == Array(fact.rank - axes.count..<fact.rank), !axes.isEmpty
        else { return nil }
        for weight in [scale, bias].compactMap(\.self) where weight.shape.count > axes.count { return nil }
        return .layerNormalization(of: x, axes: axes, epsilon: Double(epsilon.number), scale: scale, bias: bias)
    }

    /// `x / √(mean x² + epsilon)`, at its division.
    private func rootNormalization(_ node: ONNXNode, _ scale: Constant?) -> NodePattern? {
        guard node.type == "Div", node.inputs.count == 2, let root = producer(node.inputs[1], "Sqrt"),
            let sum = producer(root.node.inputs[0], "Add"), let epsilon = besideNumber(sum.node),
            let mean = producer(epsilon.name, "ReduceMean")
        else { return nil }
        let x = node.inputs[0]
        if let square = producer(mean.node.inputs[0], "Pow") {
            guard square.node.inputs[0] == x, number(square.node, 1) == 2 else { return nil }
        } else if let square = producer(mean.node.inputs[0], "Mul") {
            guard square.node.inputs == [x, x] else { return nil }
        } else {
            return nil
        }
        guard case .flow(let fact) = inference.known[x], let axes = reduced(mean.node, fact), !axes.isEmpty,
            !axes.contains(fact.batch ?? -1), axes == Array(fact.rank - axes.count..<fact.rank),
            scale.map({ $0.shape.count <= axes.count }) ?? true
        else { return nil }
        return .rootNormalization(of: x, axes: axes, epsilon: Double(epsilon.number), scale: scale)
    }

    private func isCentred(_ name: String, like other: String) -> Bool {
        if name == other { return true }
        guard let one = producer(name, "Sub"), let two = producer(other, "Sub") else { return false }
        return one.node.inputs == two.node.inputs
    }

    private func reduced(_ node: ONNXNode, _ fact: Fact) -> [Int]? {
        guard node.int("keepdims", default: 1) == 1, let given = try? inference.axes(node) else { return nil }
        return try? fact.axes(given)
    }

    private func besideConstant(_ node: ONNXNode) -> (name: String, constant: Constant)? {
        guard node.inputs.count == 2 else { return nil }
        if let constant = constant(node, 1), isFlow(node.inputs[0]) { return (node.inputs[0], constant) }
        if let constant = constant(node, 0), isFlow(node.inputs[1]) { return (node.inputs[1], constant) }
        return nil
    }
}
