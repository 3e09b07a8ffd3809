/// What `Slice` takes of an axis.
struct Cut {
    /// The axis.
    let axis: Int
    /// The first place, the step and how many; nil where all is taken.
    let range: (start: Int, step: Int, count: Int)?
}

extension Inference {
    /// The shape of a `Reshape`.
    ///
    /// - Parameters:
    ///   - fact: What is reshaped.
    ///   - target: The shape that the node is told.
    ///   - keepsZero: Whether 0 is an extent, not that of the input.
    /// - Returns: The shape; the batch is in one of its extents where it is in the input.
    /// - Throws: `Refusal` where numbers are left over, or rows of the batch would be torn.
    func reshaped(_ fact: Fact, to target: [Extent], keepsZero: Bool) throws(Refusal) -> [Extent] {
        var shape = target
        for (place, extent) in target.enumerated() where extent == Extent(0) && !keepsZero {
            guard fact.shape.indices.contains(place) else {
                throw Refusal("a 0 at \(place) of the shape \(target.text)")
            }
            shape[place] = fact.shape[place]
        }
        let failure = Refusal("\(fact.shape.text) reshaped to \(target.text)")
        // A file for a batch of one size has that in the place of the batch.
        if let found = fixed(fact, shape) { return found }
        let rests = shape.indices.filter { shape[$0] == Extent(-1) }
        guard rests.count < 2 else { throw failure }
        guard let total = product(of: fact.shape) else {
            return try openReshaped(fact, shape, rests, failure)
        }
        guard let rest = rests.first else {
            guard product(of: shape) == total else { throw failure }
            return shape
        }
        var others = shape
        others.remove(at: rest)
        guard let known = product(of: others), known != Extent(0), let extent = quotient(total, known) else {
            throw failure
        }
        shape[rest] = extent
        return shape
    }

    /// A shape that a file for a batch of one size gives in numbers alone, with the batch in the axis that holds it; nil
    /// where that isn't so.
    private func fixed(_ fact: Fact, _ target: [Extent]) -> [Extent]? {
        guard let size = fixedBatch, target.batchAxis == nil, let front = fact.front, let numbers = target.known,
            let batches = product(of: fact.shape)?.batches
        else { return nil }
        let (total, overflows) = batches.multipliedReportingOverflow(by: size)
        var shape = numbers
        if let rest = shape.firstIndex(of: -1) {
            shape.remove(at: rest)
            guard let known = product(of: shape.map(Extent.init))?.known, known > 0, !shape.contains(-1) else {
                return nil
            }
            shape.insert(total / known, at: rest)
        }
        guard !overflows, shape.allSatisfy({ $0 > 0 }), product(of: shape.map(Extent.init)) == Extent(total) else {
            return nil
        }
        var places: [Int] = []
        var before = 1
        for (place, extent) in shape.enumerated() where before <= front {
            if front.isMultiple(of: before), extent.isMultiple(of: front / before * size) { places.append(place) }
            before *= extent
        }
        // With a batch of one several axes may hold it: one of extent 1, or where rows are to be multiplied the first.
        let single = places.first { shape[$0] == size }
        guard let place = single ?? (shape.count == 2 ? places.first : places.last),
            let extent = Extent.batch.times(Extent(shape[place] / size))
        else { return nil }
        return shape.map(Extent.init).replacing(place, extent)
    }

    /// A shape whose product has two unknowns: those that stay where they are are left out of it.
    private func openReshaped(
        _ fact: Fact,
        _ target: [Extent],
        _ rests: [Int],
        _ failure: Refusal
    ) throws(Refusal) -> [Extent] {
        var (left, right) = (fact.shape, target)
        for extent in fact.shape where extent.known == nil && target.contains(extent) {
            if let one = left.firstIndex(of: extent), let other = right.firstIndex(of: extent) {
                left.remove(at: one)
                right.remove(at: other)
            }
        }
        guard let total = product(of: left) else { throw failure }
        guard let place = rests.first else {
            guard product(of: right) == total else { throw failure }
            return target
        }
        right.removeAll { $0 == Extent(-1) }
        guard let known = product(of: right), let extent = quotient(total, known) else { throw failure }
        return target.replacing(place, extent)
    }

    private func product(of extents: [Extent]) -> Extent? {
        var product: Extent? = Extent(1)
        for extent in extents { product = product?.times(extent) }
        return product
    }

    private func quotient(_ total: Extent, _ part: Extent) -> Extent? {
        if let batches = total.batches, let other = part.batches {
            return batches.isMultiple(of: other) ? Extent(batches / other) : nil
        }
        guard let known = part.known, known > 0 else { return total == part ? Extent(1) : nil }
        if let whole = total.known { return whole.isMultiple(of: known) ? Extent(whole / known) : nil }
        return total.divided(by: part)
    }

