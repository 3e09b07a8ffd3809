extension Lowering {
    /// Makes layers of a node.
    mutating func lower(_ node: ONNXNode) throws(Refusal) {
        if Operators.elementwise.contains(node.type) { return try lowerElementwise(node) }
        if Operators.reductions.contains(node.type) { return try set(node, reduced(node, flow(node, 0), fact(node))) }
        switch node.type {
        case "Conv":
            try set(node, convolved(node, bias: inference.constant(node, 2, "its bias"), hint: kernelHint(node)))
        case "ConvTranspose": try set(node, transposed(node, bias: inference.constant(node, 2, "its bias")))
        case "MaxPool", "AveragePool": try set(node, pooled(node))
        case "GlobalMaxPool", "GlobalAveragePool":
            let value = try flow(node, 0)
            let axes = Array(2..<max(2, value.fact.rank))
            try set(node, pooled(value, axes, node.type == "GlobalMaxPool" ? "Max" : "Average", fact(node)))
        case "Gemm": try lowerGemm(node)
        case "MatMul": try set(node, multiplied(node, bias: nil, as: fact(node)))
        case "Einsum": try set(node, contracted(node))
        case "Attention": try set(node, attended(node))
        case "GRU", "LSTM", "RNN": try lowerRecurrence(node)
        case "Resize": try set(node, resized(node))
        case "Reshape", "Flatten": try set(node, recast(flow(node, 0), as: fact(node)))
        case "Squeeze", "Unsqueeze": try set(node, relabelled(node, flow(node, 0)))
        case "Transpose":
            let value = try flow(node, 0)
            let order = node.ints("perm") ?? Array(value.fact.shape.indices.reversed())
            var result = value
            result.order = value.order.compactMap { order.firstIndex(of: $0) }
            result.fact = try fact(node)
            try set(node, result)
        case "Expand", "Tile":
            let fact = try fact(node)
            guard let value = node.input(0).flatMap({ flows[$0] }) else { return try set(node, repeated(node, fact)) }
            try set(node, node.type == "Expand" ? expanded(value, to: fact) : tiled(value, fact))
        case "Concat": try lowerConcat(node)
        case "Split": try lowerSplit(node)
        case "Slice": try set(node, sliced(node, flow(node, 0)))
        case "Pad": try set(node, padded(node))
        case "Gather": try set(node, gathered(node))
        case "DepthToSpace", "SpaceToDepth": try set(node, rearranged(node))
        case "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization",
            "RMSNormalization", "LpNormalization", "MeanVarianceNormalization":
            try set(node, normalized(node))
        default: try set(node, unary(node, flow(node, 0)))
        }
    }

    /// What is known of a result of a node.
    func fact(_ node: ONNXNode, _ place: Int = 0) throws(Refusal) -> Fact {
        guard let name = node.output(place), case .flow(let fact) = inference.known[name] else {
            throw Refusal("no result")
        }
        return fact
    }

    /// The value that an input is.
    func flow(_ node: ONNXNode, _ place: Int) throws(Refusal) -> Flow {
        guard let name = node.input(place), let flow = flows[name] else {
            throw Refusal("its input \(place) is constant or left out, which isn't read for \(node.type)")
        }
        return flow
    }

    /// Says what a node's first result is.
    mutating func set(_ node: ONNXNode, _ flow: Flow) throws(Refusal) {
        if let name = node.output(0) { flows[name] = flow }
    }

    /// A name made of that of a node's kernel: `c1` of `c1.weight`.
    func kernelHint(_ node: ONNXNode) -> String? {
        for place in [1, 0] {
            guard case .constant(let kernel) = inference.input(node, place), !kernel.name.isEmpty else { continue }
            for ending in [".weight", ".kernel", "/kernel", "/kernel:0"] where kernel.name.hasSuffix(ending) {
                return String(kernel.name.dropLast(ending.count))
            }
        }
        return nil
    }

    // MARK: Functions of one value

    private mutating func unary(_ node: ONNXNode, _ x: Flow) throws(Refusal) -> Flow {
        switch node.type {
        case "Identity", "Dropout", "Cast":
            var result = x
            result.fact = try fact(node)
            return result
        case "Relu": return try activated(x, "relu")
        case "Sigmoid": return try activated(x, "sigmoid")
        case "Tanh": return try activated(x, "tanh")
        case "Softplus": return try activated(x, "softplus")
        case "Softsign": return try activated(x, "softsign")
        case "Exp": return try activated(x, "exponential")
        case "Mish": return try activated(x, "mish")
        case "HardSwish": return try activated(x, "hard_silu")
        case "Softmax", "LogSoftmax":
            let axis = try x.fact.axis(node.int("axis", default: -1))
            guard axis != x.fact.batch else { throw Refusal("it goes along the batch") }
            let turned = try arranged(x, x.order.filter { $0 != axis } + [axis])
            return try activated(turned, node.type == "Softmax" ? "softmax" : "log_softmax")
        case "LeakyRelu": return try leaky(x, node.float("alpha", default: 0.01))
        case "PRelu":
            guard let slope = try inference.constant(node, 1, "its slope") else { throw Refusal("no slope") }
            try inference.check(slope, against: x.fact)
            if let uniform = slope.uniform, uniform >= 0 { return try leaky(x, uniform) }
            return try merged([activated(x, "relu"), negatives(x, slope)], "Add", as: x.fact)
        case "Elu": return try exponentialLinear(x, node.float("alpha", default: 1))
        case "Celu":
            let alpha = Double(node.float("alpha", default: 1))
            guard alpha > 0 else { throw Refusal("alpha \(alpha); expected a positive number") }
            return try alpha == 1
                ? exponentialLinear(x, 1) : rescaled(exponentialLinear(rescaled(x, 1 / alpha), 1), alpha)
        case "Selu":
            let (alpha, gamma) = (node.float("alpha", default: 1.673_263_2), node.float("gamma", default: 1.050_701))
            if abs(alpha - 1.673_263_2) < 1e-6, abs(gamma - 1.050_701) < 1e-6 { return try activated(x, "selu") }
            return try rescaled(exponentialLinear(x, alpha), Double(gamma))
        case "HardSigmoid":
            let (alpha, beta) = (node.float("alpha", default: 0.2), node.float("beta", default: 0.5))
            if beta == 0.5, abs(alpha - 1 / 6) < 1e-7 { return try activated(x, "hard_sigmoid") }
            if beta == 0.5, alpha == 0.2 { return try activated(x, "hard_sigmoid_keras2") }
            return try through(rescaled(x, Double(alpha), Double(beta)), "ReLU", [("max_value", .number(1))])
        case "Gelu":
            return try node.text("approximate", default: "none") == "tanh" ? curvedGelu(x) : activated(x, "gelu")
        case "Swish":
            let alpha = Double(node.float("alpha", default: 1))
            if alpha == 1 { return try activated(x, "silu") }
            return try merged([x, activated(rescaled(x, alpha), "sigmoid")], "Multiply", as: x.fact)
        case "ThresholdedRelu":
            let alpha = Double(node.float("alpha", default: 1))
            guard alpha >= 0 else { throw Refusal("a threshold below zero") }
            return try through(x, "ReLU", [("threshold", .number(alpha))])
        case "Clip": return try clipped(node, x)
        case "Neg": return try rescaled(x, -1)
        case "Abs":
            var result = try merged([x, rescaled(x, -1)], "Maximum", as: x.fact)
            result.isPositive = true
            return result
        case "Sign", "Sqrt", "Log", "Erf", "Sin", "Cos", "Floor", "Reciprocal": return try through(x, node.type)
        case "Ceil": return try rescaled(through(rescaled(x, -1), "Floor"), -1)
        case "LRN": return try locallyNormalized(node, x)
        case "CumSum": return try summedUp(node, x)
        default: throw Refusal("there is no layer for the operator \(node.type) by itself")
        }
    }

    private mutating func leaky(_ x: Flow, _ slope: Float) throws(Refusal) -> Flow {
        if slope >= 0 { return try through(x, "LeakyReLU", [("negative_slope", .number(Double(slope)))]) }
        return try merged([activated(x, "relu"), negatives(x, Constant([], [slope]))], "Add", as: x.fact)
    }

    /// What is below zero, times a slope.
    private mutating func negatives(_ x: Flow, _ slope: Constant) throws(Refusal) -> Flow {
        guard let floats = slope.floats else { throw Refusal("a slope that isn't known") }
        let turned = Constant(slope.shape, floats.map { -$0 }, type: slope.type)
        return try affine(activated(rescaled(x, -1), "relu"), turned, nil, as: x.fact)
    }

    private mutating func exponentialLinear(_ x: Flow, _ alpha: Float) throws(Refusal) -> Flow {
        guard alpha >= 0 else { throw Refusal("alpha \(alpha); expected no negative number") }
        return try alpha == 1 ? activated(x, "elu") : through(x, "ELU", [("alpha", .number(Double(alpha)))])
    }

    /// `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    mutating func curvedGelu(_ x: Flow) throws(Refusal) -> Flow {
        let cube = try rescaled(merged([x, x, x], "Multiply", as: x.fact), 0.044_715)
        let curve = try activated(rescaled(merged([x, cube], "Add", as: x.fact), 0.797_884_560_802_865_4), "tanh")
        return try merged([x, rescaled(curve, 0.5, 0.5)], "Multiply", as: x.fact)
    }

    private mutating func clipped(_ node: ONNXNode, _ x: Flow) throws(Refusal) -> Flow {
        let least = try inference.constant(node, 1, "its least").map { (constant) throws(Refusal) in try limit(constant)
        }
        let greatest = try inference.constant(node, 2, "its greatest").map { (constant) throws(Refusal) in
            try limit(constant)
        }
        var low = least ?? -.infinity
        let high = greatest ?? .infinity
        if low > high { low = high }
        if low == -.infinity || low <= -3e38 {
            return try high < 3e38 ? cut(x, nil, high) : x
        }
        if high >= 3e38 { return try low == 0 ? activated(x, "relu") : cut(x, low, nil) }
        if low == 0, high == 6 { return try activated(x, "relu6") }
        if low == 0 {
            var cut = try through(x, "ReLU", [("max_value", .number(high))])
            cut.isPositive = true
            return cut
        }
        return try cut(x, low, high)
    }

    /// A value between limits.
    private mutating func cut(_ x: Flow, _ low: Double?, _ high: Double?) throws(Refusal) -> Flow {
        let limits = [("x_min", low), ("x_max", high)].compactMap { key, limit in
            limit.map { (key, LayerPlan.Argument.number($0)) }
        }
        var cut = try through(x, "Clip", limits)
        cut.isPositive = (low ?? -1) >= 0
        return cut
    }

    private func limit(_ constant: Constant) throws(Refusal) -> Double {
        guard let number = constant.scalar, !number.isNaN else { throw Refusal("a limit that isn't one number") }
        return Double(number)
    }

    /// A value over a power of the sum of squares of its neighbours among the channels.
    private mutating func locallyNormalized(_ node: ONNXNode, _ x: Flow) throws(Refusal) -> Flow {
        let size = node.int("size", default: 0)
        guard x.fact.batch != 1, let channels = x.fact.extent(1), channels <= 4096, (1...4096).contains(size) else {
            throw Refusal("size \(size) of \(x.fact.shape.text)")
        }
        let (before, after) = ((size - 1) / 2, size / 2)
        var matrix = [Float](repeating: 0, count: channels * channels)
        for to in 0..<channels {
            for from in max(0, to - before)...min(channels - 1, to + after) { matrix[from * channels + to] = 1 }
        }
        let sums = try mapped(merged([x, x], "Multiply", as: x.fact), 1, to: channels, matrix)
        let share = Double(node.float("alpha", default: 1e-4)) / Double(size)
        let base = try rescaled(sums, share, Double(node.float("bias", default: 1)))
        let factor = try through(base, "Power", [("exponent", .number(-Double(node.float("beta", default: 0.75))))])
        return try merged([x, factor], "Multiply", as: x.fact)
    }

    private mutating func summedUp(_ node: ONNXNode, _ x: Flow) throws(Refusal) -> Flow {
        guard let given = try inference.ints(node, 1, "its axis")?.first else { throw Refusal("no axis") }
        let axis = try x.fact.axis(given)
        guard axis != x.fact.batch, let extent = x.fact.extent(axis), extent <= 4096 else {
            throw Refusal("axis \(axis) of \(x.fact.shape.text)")
        }
        let (excludes, turns) = (node.int("exclusive", default: 0) == 1, node.int("reverse", default: 0) == 1)
        var matrix = [Float](repeating: 0, count: extent * extent)
        for from in 0..<extent {
            for to in 0..<extent
            where turns ? from > to || !excludes && from == to : from < to || !excludes && from == to {
                matrix[from * extent + to] = 1
            }
        }
        return try mapped(x, axis, to: extent, matrix)
    }
}
