import NN

extension Lowering {
    /// A convolution, with a bias of its own or of the addition behind it.
    mutating func convolved(_ node: ONNXNode, bias: Constant?, hint: String?) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        guard let kernel = try inference.constant(node, 1, "its kernel"), let out = kernel.shape.first else {
            throw Refusal("no kernel")
        }
        let window = try SlidingWindow(node, value.fact, kernel: Array(kernel.shape.dropFirst(2)))
        let (rank, groups) = (window.size.count, node.int("group", default: 1))
        let spatial = Array(2..<rank + 2)
        var source = try arranged(value, value.fact.steps + spatial + [1])
        var padding = window.keras
        if padding == nil, rank == 1, window.pads[0] == (window.span[0] - 1, 0) { padding = "causal" }
        if padding == nil {
            for axis in spatial {
                let pad = window.pads[axis - 2]
                source = try edged(source, axis, before: pad.before, after: pad.after, adds: true)
            }
        }
        // Keras has no steps with dilation: then steps are picked afterwards.
        let picks = window.strides.contains { $0 != 1 } && window.dilations.contains { $0 != 1 }
        if picks, let padding, padding != "valid" { throw Refusal("strides and dilations with padding \(padding)") }
        let isDepthwise = rank == 2 && groups > 1 && kernel.shape[1] == 1
        let axes = Array(2..<rank + 2) + [1, 0]
        guard let turned = kernel.transposed(axes)?.floats else { throw Refusal("a kernel that isn't known") }
        let ones = window.size.map { _ in 1 }
        var arguments: [(String, LayerPlan.Argument)] = [
            ("kernel_size", .ints(window.size)), ("strides", .ints(picks ? ones : window.strides)),
            ("padding", .word(padding ?? "valid")), ("dilation_rate", .ints(window.dilations)),
            ("use_bias", .flag(bias != nil)),
        ]
        let shape: Shape
        if isDepthwise {
            arguments.append(("depth_multiplier", .int(out / groups)))
            shape = Shape(window.size + [groups, out / groups])
        } else {
            arguments += [("filters", .int(out)), ("groups", .int(groups))]
            shape = Shape(window.size + [kernel.shape[1], out])
        }
        var weights = [("kernel", Tensor(shape, turned))]
        if let bias { weights.append(("bias", try vector(bias, out))) }
        var reference = try add(
            isDepthwise ? "DepthwiseConv2D" : "Conv\(rank)D",
            toEachOf: value.fact.steps,
            arguments,
            [source.reference],
            weights: weights,
            hint: hint
        )
        if picks {
            guard rank < 3 || window.strides.count == 3 else { throw Refusal("strides and dilations") }
            reference = try add(
                "MaxPooling\(rank)D",
                toEachOf: value.fact.steps,
                [("pool_size", .ints(ones)), ("strides", .ints(window.strides))],
                [reference]
            )
        }
        return Flow(reference: reference, order: value.fact.steps + spatial + [1], fact: try fact(node))
    }

    /// A list of so many numbers.
    func vector(_ constant: Constant, _ count: Int) throws(Refusal) -> Tensor {
        guard let floats = constant.floats, floats.count == count else {
            throw Refusal("\(constant.shape) where \(count) numbers belong")
        }
        return Tensor([count], floats)
    }

    /// A transposed convolution: all that the windows cover, of which the edges are cut.
    mutating func transposed(_ node: ONNXNode, bias: Constant?) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        let window = try TransposedWindow(inference, node, value.fact)
        let (rank, groups, kernel) = (window.size.count, window.groups, window.kernel)
        let (into, out) = (kernel.shape[0], kernel.shape[1] * groups)
        let spans = zip(window.size, window.dilations).map { ($0 - 1) * $1 + 1 }
        let size = rank == 1 ? spans + [1] : spans
        guard let floats = kernel.floats, size.reduce(1, *) * into * out <= 1 << 28 else {
            throw Refusal("a kernel that is too large")
        }
        var numbers = [Float](repeating: 0, count: size.reduce(1, *) * into * out)
        let volume = window.size.reduce(1, *)
        let (own, steps) = (strides(of: window.size), strides(of: Array(size.prefix(rank))))
        let last = rank == 1 ? size[1] : 1
        for (place, number) in floats.enumerated() {
            let (pair, element) = (place / volume, place % volume)
            let spot = (0..<rank).reduce(0) { sum, axis in
                sum + element / own[axis] % window.size[axis] * window.dilations[axis] * steps[axis] * last
            }
            let (input, filter) = (pair / kernel.shape[1], pair % kernel.shape[1])
            let target = filter + input / (into / groups) * kernel.shape[1]
            numbers[(spot * out + target) * into + input] = number
        }
        let spatial = Array(2..<rank + 2)
        let source = try arranged(value, value.fact.steps + spatial + [1])
        guard let stored = source.stored.known else { throw Refusal("an open extent") }
        let (before, shape) = (
            Array(stored.prefix(value.fact.steps.count)), Array(stored.dropFirst(value.fact.steps.count))
        )
        var reference = source.reference
        if rank == 1 { reference = try reshaped(reference, to: before + [shape[0], 1, shape[1]]) }
        let addsAfter = window.cuts.contains { $0.before < 0 || $0.after < 0 }
        var weights = [("kernel", Tensor(Shape(size + [out, into]), numbers))]
        if let bias, !addsAfter { weights.append(("bias", try vector(bias, out))) }
        reference = try add(
            rank == 3 ? "Conv3DTranspose" : "Conv2DTranspose",
            toEachOf: value.fact.steps,
            [
                ("filters", .int(out)), ("kernel_size", .ints(size)),
                ("strides", .ints(rank == 1 ? window.strides + [1] : window.strides)),
                ("output_padding", .ints(size.map { _ in 0 })),
                ("use_bias", .flag(bias != nil && !addsAfter)),
            ],
            [reference],
            weights: weights,
            hint: kernelHint(node)
        )
        let whole = (0..<rank).map { (shape[$0] - 1) * window.strides[$0] + spans[$0] }
        if rank == 1 { reference = try reshaped(reference, to: before + [whole[0], out]) }
        var result = Flow(
            reference: reference,
            order: value.fact.steps + spatial + [1],
            fact: value.fact.with([value.fact.shape[0], Extent(out)] + whole.map(Extent.init))
        )
        for (axis, cut) in zip(spatial, window.cuts) {
            result = try edged(result, axis, before: max(cut.before, 0), after: max(cut.after, 0), adds: false)
            result = try edged(result, axis, before: max(-cut.before, 0), after: max(-cut.after, 0), adds: true)
        }
        if let bias, addsAfter {
            result = try affine(result, nil, bias.reshaped([out] + spatial.map { _ in 1 }), as: result.fact)
        }
        return result
    }

    // MARK: Pooling

    /// A pooling over windows.
    mutating func pooled(_ node: ONNXNode) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        let window = try SlidingWindow(node, value.fact, kernel: nil)
        guard window.dilations.allSatisfy({ $0 == 1 }) else { return try pooledApart(node, value, window) }
        let spatial = Array(2..<window.size.count + 2)
        var source = try arranged(value, value.fact.steps + spatial + [1])
        let isGreatest = node.type == "MaxPool"
        let countsPadding = node.int("count_include_pad", default: 0) == 1
        let isBare = window.pads.allSatisfy { $0 == (0, 0) }
        let padding = isBare || isGreatest || !countsPadding ? window.keras : nil
        if padding == nil {
            guard zip(window.pads, window.size).allSatisfy({ $0.before < $1 && $0.after < $1 }) else {
                throw Refusal("pads as large as the window")
            }
            for axis in spatial {
                let pad = window.pads[axis - 2]
                source =
                    try isGreatest && !value.isPositive
                    ? repeatingEdge(source, axis, pad)
                    : edged(source, axis, before: pad.before, after: pad.after, adds: true)
            }
        }
        let reference = try add(
            "\(isGreatest ? "Max" : "Average")Pooling\(window.size.count)D",
            toEachOf: value.fact.steps,
            [
                ("pool_size", .ints(window.size)), ("strides", .ints(window.strides)),
                ("padding", .word(padding ?? "valid")),
            ],
            [source.reference]
        )
        let result = Flow(
            reference: reference,
            order: value.fact.steps + spatial + [1],
            fact: try fact(node),
            isPositive: value.isPositive
        )
        guard !isGreatest, padding == nil else { return result }
        return try corrected(result, window, countsPadding: countsPadding)
    }

    /// The value with its outermost places once more outside of it, which a window that reaches there has anyway.
    private mutating func repeatingEdge(
        _ flow: Flow,
        _ axis: Int,
        _ pad: (before: Int, after: Int)
    ) throws(Refusal) -> Flow {
        guard pad != (0, 0) else { return flow }
        guard let extent = flow.fact.extent(axis) else { throw Refusal("an open extent") }
        var parts: [Flow] = []
        if pad.before > 0 {
            parts += Array(repeating: try part(flow, axis, from: 0, count: 1), count: pad.before)
        }
        parts.append(flow)
        if pad.after > 0 {
            parts += Array(repeating: try part(flow, axis, from: extent - 1, count: 1), count: pad.after)
        }
        let shape = flow.fact.shape.replacing(axis, Extent(extent + pad.before + pad.after))
        return try joined(parts, axis, as: flow.fact.with(shape))
    }

    /// Means over whole windows as means over what counts of each.
    private mutating func corrected(_ flow: Flow, _ window: SlidingWindow, countsPadding: Bool) throws(Refusal) -> Flow
    {
        var factors: [Float] = [1]
        for axis in window.size.indices {
            guard let extent = window.inputs[axis], let count = window.outputs[axis] else {
                throw Refusal("an open extent")
            }
            let (pad, counted) = (window.pads[axis], countsPadding ? window.counted[axis] : (before: 0, after: 0))
            let own = (0..<count).map { place -> Float in
                let start = place * window.strides[axis] - pad.before
                let inside = min(start + window.size[axis], extent + counted.after) - max(start, -counted.before)
                return Float(window.size[axis]) / Float(max(inside, 1))
            }
            factors = factors.flatMap { factor in own.map { factor * $0 } }
        }
        guard factors.contains(where: { $0 != 1 }) else { return flow }
        return try affine(flow, Constant([1] + window.outputs.compactMap(\.self), factors), nil, as: flow.fact)
    }
}
