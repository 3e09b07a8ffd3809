import NN

extension Lowering {
    /// Makes layers of a `Gemm`.
    mutating func lowerGemm(_ node: ONNXNode) throws(Refusal) {
        let fact = try fact(node)
        let (alpha, beta) = (node.float("alpha", default: 1), node.float("beta", default: 1))
        if node.input(2) == nil || beta == 0 { return try set(node, multiplied(node, bias: nil, as: fact)) }
        let bias = try inference.constant(node, 2, "its bias")
        guard let bias, let floats = bias.floats else { throw Refusal("a bias that isn't known") }
        try inference.check(bias, against: fact)
        let scaled = beta == 1 ? bias : Constant(bias.shape, floats.map { $0 * beta }, name: bias.name)
        if alpha == 1 || alpha != 0, let units = fact.shape.last?.known, bias.volume == units || bias.volume == 1,
            bias.shape.last ?? 1 == bias.volume, let vector = scaled.reshaped([bias.volume]).broadcast(to: [units])
        {
            return try set(node, multiplied(node, bias: vector, as: fact))
        }
        try set(node, affine(multiplied(node, bias: nil, as: fact), nil, scaled, as: fact))
    }

    /// A product, of a value and a constant with a bias, or of two values.
    mutating func multiplied(_ node: ONNXNode, bias: Constant?, as fact: Fact) throws(Refusal) -> Flow {
        let isGemm = node.type == "Gemm"
        let alpha = isGemm ? node.float("alpha", default: 1) : 1
        let turns = isGemm && node.int("transB", default: 0) == 1
        if !isGemm, inference.isStack(node, 0) || inference.isStack(node, 1) {
            let shape = fact.shape.map { $0.batches == nil ? $0 : Extent(1) }
            let bare = fact.with(shape)
            return try products(
                value(node, 0, as: bare, in: fact),
                value(node, 1, as: bare, in: fact),
                turns: false,
                as: fact
            )
        }
        if let left = node.input(0), flows[left] == nil { return try multipliedFromLeft(node, fact) }
        var value = try flow(node, 0)
        if isGemm, node.int("transA", default: 0) == 1 {
            value.order = value.order.map { 1 - $0 }
            value.fact = value.fact.with(value.fact.shape.reversed())
        }
        if let other = node.input(1).flatMap({ flows[$0] }) {
            let product = try products(value, other, turns: turns, as: fact)
            return alpha == 1 ? product : try rescaled(product, Double(alpha))
        }
        guard let weight = try inference.constant(node, 1, "its factor") else { throw Refusal("no factor") }
        let matrix =
            weight.shape.count == 1
            ? weight.reshaped([weight.volume, 1]) : weight.reshaped(Array(weight.shape.suffix(2)))
        guard let numbers = (turns ? matrix.transposed([1, 0]) : matrix)?.floats else {
            throw Refusal("a factor that isn't known")
        }
        let last = value.fact.rank - 1
        let units = turns ? matrix.shape[0] : matrix.shape[1]
        let source = try arranged(value, value.order.filter { $0 != last } + [last])
        let kernel = Tensor([numbers.count / max(units, 1), units], alpha == 1 ? numbers : numbers.map { $0 * alpha })
        let reference = try dense(source.reference, kernel, bias: bias, hint: kernelHint(node))
        let shift = fact.rank - value.fact.rank
        if weight.shape.count == 1 { return Flow(reference: reference, order: source.order.dropLast(), fact: fact) }
        return Flow(reference: reference, order: source.order.map { $0 + shift }, fact: fact)
    }

