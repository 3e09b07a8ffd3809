/// Norms, and logarithms of what is known to be a sum of powers of e.
extension NodeParts {
    /// Adds the parts of a norm or a logarithm.
    ///
    /// - Returns: Whether the node is one that has parts.
    mutating func addRoot() throws(Refusal) -> Bool {
        guard let input = node.input(0), isFlow(input) else { return false }
        switch node.type {
        case "ReduceL2": add("Sqrt", [reduced("ReduceSumSquare", input)], as: node.output(0))
        case "ReduceLogSum": add("Log", [reduced("ReduceSum", input)], as: node.output(0))
        case "LpNormalization":
            guard node.int("p", default: 2) == 1 else { return false }
            let axis = try inference.flow(node, 0).axis(node.int("axis", default: -1))
            let size = add("ReduceL1", [input] + reductionAxes([axis]), reductionAttributes([axis]))
            // Zeros stay zeros.
            add("Div", [input, add("Clip", [size, number(1e-30, type(input))])], as: node.output(0))
        case "LpPool", "GlobalLpPool": try addPool(of: input)
        case "ReduceLogSumExp": try addLogarithmOfSum(input, node)
        case "Log": return try addLogarithm(of: input)
        default: return false
        }
        return true
    }

    /// The node's reduction, by another operator.
    private mutating func reduced(_ type: String, _ input: String) -> String {
        guard type == "ReduceSum", inference.opset < 18, let axes = node.ints("axes") else {
            return add(type, [input] + node.inputs.dropFirst(), node.attributes)
        }
        // A sum takes its axes as an input in every opset that is read.
        return add(type, [input, list(axes)], node.attributes)
    }

    /// The root of the sum of powers in a window.
    private mutating func addPool(of input: String) throws(Refusal) {
        let fact = try inference.flow(node, 0)
        let (power, kind) = (node.int("p", default: 2), fact.type)
        guard (1...64).contains(power), node.int("ceil_mode", default: 0) == 0 else {
            throw Refusal("p \(power) or ceil_mode")
        }
        let size = power.isMultiple(of: 2) ? input : add("Abs", [input])
        let raised = power == 1 ? size : add("Pow", [size, number(Float(power), kind)])
        var sum: String
        if node.type == "GlobalLpPool" {
            sum = add("ReduceSum", [raised, list(Array(2..<max(2, fact.rank)))])
        } else {
            guard let kernel = node.ints("kernel_shape") else { throw Refusal("no kernel_shape") }
            var attributes = node.attributes
            attributes["count_include_pad"] = .init(1)
            sum = add("AveragePool", [raised], attributes)
            sum = add("Mul", [sum, number(kernel.reduce(1) { $0 * Float($1) }, kind)])
        }
        if power > 1 { sum = add("Pow", [sum, number(1 / Float(power), kind)]) }
        add("Identity", [sum], as: node.output(0))
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
        guard axes.count != 1 else { return turned }
        let shape = kept.map { fact.shape[$0] } + [Extent(extents.reduce(1, *))]
        return add("Reshape", [turned, constant(Constant(shape))])
    }

    /// What is left of a value whose axes became one of extent 1, in the shape of the reduction.
    private mutating func addReduced(_ name: String, _ fact: Fact, _ axes: [Int], keeps: Bool, as output: String?) {
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
