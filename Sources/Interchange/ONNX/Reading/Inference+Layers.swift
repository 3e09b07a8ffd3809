extension Inference {
    /// What a convolution or a pooling gives.
    mutating func windows(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Fact {
        guard fact.rank > 2, fact.isLedByBatch else { throw Refusal("a value \(fact.shape.text); expected [N, C, …]") }
        if node.output(1) != nil { throw Refusal("its second result is wanted, for which there is no layer") }
        if node.type == "ConvTranspose" { return try TransposedWindow(self, node, fact).fact(of: fact) }
        guard node.type == "Conv" else {
            return fact.with([fact.shape[0], fact.shape[1]] + extents(of: try SlidingWindow(node, fact, kernel: nil)))
        }
        guard let kernel = try constant(node, 1, "its kernel") else { throw Refusal("no kernel") }
        let groups = node.int("group", default: 1)
        guard kernel.shape.count == fact.rank, kernel.volume > 0, groups > 0, kernel.shape[0].isMultiple(of: groups),
            fact.shape[1].known == kernel.shape[1].multipliedReportingOverflow(by: groups).partialValue
        else { throw Refusal("a kernel \(kernel.shape) in \(groups) groups over \(fact.shape.text)") }
        try check(kernel, against: fact)
        try Self.checkKernelShape(of: node, kernel)
        let window = try SlidingWindow(node, fact, kernel: Array(kernel.shape.dropFirst(2)))
        return fact.with([fact.shape[0], Extent(kernel.shape[0])] + extents(of: window))
    }

    private mutating func extents(of window: SlidingWindow) -> [Extent] {
        window.outputs.map { extent in extent.map(Extent.init) ?? newUnknown() }
    }

    /// Checks that a convolution says of its kernel what is so.
    static func checkKernelShape(of node: ONNXNode, _ kernel: Constant) throws(Refusal) {
        let own = Array(kernel.shape.dropFirst(2))
        guard let said = node.ints("kernel_shape"), said != own else { return }
        throw Refusal("a kernel_shape \(said) for a kernel whose extents are \(own); they must be the same")
    }

    /// Checks that a weight is of the type that flows.
    func check(_ weight: Constant, against fact: Fact) throws(Refusal) {
        guard weight.type == fact.type else {
            throw Refusal(
                "a weight\(weight.name.isEmpty ? "" : " \"\(weight.name)\"") of \(weight.type.name) for a value of \(fact.type.name)"
            )
        }
    }

    /// What a `Gemm` or `MatMul` gives.
    func product(_ node: ONNXNode) throws(Refusal) -> Fact {
        let isGemm = node.type == "Gemm"
        if !isGemm, let stacked = try stackedProduct(node) { return stacked }
        guard case .flow(var left) = input(node, 0) else {
            let right = try flow(node, 1)
            guard !isGemm, let weight = try constant(node, 0, "its left factor"), weight.shape.count == 2,
                right.rank >= 2,
                right.shape[right.rank - 2] == Extent(weight.shape[1])
            else { throw Refusal("a constant on the left that doesn't fit \(right.shape.text)") }
            try check(weight, against: right)
            return right.with(right.shape.replacing(right.rank - 2, Extent(weight.shape[0])))
        }
        if isGemm, node.int("transA", default: 0) == 1 { left = left.with(left.shape.reversed()) }
        let turns = isGemm && node.int("transB", default: 0) == 1
        if case .flow(let right) = input(node, 1) {
            guard !isGemm || node.input(2) == nil, left.rank == right.rank, left.rank >= 2 else {
                throw Refusal("a product of \(left.shape.text) and \(right.shape.text)")
            }
            var other = right.shape
            if turns { other.swapAt(right.rank - 1, right.rank - 2) }
            guard left.shape.last == other[right.rank - 2], left.batch == right.batch, left.outer == right.outer,
                left.batch.map({ $0 < left.rank - 2 }) ?? true
            else { throw Refusal("a product of \(left.shape.text) and \(right.shape.text)") }
            var shape = left.shape.dropLast() + [other[right.rank - 1]]
            for axis in 0..<left.rank - 2 where left.shape[axis] != right.shape[axis] {
                guard left.shape[axis] == Extent(1) || right.shape[axis] == Extent(1) else {
                    throw Refusal("a product of \(left.shape.text) and \(right.shape.text)")
                }
                if left.shape[axis] == Extent(1) { shape[axis] = right.shape[axis] }
            }
            return left.with(Array(shape))
        }
        guard let weight = try constant(node, 1, "its right factor"),
            (1...2).contains(weight.shape.count)
                || weight.shape.dropLast(2).allSatisfy({ $0 == 1 }) && weight.shape.count >= 2
        else {
            throw Refusal("a constant factor with more than two axes")
        }
        try check(weight, against: left)
        let matrix = weight.shape.count == 1 ? [weight.shape[0], 1] : Array(weight.shape.suffix(2))
        let (inner, outer) = turns ? (matrix[1], matrix[0]) : (matrix[0], matrix[1])
        guard left.rank >= 1, left.shape.last == Extent(inner), left.batch != left.rank - 1 else {
            throw Refusal("a product of \(left.shape.text) and a constant \(weight.shape)")
        }
        if weight.shape.count == 1 { return left.with(left.shape.dropLast()) }
        let front = Array(repeating: Extent(1), count: max(0, weight.shape.count - left.rank))
        return left.with(front + left.shape.dropLast() + [Extent(outer)])
    }

    /// What a product of a value and a stack of constant matrices gives; nil for any other.
    private func stackedProduct(_ node: ONNXNode) throws(Refusal) -> Fact? {
        var value: Fact?
        for place in 0...1 {
            if case .flow(let fact) = input(node, place) { value = fact }
        }
        guard let value, let place = [0, 1].first(where: { isStack(node, $0) }),
            let given = try constant(node, place, "it")
        else { return nil }
        try check(given, against: value)
        let rank = max(value.rank, given.shape.count)
        guard let weight = unrepeated(given, value, rank: rank) else {
            throw Refusal("a constant factor with a matrix for each row of the batch")
        }
        func padded(_ shape: [Extent]) -> [Extent] { Array(repeating: Extent(1), count: rank - shape.count) + shape }
        var (left, right) = (padded(value.shape), padded(weight.shape.map(Extent.init)))
        if place == 0 { (left, right) = (right, left) }
        let failure = Refusal("a product of \(left.text) and \(right.text)")
        guard value.rank >= 2, value.batch.map({ $0 + rank - value.rank < rank - 2 }) ?? true,
            left[rank - 1] == right[rank - 2]
        else { throw failure }
        var shape = left
        shape[rank - 1] = right[rank - 1]
        for axis in 0..<rank - 2 where left[axis] != right[axis] {
            guard left[axis] == Extent(1) || right[axis] == Extent(1) else { throw failure }
            if left[axis] == Extent(1) { shape[axis] = right[axis] }
        }
        return value.with(shape)
    }

    /// Whether an input is a stack of constant matrices.
    func isStack(_ node: ONNXNode, _ place: Int) -> Bool {
        guard case .constant(let constant) = input(node, place) else { return false }
        return constant.shape.dropLast(2).contains { $0 != 1 } || place == 0 && constant.shape.count > 2
    }

    /// What a recurrent operator gives: all steps, the last state, and of an LSTM the last cell state.
    func recurrence(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> [Fact] {
        let shape = try RecurrentShape(self, node, fact)
        return shape.results(of: fact, hasCell: node.type == "LSTM")
    }

    /// What a `Resize` gives.
    func resized(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Fact {
        let resizing = try ResizedAxes(self, node, fact)
        var shape = fact.shape
        for axis in resizing.axes { shape[axis.axis] = Extent(axis.to) }
        return fact.with(shape)
    }

    /// What an `Attention` gives.
    func attention(_ node: ONNXNode, _ query: Fact) throws(Refusal) -> Fact {
        let (key, value) = (try flow(node, 1), try flow(node, 2))
        let known: Set = [
            "is_causal", "q_num_heads", "kv_num_heads", "scale", "softcap", "qk_matmul_output_mode",
            "softmax_precision", "left_window_size", "right_window_size",
        ]
        if let other = node.attributes.keys.sorted().first(where: { !known.contains($0) }) {
            throw Refusal("\(other), for which there is no layer")
        }
        guard query.rank == key.rank, key.rank == value.rank, query.batch == 0, (3...4).contains(query.rank) else {
            throw Refusal("\(query.shape.text), \(key.shape.text) and \(value.shape.text)")
        }
        if query.rank == 4 {
            return query.with(query.shape.dropLast() + [value.shape[3]])
        }
        let (heads, keyHeads) = (node.int("q_num_heads", default: 0), node.int("kv_num_heads", default: 0))
        guard heads > 0, keyHeads > 0, let width = value.shape[2].known, width.isMultiple(of: keyHeads) else {
            throw Refusal("heads that don't divide \(value.shape.text)")
        }
        return query.with(query.shape.dropLast() + [Extent(width / keyHeads * heads)])
    }
}

/// How a transposed convolution enlarges.
struct TransposedWindow {
    /// The window, its strides and dilations.
    let size: [Int], strides: [Int], dilations: [Int]
    /// What is cut off at both ends of each axis; what is added where negative.
    let cuts: [(before: Int, after: Int)]
    /// The extents of the result.
    let outputs: [Int]
    /// The kernel, `[in, out / groups, …]`, and the groups.
    let kernel: Constant, groups: Int

    /// Reads the arguments of a node.
    init(_ inference: Inference, _ node: ONNXNode, _ fact: Fact) throws(Refusal) {
        guard let kernel = try inference.constant(node, 1, "its kernel") else { throw Refusal("no kernel") }
        let (rank, groups) = (fact.rank - 2, node.int("group", default: 1))
        guard (1...3).contains(rank), kernel.shape.count == fact.rank, fact.shape[1].known == kernel.shape[0],
            kernel.volume > 0, groups > 0, kernel.shape[0].isMultiple(of: groups)
        else {
            throw Refusal("a kernel \(kernel.shape) over \(fact.shape.text); there are layers for one to three axes")
        }
        try inference.check(kernel, against: fact)
        try Inference.checkKernelShape(of: node, kernel)
        let size = Array(kernel.shape.dropFirst(2))
        let strides = node.ints("strides") ?? size.map { _ in 1 }
        let dilations = node.ints("dilations") ?? size.map { _ in 1 }
        let pads = node.ints("pads") ?? Array(repeating: 0, count: 2 * rank)
        let added = node.ints("output_padding") ?? size.map { _ in 0 }
        let wanted = node.ints("output_shape").map { Array($0.suffix(rank)) }
        let allowed = 0...SlidingWindow.greatest
        guard strides.count == rank, dilations.count == rank, pads.count == 2 * rank, added.count == rank,
            (pads + added).allSatisfy(allowed.contains),
            (strides + dilations).allSatisfy((1...SlidingWindow.greatest).contains),
            wanted?.count ?? rank == rank, (wanted ?? []).allSatisfy((1...1 << 24).contains),
            size.allSatisfy({ $0 <= SlidingWindow.greatest })
        else { throw Refusal("strides \(strides), dilations \(dilations), pads \(pads), output_padding \(added)") }
        let rule = node.text("auto_pad", default: "NOTSET")
        var (cuts, outputs) = ([(before: Int, after: Int)](), [Int]())
        for axis in 0..<rank {
            guard let extent = fact.shape[axis + 2].known else {
                throw Refusal("an open extent, which isn't read here")
            }
            // What all windows cover together.
            let whole = (extent - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1
            var cut = (before: pads[axis], after: pads[axis + rank] - added[axis])
            if wanted != nil || rule.hasPrefix("SAME") {
                let total = whole + added[axis] - (wanted?[axis] ?? extent * strides[axis])
                let half = total / 2
                let before = rule == "SAME_UPPER" ? half : total - half
                // What lies behind all windows is at the end.
                cut = total < 0 ? (0, total - added[axis]) : (before, total - before - added[axis])
            }
            let result = whole - cut.before - cut.after
            guard result > 0 else { throw Refusal("nothing left within its pads \(pads)") }
            cuts.append(cut)
            outputs.append(result)
        }
        (self.size, self.strides, self.dilations, self.cuts, self.outputs) = (size, strides, dilations, cuts, outputs)
        (self.kernel, self.groups) = (kernel, groups)
    }

    /// What the layer gives.
    func fact(of fact: Fact) -> Fact {
        fact.with([fact.shape[0], Extent(kernel.shape[1] * groups)] + outputs.map(Extent.init))
    }
}