    private mutating func multipliedFromLeft(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Flow {
        let value = try flow(node, 1)
        guard let weight = try inference.constant(node, 0, "its factor"),
            let turned = weight.transposed([1, 0])?.floats
        else {
            throw Refusal("no factor")
        }
        let axis = value.fact.rank - 2
        guard axis != value.fact.batch else { throw Refusal("a product along the batch") }
        let source = try arranged(value, value.order.filter { $0 != axis } + [axis])
        let kernel = Tensor([weight.shape[1], weight.shape[0]], turned)
        return Flow(
            reference: try dense(source.reference, kernel, bias: nil, hint: kernelHint(node)),
            order: source.order,
            fact: fact
        )
    }

    /// A dense layer with these weights.
    mutating func dense(
        _ input: LayerPlan.Reference,
        _ kernel: Tensor,
        bias: Constant?,
        hint: String?
    ) throws(Refusal) -> LayerPlan.Reference {
        var weights = [("kernel", kernel)]
        if let bias { weights.append(("bias", try vector(bias, kernel.shape[1]))) }
        return try add(
            "Dense",
            [("units", .int(kernel.shape[1])), ("use_bias", .flag(bias != nil))],
            [input],
            weights: weights,
            hint: hint
        )
    }

    /// Products of matrices along the last two axes, each pair of the axes before by itself.
    mutating func products(_ left: Flow, _ right: Flow, turns: Bool, as fact: Fact) throws(Refusal) -> Flow {
        let rank = fact.rank
        let outer = fact.sampleAxes.filter { $0 < rank - 2 }
        let count = outer.compactMap { fact.extent($0) }.reduce(1, *)
        guard count <= 256, outer.allSatisfy({ fact.extent($0) != nil }) else {
            throw Refusal("\(count) products of matrices, for which there is no layer")
        }
        let one = try expandedOuter(left, outer, fact)
        let two = try expandedOuter(right, outer, fact)
        var results: [Flow] = []
        for place in 0..<count {
            let a = try matrix(one, outer, place)
            let b = try matrix(two, outer, place)
            let reference = try add("Dot", [("axes", .ints([2, turns ? 2 : 1]))], [a, b])
            results.append(Flow(reference: reference, order: [rank - 2, rank - 1], fact: fact))
        }
        return try gathered(results, outer, as: fact)
    }

    /// Matrices one after another as one value.
    mutating func gathered(_ parts: [Flow], _ outer: [Int], as fact: Fact) throws(Refusal) -> Flow {
        let order = [fact.rank - 2, fact.rank - 1]
        guard parts.count > 1 else { return Flow(reference: parts[0].reference, order: order, fact: fact) }
        let extents = order.map { fact.extent($0) }
        var references: [LayerPlan.Reference] = []
        for part in parts { references.append(try reshaped(part.reference, to: [1] + extents)) }
        var reference = try add("Concatenate", [("axis", .int(1))], references)
        if outer.count > 1 { reference = try reshaped(reference, to: outer.map { fact.extent($0) } + extents) }
        return Flow(reference: reference, order: outer + order, fact: fact)
    }

    /// A value with all outer axes in front, each with the extent that the result has.
    mutating func expandedOuter(_ flow: Flow, _ outer: [Int], _ fact: Fact) throws(Refusal) -> Flow {
        var shape = Array(repeating: Extent(1), count: fact.rank - flow.fact.rank) + flow.fact.shape
        for axis in outer { shape[axis] = fact.shape[axis] }
        let wide = try expanded(flow, to: flow.fact.with(shape))
        return try arranged(wide, outer + [fact.rank - 2, fact.rank - 1])
    }

    /// One of the matrices of a value with the outer axes in front.
    mutating func matrix(_ flow: Flow, _ outer: [Int], _ place: Int) throws(Refusal) -> LayerPlan.Reference {
        guard let shape = flow.stored.known else { throw Refusal("matrices with open extents") }
        let (count, inner) = (shape.dropLast(2).reduce(1, *), Array(shape.suffix(2)))
        guard count > 1 else { return outer.isEmpty ? flow.reference : try reshaped(flow.reference, to: inner) }
        let rows = try reshaped(flow.reference, to: [count, inner[0], inner[1]])
        let cut = try add("Cropping2D", [("cropping", .pairs([[place, count - 1 - place], [0, 0]]))], [rows])
        return try reshaped(cut, to: inner)
    }

    // MARK: Attention

    /// An `Attention`: each head by itself.
    mutating func attended(_ node: ONNXNode) throws(Refusal) -> Flow {
        let fact = try fact(node)
        var all: [Flow] = []
        for place in 0..<3 { all.append(try flow(node, place)) }
        var counts = [
            node.int("q_num_heads", default: 0), node.int("kv_num_heads", default: 0),
            node.int("kv_num_heads", default: 0),
        ]
        let isFlat = all[0].fact.rank == 3
        if !isFlat { counts = try all.map { (flow) throws(Refusal) in try extent(flow, 1) } }
        guard counts[0] > 0, counts[1] > 0, counts[0].isMultiple(of: counts[1]), counts[1] == counts[2],
            counts[0] <= 256
        else {
            throw Refusal("heads \(counts)")
        }
        var heads: [[LayerPlan.Reference]] = []
        var width = 1
        for (place, value) in all.enumerated() {
            let (steps, size) = (try extent(value, isFlat ? 1 : 2), try extent(value, isFlat ? 2 : 3))
            var parts: [LayerPlan.Reference] = []
            if isFlat {
                guard size.isMultiple(of: counts[place]) else { throw Refusal("\(counts[place]) heads of \(size)") }
                let each = size / counts[place]
                let plain = try arranged(value, [1, 2])
                for head in 0..<counts[place] {
                    parts.append(try part(plain, 2, from: head * each, count: each).reference)
                }
                if place == 0 { width = each }
            } else {
                let plain = try arranged(value, [1, 2, 3])
                for head in 0..<counts[place] { parts.append(try matrix(plain, [1], head)) }
                if place == 0 { width = size }
            }
            _ = steps
            heads.append(parts)
        }
        let scale = node.attributes["scale"]?.float ?? 1 / Float(width).squareRoot()
        var results: [Flow] = []
        for head in 0..<counts[0] {
            let shared = head / (counts[0] / counts[1])
            let reference = try add(
                "Attention",
                [("use_scale", .flag(true)), ("use_causal_mask", .flag(node.int("is_causal", default: 0) == 1))],
                [heads[0][head], heads[2][shared], heads[1][shared]],
                weights: [("scale", Tensor(scale))]
            )
            results.append(Flow(reference: reference, order: isFlat ? [1, 2] : [2, 3], fact: fact))
        }
        if !isFlat { return try gathered(results, [1], as: fact) }
        guard results.count > 1 else { return Flow(reference: results[0].reference, order: [1, 2], fact: fact) }
        return Flow(
            reference: try add("Concatenate", [("axis", .int(2))], results.map(\.reference)),
            order: [1, 2],
            fact: fact
        )
    }

    private func extent(_ flow: Flow, _ axis: Int) throws(Refusal) -> Int {
        guard let extent = flow.fact.extent(axis) else { throw Refusal("an open extent") }
        return extent
    }
}
