/// Roots, logarithms and norms, where what they are of is known to be a sum of squares or of powers of e.
extension NodeParts {
    /// `factor · Σ v² + offset` along axes.
    private struct Squares {
        let value: String
        let axes: [Int]
        let keeps: Bool
        var factor: Float = 1
        var offset: Float = 0
    }

    /// Adds the parts of a root, a logarithm or a norm.
    ///
    /// - Returns: Whether the node is one.
    mutating func addRoot() throws(Refusal) -> Bool {
        guard let input = node.input(0), isFlow(input) else { return false }
        switch node.type {
        case "Sqrt": return try addSquareRoot(of: input, as: node.output(0))
        case "Reciprocal": add("Div", [number(1, type(input)), input], as: node.output(0))
        case "Pow":
            guard case .constant(let exponent) = inference.input(node, 1), let power = exponent.uniform else {
                return false
            }
            switch power {
            // PyTorch writes 1 / (2 + 10⁻⁶) for a distance.
            case 0.499_999...0.500_001: return try addSquareRoot(of: input, as: node.output(0))
            case -1: add("Div", [number(1, type(input)), input], as: node.output(0))
            case -0.5:
                let root = newName()
                guard try addSquareRoot(of: input, as: root) else { return false }
                add("Div", [number(1, type(input)), root], as: node.output(0))
            default: return false
            }
        case "ReduceL2":
            let fact = try inference.flow(node, 0)
            try addNorm(
                Squares(value: input, axes: axes(fact), keeps: node.int("keepdims", default: 1) == 1),
                as: node.output(0)
            )
        case "LpNormalization":
            guard node.int("p", default: 2) == 1 else { return false }
            let axis = try inference.flow(node, 0).axis(node.int("axis", default: -1))
            let size = inference.opset >= 18 ? [input, list([axis])] : [input]
            let attributes: [String: ONNXAttribute] = inference.opset >= 18 ? [:] : ["axes": .init([axis])]
            add("Div", [input, add("ReduceL1", size, attributes)], as: node.output(0))
        case "ReduceLogSumExp": try addLogarithmOfSum(input, node)
        case "Log": return try addLogarithm(of: input)
        default: return false
        }
        return true
    }

    private func axes(_ fact: Fact) throws(Refusal) -> [Int] {
        let given = try inference.axes(node) ?? []
        return try fact.axes(given.isEmpty ? Array(fact.shape.indices) : given)
    }

    // MARK: Roots

    private mutating func addSquareRoot(
        of name: String,
        as output: String?,
        depth: Int = 0
    ) throws(Refusal) -> Bool {
        if depth < 16, squares(name) == nil, let inner = inference.producers[name], inner.outputs.first == name {
            // The root of what is only arranged, and of a product.
            if ["Expand", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity"].contains(inner.type) {
                let root = newName()
                guard try addSquareRoot(of: inner.inputs[0], as: root, depth: depth + 1) else { return false }
                add(inner.type, [root] + inner.inputs.dropFirst(), inner.attributes, as: output)
                return true
            }
            if inner.type == "Mul", inner.inputs.count == 2, inner.inputs.allSatisfy(isFlow) {
                let roots = [newName(), newName()]
                for (root, factor) in zip(roots, inner.inputs) {
                    // Of a product of products of products few are looked at.
                    guard try addSquareRoot(of: factor, as: root, depth: depth + 4) else { return false }
                }
                add("Mul", roots, as: output)
                return true
            }
        }
        guard let squares = squares(name), squares.factor > 0, squares.offset >= 0 else { return false }
        try addNorm(squares, as: output)
        return true
    }

    /// What a value is a sum of squares of; nil where it isn't seen to be one.
    private func squares(_ name: String, depth: Int = 0) -> Squares? {
        guard depth < 16, let node = inference.producers[name], node.outputs.first == name, isFlow(name) else {
            return nil
        }
        func uniform(_ place: Int) -> Float? {
            guard case .constant(let constant) = inference.input(node, place) else { return nil }
            return constant.uniform
        }
        switch node.type {
        case "Add", "Mul", "Div":
            guard node.inputs.count == 2 else { return nil }
            if node.type == "Mul", node.inputs[0] == node.inputs[1] {
                return Squares(value: node.inputs[0], axes: [], keeps: true)
            }
            let isSecond = uniform(1) != nil
            guard let number = uniform(isSecond ? 1 : 0), isSecond || node.type != "Div",
                var inner = squares(node.inputs[isSecond ? 0 : 1], depth: depth + 1),
                inference.known[name]?.shape == inference.known[node.inputs[isSecond ? 0 : 1]]?.shape
            else { return nil }
            switch node.type {
            case "Add": inner.offset += number
            case "Mul": (inner.factor, inner.offset) = (inner.factor * number, inner.offset * number)
            default: (inner.factor, inner.offset) = (inner.factor / number, inner.offset / number)
            }
            return inner
        case "Identity": return squares(node.inputs[0], depth: depth + 1)
        case "Pow": return uniform(1) == 2 ? Squares(value: node.inputs[0], axes: [], keeps: true) : nil
        case "ReduceSum", "ReduceMean", "ReduceSumSquare":
            guard case .flow(let fact) = inference.known[node.inputs[0]], let given = try? inference.axes(node) ?? [],
                let axes = try? fact.axes(given.isEmpty ? Array(fact.shape.indices) : given)
            else { return nil }
            let keeps = node.int("keepdims", default: 1) == 1
            if node.type == "ReduceSumSquare" { return Squares(value: node.inputs[0], axes: axes, keeps: keeps) }
            guard let inner = squares(node.inputs[0], depth: depth + 1), inner.axes.isEmpty, inner.factor == 1,
                inner.offset == 0
            else { return nil }
            let count = axes.compactMap { fact.extent($0) }
            guard count.count == axes.count else { return nil }
            let factor = node.type == "ReduceMean" ? 1 / Float(count.reduce(1, *)) : 1
            return Squares(value: inner.value, axes: axes, keeps: keeps, factor: factor)
        default: return nil
        }
    }

