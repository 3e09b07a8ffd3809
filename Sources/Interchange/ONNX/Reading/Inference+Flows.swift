extension Inference {
    /// What is known of the results of a node that takes values of the inputs.
    mutating func flows(of node: ONNXNode) throws(Refusal) -> [Fact] {
        if Operators.foldedOnly.contains(node.type) || Operators.composed.contains(node.type) {
            throw Refusal("it is computed of numbers of the inputs, for which there is no layer")
        }
        if Operators.elementwise.contains(node.type) { return [try stretched(node)] }
        let first = try first(of: node)
        if Operators.shapeKeeping.contains(node.type) {
            if node.type == "Dropout", let name = node.input(2), known[name] != nil {
                let isIdle = try constant(node, 1, "its ratio")?.uniform == 0
                let mode = try ints(node, 2, "its training_mode")
                guard isIdle || mode == [0] else {
                    throw Refusal("training_mode, which answers by chance")
                }
            }
            guard node.type == "Cast" else { return [first] }
            return [Fact(shape: first.shape, type: ElementType(rawValue: node.int("to", default: 1)) ?? .float)]
        }
        if Operators.reductions.contains(node.type) { return [try reduction(node, first)] }
        switch node.type {
        case "Gather": return [first]
        case "Conv", "ConvTranspose", "MaxPool", "AveragePool": return [try windows(node, first)]
        case "GlobalMaxPool", "GlobalAveragePool":
            return [first.with(first.shape.enumerated().map { $0 < 2 ? $1 : Extent(1) })]
        case "Gemm", "MatMul": return [try product(node)]
        case "Einsum": return [try EinsumShape(self, node).fact]
        case "Attention": return [try attention(node, first)]
        case "GRU", "LSTM", "RNN": return try recurrence(node, first)
        case "Resize": return [try resized(node, first)]
        case "Reshape":
            guard let target = try constant(node, 1, "its shape")?.extents else { throw Refusal("no shape") }
            return [
                try first.regrouped(reshaped(first, to: target, keepsZero: node.int("allowzero", default: 0) == 1))
            ]
        case "Flatten": return [try flattened(node, first)]
        case "Squeeze", "Unsqueeze": return [first.with(try shapeOnly(node, first))]
        case "Transpose":
            let order = node.ints("perm") ?? Array(first.shape.indices.reversed())
            guard order.sorted() == Array(first.shape.indices) else {
                throw Refusal("perm \(order) is no order of its axes")
            }
            return [first.with(order.map { first.shape[$0] })]
        case "Expand", "Tile": return [first.with(try repeated(node, first))]
        case "Trilu": throw Refusal("a triangle of numbers of the inputs, for which there is no layer")
        case "Concat": return [first]
        case "Split":
            let (axis, sizes) = try parts(of: node, first)
            return sizes.map { first.with(first.shape.replacing(axis, Extent($0))) }
        case "Slice":
            var shape = first.shape
            for cut in try cuts(node, first) { if let range = cut.range { shape[cut.axis] = Extent(range.count) } }
            return [first.with(shape)]
        case "Pad":
            var shape = first.shape
            for (axis, edge) in try edges(of: node, first) {
                guard let extent = shape[axis].plus(Extent(edge.before + edge.after)) else { throw Refusal("its pads") }
                shape[axis] = extent
            }
            return [first.with(shape)]
        default: return [try rearranged(node, first)]
        }
    }

    /// What is known of a node's first input, or of what it gives where that may be constant.
    private func first(of node: ONNXNode) throws(Refusal) -> Fact {
        switch (node.type, input(node, 0)) {
        case ("Gather", _): return try gathered(node)
        case ("Concat", _): return try concatenated(node)
        case ("Gemm", _), ("MatMul", _), ("Einsum", _):
            for place in 0...1 {
                if case .flow(let fact) = input(node, place) { return fact }
            }
        case ("Expand", .constant(let constant)?), ("Tile", .constant(let constant)?):
            return Fact(shape: constant.shape.map(Extent.init), type: constant.type)
        default: break
        }
        return try flow(node, 0)
    }

    private func stretched(_ node: ONNXNode) throws(Refusal) -> Fact {
        var (shapes, type) = ([[Extent]](), ElementType?.none)
        for place in node.inputs.indices {
            switch input(node, place) {
            case .flow(let fact):
                shapes.append(fact.shape)
                if let type, type != fact.type { throw Refusal("it joins \(type.name) and \(fact.type.name)") }
                type = fact.type
            case let other:
                if case .constant(let constant) = other {
                    shapes.append(constant.shape.map(Extent.init))
                }
                if case .splat(let shape, _, _) = other { shapes.append(shape) }
            }
        }
        for place in node.inputs.indices {
            if case .constant(let constant) = input(node, place), let type, constant.type != type, node.type != "Pow" {
                throw Refusal("it joins \(type.name) and a constant of \(constant.type.name)")
            }
        }
        let rank = shapes.map(\.count).max() ?? 0
        for place in shapes.indices { shapes[place] = shared(shapes[place], rank, among: shapes) }
        var result = Array(repeating: Extent(1), count: rank)
        for shape in shapes {
            for (axis, extent) in zip(rank - shape.count..<rank, shape) where extent != Extent(1) {
                guard result[axis] == Extent(1) || result[axis] == extent else {
                    throw Refusal("its inputs \(shapes.map(\.text).joined(separator: " and ")) don't fit together")
                }
                result[axis] = extent
            }
        }
        guard result.count(where: { $0.batches != nil }) < 2 else {
            throw Refusal("its inputs \(shapes.map(\.text).joined(separator: " and ")) have the batch at two places")
        }
        return Fact(shape: result, type: type ?? .float, outer: try outer(of: node))
    }

    /// How the batch lies in the axis that holds it, which has to be the same for all values.
    func outer(of node: ONNXNode) throws(Refusal) -> Int {
        var found: Int?
        for place in node.inputs.indices {
            guard case .flow(let fact) = input(node, place), fact.batch != nil else { continue }
            guard found ?? fact.outer == fact.outer else { throw Refusal("rows of the batch in another order") }
            found = fact.outer
        }
        return found ?? 1
    }

    /// A shape of known extents, with 1 in place of the size of the batch that the file was written for.
    private func shared(_ shape: [Extent], _ rank: Int, among others: [[Extent]]) -> [Extent] {
        guard let fixedBatch, fixedBatch > 1, let numbers = shape.known else { return shape }
        var result = shape
        for (place, number) in numbers.enumerated() where number == fixedBatch {
            let axis = rank - shape.count + place
            let isBatch = others.contains { other in
                let own = axis - (rank - other.count)
                return other.indices.contains(own) && other[own] == .batch
            }
            if isBatch { result[place] = Extent(1) }
        }
        return result
    }

    private func gathered(_ node: ONNXNode) throws(Refusal) -> Fact {
        let axis = node.int("axis", default: 0)
        if case .flow(let data) = input(node, 0) {
            let place = try data.axis(axis)
            guard let indices = try constant(node, 1, "its indices") else { throw Refusal("no indices") }
            guard place != data.batch else { throw Refusal("it picks rows of the batch") }
            return data.with(data.shape[..<place] + indices.shape.map(Extent.init) + data.shape[(place + 1)...])
        }
        guard let data = try constant(node, 0, "its data") else { throw Refusal("no data") }
        let indices = try flow(node, 1)
        guard axis == 0 || axis == -data.shape.count, data.shape.count == 2, data.type.isFloat else {
            throw Refusal(
                "it looks up rows of a constant \(data.shape) along axis \(axis); expected a table [rows, width] and axis 0"
            )
        }
        return Fact(shape: indices.shape + [Extent(data.shape[1])], type: data.type)
    }

    private func reduction(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Fact {
        let given = try axes(node) ?? []
        if given.isEmpty, node.int("noop_with_empty_axes", default: 0) == 1 { return fact }
        let axes = try fact.axes(given.isEmpty ? Array(fact.shape.indices) : given)
        if let batch = fact.batch, axes.contains(batch) {
            throw Refusal("it reduces axis \(batch), the batch; a sample's answer can't depend on others")
        }
        let keeps = node.int("keepdims", default: 1) == 1
        return fact.with(
            fact.shape.indices.compactMap { axes.contains($0) ? (keeps ? Extent(1) : nil) : fact.shape[$0] }
        )
    }

    private func concatenated(_ node: ONNXNode) throws(Refusal) -> Fact {
        let flows = node.inputs.indices.compactMap { place -> Fact? in
            if case .flow(let fact) = input(node, place) { fact } else { nil }
        }
        guard let first = flows.first else { throw Refusal("nothing but constants that depend on the batch") }
        let axis = try first.axis(node.int("axis", default: 0))
        guard axis != first.batch else { throw Refusal("it joins along axis \(axis), the batch") }
        var total: Extent? = Extent(0)
        for place in node.inputs.indices {
            var shape = input(node, place)?.shape ?? []
            if case .constant = input(node, place), let batch = first.batch, shape.indices.contains(batch),
                shape[batch] == Extent(1) || shape[batch].known == fixedBatch
            {
                shape[batch] = first.shape[batch]
            }
            guard shape.count == first.rank,
                shape.replacing(axis, Extent(0)) == first.shape.replacing(axis, Extent(0))
            else { throw Refusal("its inputs \(first.shape.text) and \(shape.text) don't fit together") }
            total = total?.plus(shape[axis])
        }
        guard let total else { throw Refusal("it joins open extents") }
        let shape = first.shape.replacing(axis, total)
        return Fact(shape: shape, type: first.type, outer: try outer(of: node))
    }

    /// The shape of what `Expand` or `Tile` gives.
    private func repeated(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> [Extent] {
        guard let target = try constant(node, 1, "its shape")?.extents else { throw Refusal("no shape") }
        if node.type == "Tile" {
            guard target.count == fact.rank else { throw Refusal("repeats of another rank") }
            var shape = fact.shape
            for (axis, count) in target.enumerated() where count != Extent(1) {
                guard axis != fact.batch, let extent = shape[axis].times(count) else {
                    throw Refusal("repeats of the batch")
                }
                shape[axis] = extent
            }
            return shape
        }
        let rank = max(target.count, fact.rank)
        let own = Array(repeating: Extent(1), count: rank - fact.rank) + fact.shape
        let wanted = Array(repeating: Extent(1), count: rank - target.count) + target
        var shape: [Extent] = []
        for (mine, other) in zip(own, wanted) {
            if other == Extent(1) || other == mine {
                shape.append(mine)
            } else if mine == Extent(1) {
                shape.append(other)
            } else if mine == .batch, other.known == fixedBatch {
                shape.append(mine)
            } else {
                throw Refusal("\(fact.shape.text) expanded to \(target.text)")
            }
        }
        return shape
    }

    private func rearranged(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Fact {
        let size = node.int("blocksize", default: 1)
        guard fact.rank == 4, size > 0, fact.batch == 0 || fact.batch == nil, let channels = fact.shape[1].known,
            let height = fact.shape[2].known, let width = fact.shape[3].known
        else { throw Refusal("a value \(fact.shape.text); expected [N, C, H, W]") }
        if node.type == "DepthToSpace" {
            guard size <= 1 << 15, channels.isMultiple(of: size * size) else {
                throw Refusal("\(channels) channels and the block size \(size)")
            }
            return fact.with([
                fact.shape[0], Extent(channels / size / size), Extent(height * size), Extent(width * size),
            ])
        }
        guard size <= 1 << 15, height.isMultiple(of: size), width.isMultiple(of: size) else {
            throw Refusal("\(height) × \(width) pixels and the block size \(size)")
        }
        return fact.with([fact.shape[0], Extent(channels * size * size), Extent(height / size), Extent(width / size)])
    }
}

extension [Extent] {
    /// The same extents with another at a place.
    func replacing(_ place: Int, _ extent: Extent) -> [Extent] {
        var copy = self
        copy[place] = extent
        return copy
    }
}
