extension Inference {
    /// The constants that a node makes of constants by moving their elements; nil where it does something else.
    func moved(_ node: ONNXNode, _ given: [Constant]) throws(Refusal) -> [Constant]? {
        let first = given[0]
        let fact = Fact(shape: first.shape.map(Extent.init), type: first.type)
        switch node.type {
        case "Identity", "Dropout": return [first]
        case "Cast":
            guard let type = ElementType(rawValue: node.int("to", default: 1)) else {
                throw Refusal("a cast to a type that isn't read")
            }
            return first.cast(to: type).map { [$0] }
        case "Transpose":
            let order = node.ints("perm") ?? Array(first.shape.indices.reversed())
            guard order.sorted() == Array(first.shape.indices) else {
                throw Refusal("perm \(order) is no order of the axes")
            }
            return first.transposed(order).map { [$0] }
        case "Reshape":
            guard let target = given.dropFirst().first?.ints else { return nil }
            let shape = try reshaped(
                fact,
                to: target.map(Extent.init),
                keepsZero: node.int("allowzero", default: 0) == 1
            )
            return shape.known.map { [first.reshaped($0)] }
        case "Flatten":
            let axis = node.int("axis", default: 1)
            let cut = axis < 0 ? axis + first.shape.count : axis
            guard (0...first.shape.count).contains(cut) else { throw Refusal("axis \(axis)") }
            return [first.reshaped([first.shape[..<cut].reduce(1, *), first.shape[cut...].reduce(1, *)])]
        case "Squeeze", "Unsqueeze": return try shapeOnly(node, fact).known.map { [first.reshaped($0)] }
        case "Expand":
            guard let target = given.dropFirst().first?.ints else { return nil }
            guard let shape = common([first.shape, target]) else {
                throw Refusal("\(first.shape) expanded to \(target)")
            }
            _ = try volume(shape)
            return first.broadcast(to: shape).map { [$0] }
        case "Concat": return try concatenated(given, axis: fact.axis(node.int("axis", default: 0))).map { [$0] }
        case "Gather":
            guard given.count == 2, let indices = given[1].ints else { return nil }
            return try gathered(first, indices, given[1].shape, fact.axis(node.int("axis", default: 0))).map { [$0] }
        case "Slice": return try sliced(node, first, fact).map { [$0] }
        case "Split": return try split(node, first, fact)
        case "Tile":
            guard let repeats = given.dropFirst().first?.ints, repeats.count == first.shape.count else { return nil }
            var copies = first
            for (axis, count) in repeats.enumerated() {
                _ = try volume(copies.shape + [count])
                let all = Array(repeating: copies, count: count)
                guard let next = try concatenated(all, axis: axis) else { return nil }
                copies = next
            }
            return [copies]
        default: return nil
        }
    }

    private func concatenated(_ parts: [Constant], axis: Int) throws(Refusal) -> Constant? {
        guard let first = parts.first else { return nil }
        let total = parts.reduce(0) { $0 + $1.shape[axis] }
        guard parts.allSatisfy({ $0.shape.count == first.shape.count }) else { throw Refusal("parts of unequal rank") }
        var shape = first.shape
        shape[axis] = total
        _ = try volume(shape)
        let (before, after) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
        func joined<Element>(_ lists: [[Element]]) throws(Refusal) -> [Element] {
            var all: [Element] = []
            for row in 0..<before {
                for (list, part) in zip(lists, parts) {
                    let width = part.shape[axis] * after
                    guard list.count == before * width else { throw Refusal("parts that don't fit together") }
                    all += list[row * width..<(row + 1) * width]
                }
            }
            return all
        }
        let extents = parts.compactMap(\.extents)
        if extents.count == parts.count { return Constant(shape, try joined(extents), type: first.type) }
        let floats = parts.compactMap(\.floats)
        return floats.count == parts.count ? Constant(shape, try joined(floats), type: first.type) : nil
    }

    private func gathered(
        _ data: Constant,
        _ indices: [Int],
        _ indexShape: [Int],
        _ axis: Int
    ) throws(Refusal) -> Constant? {
        let extent = data.shape[axis]
        guard indices.allSatisfy({ (-extent..<extent).contains($0) }) else {
            throw Refusal("indices \(indices.prefix(8)) of an axis of \(extent)")
        }
        let (before, after) = (data.shape[..<axis], data.shape[(axis + 1)...])
        let width = after.reduce(1, *)
        _ = try volume(before + indexShape + after)
        var all: [Int] = []
        for row in 0..<before.reduce(1, *) {
            for index in indices {
                let start = (row * extent + (index < 0 ? index + extent : index)) * width
                all += start..<start + width
            }
        }
        return data.picking(all, shape: before + indexShape + after)
    }

    private func sliced(_ node: ONNXNode, _ data: Constant, _ fact: Fact) throws(Refusal) -> Constant? {
        var (start, steps, shape) = (0, strides(of: data.shape), data.shape)
        for cut in try cuts(node, fact) {
            guard let range = cut.range else { continue }
            start += range.start * steps[cut.axis]
            steps[cut.axis] *= range.step
            shape[cut.axis] = range.count
        }
        return data.picking(places(shape, steps, from: start), shape: shape)
    }

    private func split(_ node: ONNXNode, _ data: Constant, _ fact: Fact) throws(Refusal) -> [Constant]? {
        let (axis, sizes) = try parts(of: node, fact)
        var (parts, start) = ([Constant](), 0)
        for size in sizes {
            var shape = data.shape
            shape[axis] = size
            let steps = strides(of: data.shape)
            guard let part = data.picking(places(shape, steps, from: start * steps[axis]), shape: shape) else {
                return nil
            }
            parts.append(part)
            start += size
        }
        return parts
    }
}

/// The shape to which all shapes are stretched by ONNX's broadcasting; nil where there is none.
func common(_ shapes: [[Int]]) -> [Int]? {
    let rank = shapes.map(\.count).max() ?? 0
    var result = Array(repeating: 1, count: rank)
    for shape in shapes {
        for (axis, extent) in zip(rank - shape.count..<rank, shape) {
            if result[axis] == 1 { result[axis] = extent } else if extent != 1, extent != result[axis] { return nil }
        }
    }
    return result
}