    /// The root of a sum of squares: the numbers times themselves with a norm of 1, added up.
    private mutating func addNorm(_ squares: Squares, as output: String?) throws(Refusal) {
        guard case .flow(let fact) = inference.known[squares.value] else { throw Refusal("no value") }
        var flat = try flattened(squares.value, fact, squares.axes)
        let last = fact.rank - squares.axes.count
        if squares.factor != 1 { flat = add("Mul", [flat, number(squares.factor.squareRoot(), fact.type)]) }
        if squares.offset > 0 {
            let edges = Array(repeating: 0, count: 2 * last + 1) + [1]
            flat = add("Pad", [flat, list(edges), number(squares.offset.squareRoot(), fact.type)])
        }
        let unit = add("LpNormalization", [flat], ["axis": .init(last)])
        let sum = add("ReduceSum", [add("Mul", [flat, unit]), list([last])])
        addReduced(sum, fact, squares.axes, keeps: squares.keeps, as: output)
    }

    /// A value with these axes as one, the last.
    private mutating func flattened(_ name: String, _ fact: Fact, _ axes: [Int]) throws(Refusal) -> String {
        if let batch = fact.batch, axes.contains(batch) {
            throw Refusal("it reduces axis \(batch), the batch; a sample's answer can't depend on others")
        }
        let kept = fact.shape.indices.filter { !axes.contains($0) }
        let order = kept + axes
        let extents = axes.compactMap { fact.extent($0) }
        guard extents.count == axes.count else { throw Refusal("it reduces an open extent") }
        let turned = order == Array(fact.shape.indices) ? name : add("Transpose", [name], ["perm": .init(order)])
        if axes.isEmpty { return add("Unsqueeze", [turned, list([fact.rank])]) }
        guard axes.count != 1 else { return turned }
        let shape = kept.map { fact.shape[$0] } + [Extent(extents.reduce(1, *))]
        return add("Reshape", [turned, constant(Constant(shape))])
    }

    /// What is left of a value whose axes became one of extent 1, in the shape of the reduction.
    private mutating func addReduced(_ name: String, _ fact: Fact, _ axes: [Int], keeps: Bool, as output: String?) {
        // Of a square without a sum the axis of one is none of its own.
        let shape = fact.shape.indices.compactMap { axis in
            axes.contains(axis) ? (keeps ? Extent(1) : nil) : fact.shape[axis]
        }
        add("Reshape", [name, constant(Constant(shape))], ["allowzero": .init(1)], as: output)
    }

    // MARK: Logarithms

    /// The logarithm of a sum of powers of e: a number less that of its share.
    private mutating func addLogarithmOfSum(_ input: String, _ reduction: ONNXNode) throws(Refusal) {
        guard case .flow(let fact) = inference.known[input] else { throw Refusal("no value") }
        let given = try inference.axes(reduction) ?? []
        let axes = try fact.axes(given.isEmpty ? Array(fact.shape.indices) : given)
        let last = fact.rank - axes.count
        let flat = try flattened(input, fact, axes)
        let shares = add("LogSoftmax", [flat], ["axis": .init(last)])
        let ends = [list([0]), list([1]), list([last])]
        let difference = add("Sub", [add("Slice", [flat] + ends), add("Slice", [shares] + ends)])
        addReduced(difference, fact, axes, keeps: reduction.int("keepdims", default: 1) == 1, as: node.output(0))
    }

    private mutating func addLogarithm(of name: String) throws(Refusal) -> Bool {
        guard let inner = inference.producers[name], inner.outputs.first == name else { return false }
        switch inner.type {
        case "Softmax":
            add("LogSoftmax", [inner.inputs[0]], ["axis": .init(inner.int("axis", default: -1))], as: node.output(0))
        case "Sigmoid":
            add("Neg", [add("Softplus", [add("Neg", [inner.inputs[0]])])], as: node.output(0))
        case "ReduceSum":
            guard let power = inference.producers[inner.inputs[0]], power.type == "Exp" else { return false }
            try addLogarithmOfSum(power.inputs[0], inner)
        case "Add":
            for (place, other) in [(0, 1), (1, 0)] where inner.inputs.count == 2 {
                if let power = inference.producers[inner.inputs[place]], power.type == "Exp",
                    case .constant(let one) = inference.input(inner, other), one.uniform == 1
                {
                    add("Softplus", [power.inputs[0]], as: node.output(0))
                    return true
                }
            }
            return false
        default: return false
        }
        return true
    }
}