    /// The shape of a `Flatten`.
    func flattened(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Fact {
        let axis = node.int("axis", default: 1)
        let cut = axis < 0 ? axis + fact.rank : axis
        guard (0...fact.rank).contains(cut), let front = product(of: Array(fact.shape[..<cut])),
            let back = product(of: Array(fact.shape[cut...]))
        else { throw Refusal("\(fact.shape.text) flattened at axis \(axis)") }
        return try fact.regrouped([front, back])
    }

    /// The shape behind a `Squeeze` or `Unsqueeze`.
    func shapeOnly(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> [Extent] {
        let given = try axes(node)
        if node.type == "Squeeze" {
            guard let given else { return fact.shape.filter { $0 != Extent(1) } }
            let axes = try fact.axes(given)
            // A batch of one size is an extent that may be squeezed only where it is no batch.
            guard axes.allSatisfy({ fact.shape[$0] == Extent(1) }) else {
                throw Refusal("\(fact.shape.text) squeezed along the axes \(given), of which one has not the extent 1")
            }
            return fact.shape.indices.filter { !axes.contains($0) }.map { fact.shape[$0] }
        }
        guard let given else { throw Refusal("no axes") }
        let rank = fact.rank + given.count
        let axes = Set(given.map { $0 < 0 ? $0 + rank : $0 })
        guard axes.count == given.count, axes.allSatisfy((0..<rank).contains), rank <= 16 else {
            throw Refusal("axes \(given)")
        }
        var rest = fact.shape.makeIterator()
        return (0..<rank).map { axes.contains($0) ? Extent(1) : rest.next() ?? Extent(1) }
    }

    /// What a `Slice` takes.
    func cuts(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> [Cut] {
        guard let starts = try constant(node, 1, "starts")?.extents, let ends = try constant(node, 2, "ends")?.extents
        else {
            throw Refusal("no starts or ends")
        }
        let axes = try ints(node, 3, "axes") ?? Array(starts.indices)
        let steps = try ints(node, 4, "steps") ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw Refusal("starts, ends, axes and steps of unequal length")
        }
        var cuts: [Cut] = []
        for (place, given) in axes.enumerated() {
            let axis = try fact.axis(given)
            let (start, end, step) = (starts[place], ends[place], steps[place])
            guard step != 0 else { throw Refusal("a step of 0") }
            let isWhole =
                start == Extent(0) && step == 1
                && (end == fact.shape[axis] || (end.known ?? 0) >= Int(Int32.max)
                    || fact.shape[axis] == .batch && fixedBatch != nil && end.known == fixedBatch)
            if isWhole {
                cuts.append(Cut(axis: axis, range: nil))
                continue
            }
            guard let extent = fact.shape[axis].known else {
                throw Refusal("it cuts axis \(axis), which is \(axis == fact.batch ? "the batch" : "open")")
            }
            guard let start = start.known, let end = end.known else { throw Refusal("ends that depend on the batch") }
            cuts.append(Cut(axis: axis, range: Self.range(start, end, step, extent)))
        }
        return cuts
    }

    private static func range(
        _ start: Int,
        _ end: Int,
        _ step: Int,
        _ extent: Int
    ) -> (start: Int, step: Int, count: Int) {
        func place(_ given: Int, _ least: Int, _ most: Int) -> Int {
            min(max(given < 0 ? given + extent : given, least), most)
        }
        if step > 0 {
            let (from, to) = (place(start, 0, extent), place(end, 0, extent))
            return (from, step, to > from ? (to - from - 1) / step + 1 : 0)
        }
        let (from, to) = (place(start, 0, max(extent - 1, 0)), place(end, -1, extent - 1))
        let size = step == .min ? Int.max : -step
        return (from, step, from > to ? (from - to - 1) / size + 1 : 0)
    }

    /// The axis that a `Split` cuts, and the sizes of the parts.
    func parts(of node: ONNXNode, _ fact: Fact) throws(Refusal) -> (axis: Int, sizes: [Int]) {
        let axis = try fact.axis(node.int("axis", default: 0))
        guard axis != fact.batch, let extent = fact.shape[axis].known else {
            throw Refusal("it cuts axis \(axis), which is \(axis == fact.batch ? "the batch" : "open")")
        }
        if let sizes = try ints(node, 1, "split") {
            guard sizes.allSatisfy({ $0 >= 0 && $0 <= extent }), sizes.reduce(0, +) == extent else {
                throw Refusal("parts \(sizes) of \(extent)")
            }
            return (axis, sizes)
        }
        let count = node.int("num_outputs", default: node.outputs.count)
        guard count > 0, count <= max(extent, 1) else { throw Refusal("\(count) parts of \(extent)") }
        let size = (extent + count - 1) / count
        return (axis, (0..<count).map { min(size, extent - min(extent, $0 * size)) })
    }

    /// What a `Pad` adds to each axis.
    func edges(of node: ONNXNode, _ fact: Fact) throws(Refusal) -> [(axis: Int, edge: (before: Int, after: Int))] {
        guard let pads = try ints(node, 1, "pads") else { throw Refusal("no pads") }
        let axes = try ints(node, 3, "axes") ?? Array(fact.shape.indices)
        guard pads.count == 2 * axes.count, pads.allSatisfy({ $0.magnitude <= 65_536 }) else {
            throw Refusal("pads \(pads)")
        }
        var edges: [(axis: Int, edge: (before: Int, after: Int))] = []
        for (place, given) in axes.enumerated() {
            let (axis, edge) = (try fact.axis(given), (before: pads[place], after: pads[place + axes.count]))
            guard edge != (0, 0) else { continue }
            guard axis != fact.batch else { throw Refusal("it pads axis \(axis), the batch") }
            guard let extent = fact.shape[axis].known, extent + edge.before + edge.after > 0,
                edge.before > -extent, edge.after > -extent
            else { throw Refusal("pads \(pads) of \(fact.shape.text)") }
            edges.append((axis, edge))
        }
        return edges
    }
}
