import NN

extension Lowering {
    /// A normalization.
    mutating func normalized(_ node: ONNXNode) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        switch node.type {
        case "BatchNormalization": return try batchNormalized(node, value)
        case "InstanceNormalization":
            return try grouped(node, value, groups: -1, epsilon: node.float("epsilon", default: 1e-5), perGroup: false)
        case "GroupNormalization":
            let groups = node.int("num_groups", default: 1)
            return try grouped(
                node,
                value,
                groups: groups,
                epsilon: node.float("epsilon", default: 1e-5),
                perGroup: inference.opset < 21
            )
        case "LayerNormalization", "RMSNormalization": return try layerNormalized(node, value)
        case "LpNormalization":
            let axis = try value.fact.axis(node.int("axis", default: -1))
            guard node.int("p", default: 2) == 2, axis != value.fact.batch else {
                throw Refusal("p other than 2, for which there is no layer")
            }
            let source = try arranged(value, value.order.filter { $0 != axis } + [axis])
            return try through(source, "UnitNormalization")
        default:
            let axes = try value.fact.axes(node.ints("axes") ?? [0, 2, 3])
            return try layerNormalized(value, axes, epsilon: 1e-9, scale: nil, bias: nil)
        }
    }

    private mutating func batchNormalized(_ node: ONNXNode, _ value: Flow) throws(Refusal) -> Flow {
        guard node.int("training_mode", default: 0) == 0, node.output(1) == nil else {
            throw Refusal("training_mode or its further results")
        }
        guard value.fact.rank >= 2, value.fact.batch != 1, let channels = value.fact.shape[1].known else {
            throw Refusal("a value \(value.fact.shape.text); expected [N, C, …]")
        }
        var numbers: [[Float]] = []
        for (place, name) in [(1, "its scale"), (2, "its bias"), (3, "its mean"), (4, "its variance")] {
            guard let constant = try inference.constant(node, place, name) else { throw Refusal("no \(name)") }
            try inference.check(constant, against: value.fact)
            numbers.append(try vector(constant, channels).values)
        }
        var result = value.order.contains(1) ? value : try arranged(value, value.order + [1])
        let place = (result.order.firstIndex(of: 1) ?? 0) + 1
        result.reference = try normalization(
            result.reference,
            axis: place,
            gamma: numbers[0],
            beta: numbers[1],
            mean: numbers[2],
            variance: numbers[3],
            epsilon: Double(node.float("epsilon", default: 1e-5)),
            count: channels,
            isTrainable: true
        )
        result.isPositive = false
        return result
    }

    private mutating func grouped(
        _ node: ONNXNode,
        _ value: Flow,
        groups: Int,
        epsilon: Float,
        perGroup: Bool
    ) throws(Refusal) -> Flow {
        guard value.fact.rank >= 2, value.fact.batch != 1, let channels = value.fact.shape[1].known,
            let scale = try inference.constant(node, 1, "its scale"),
            let bias = try inference.constant(node, 2, "its bias"),
            groups == -1 || groups > 0 && channels.isMultiple(of: groups)
        else { throw Refusal("a value \(value.fact.shape.text) in \(groups) groups") }
        func channelwise(_ constant: Constant) throws(Refusal) -> Tensor {
            try inference.check(constant, against: value.fact)
            guard perGroup else { return try vector(constant, channels) }
            let numbers = try vector(constant, groups).values
            return Tensor([channels], numbers.flatMap { Array(repeating: $0, count: channels / groups) })
        }
        let inner = value.fact.sampleAxes.filter { $0 != 1 && !value.fact.steps.contains($0) }
        var result = try arranged(value, value.fact.steps + inner + [1])
        result.reference = try add(
            "GroupNormalization",
            toEachOf: value.fact.steps,
            [("groups", .int(groups)), ("axis", .int(-1)), ("epsilon", .number(Double(epsilon)))],
            [result.reference],
            weights: [("gamma", try channelwise(scale)), ("beta", try channelwise(bias))]
        )
        result.isPositive = false
        return result
    }

    private mutating func layerNormalized(_ node: ONNXNode, _ value: Flow) throws(Refusal) -> Flow {
        let axis = try value.fact.axis(node.int("axis", default: -1))
        let axes = Array(axis..<value.fact.rank)
        let scale = try inference.constant(node, 1, "its scale")
        let bias = node.type == "RMSNormalization" ? nil : try inference.constant(node, 2, "its bias")
        let epsilon = Double(node.float("epsilon", default: 1e-5))
        for weight in [scale, bias].compactMap(\.self) { try inference.check(weight, against: value.fact) }
        return node.type == "RMSNormalization"
            ? try rootNormalized(value, axes, epsilon: epsilon, scale: scale)
            : try layerNormalized(value, axes, epsilon: epsilon, scale: scale, bias: bias)
    }

    /// A layer normalization along axes, scaled and shifted by numbers that are stretched to their extents.
    mutating func layerNormalized(
        _ value: Flow,
        _ axes: [Int],
        epsilon: Double,
        scale: Constant?,
        bias: Constant?
    ) throws(Refusal) -> Flow {
        let extents = try normalizedExtents(value, axes)
        var result = try arranged(value, value.fact.sampleAxes.filter { !axes.contains($0) } + axes)
        let rank = result.order.count
        var weights: [(String, Tensor)] = []
        if let scale { weights.append(("gamma", try stretched(scale, axes, extents, value.fact))) }
        if let bias { weights.append(("beta", try stretched(bias, axes, extents, value.fact))) }
        result.reference = try add(
            "LayerNormalization",
            [
                ("axis", axes.count == 1 ? .int(-1) : .ints(Array(rank - axes.count + 1...rank))),
                ("epsilon", .number(epsilon)), ("center", .flag(bias != nil)), ("scale", .flag(scale != nil)),
            ],
            [result.reference],
            weights: weights
        )
        result.isPositive = false
        return result
    }

    /// A normalization by the root of the mean square along axes.
    mutating func rootNormalized(
        _ value: Flow,
        _ axes: [Int],
        epsilon: Double,
        scale: Constant?
    ) throws(Refusal) -> Flow {
        let extents = try normalizedExtents(value, axes)
        var result = try arranged(value, value.fact.sampleAxes.filter { !axes.contains($0) } + axes)
        let rank = result.order.count
        let weight = try scale.map { (scale) throws(Refusal) in try stretched(scale, axes, extents, value.fact) }
        result.reference = try add(
            "RMSNormalization",
            [
                ("axis", axes.count == 1 ? .int(-1) : .ints(Array(rank - axes.count + 1...rank))),
                ("epsilon", .number(epsilon)),
            ],
            [result.reference],
            weights: [("scale", weight ?? Tensor(repeating: 1, Shape(extents)))]
        )
        result.isPositive = false
        return result
    }

    private func normalizedExtents(_ value: Flow, _ axes: [Int]) throws(Refusal) -> [Int] {
        if let batch = value.fact.batch, axes.contains(batch) {
            throw Refusal("it goes along axis \(batch), the batch")
        }
        let extents = axes.compactMap { value.fact.extent($0) }
        guard extents.count == axes.count, !axes.isEmpty, extents.reduce(1, *) <= 1 << 28 else {
            throw Refusal("it goes along an open extent")
        }
        return extents
    }

    private func stretched(
        _ constant: Constant,
        _ axes: [Int],
        _ extents: [Int],
        _ fact: Fact
    ) throws(Refusal) -> Tensor {
        let padded = Array(repeating: 1, count: max(0, fact.rank - constant.shape.count)) + constant.shape
        guard padded.count == fact.rank, padded.indices.allSatisfy({ axes.contains($0) || padded[$0] == 1 }),
            let floats = constant.reshaped(axes.map { padded[$0] }).broadcast(to: extents)?.floats
        else { throw Refusal("a constant \(constant.shape) for the axes \(axes) of \(fact.shape.text)") }
        return Tensor(Shape(extents), floats)
    }
}
