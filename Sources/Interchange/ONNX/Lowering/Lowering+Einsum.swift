import NN

extension Lowering {
    /// An `Einsum` of two operands as products of matrices.
    mutating func contracted(_ node: ONNXNode) throws(Refusal) -> Flow {
        let shape = try EinsumShape(inference, node)
        let isBatch: (Character) -> Bool = { shape.extents[$0]?.batches != nil }
        guard let one = node.input(0).flatMap({ flows[$0] }), let two = node.input(1).flatMap({ flows[$0] }) else {
            return try contractedWithConstant(node, shape)
        }
        guard let batch = shape.shared.first(where: isBatch), shape.result.first == batch else {
            throw Refusal("an equation where the batch isn't the first axis of the result")
        }
        let outer = shape.shared.filter { !isBatch($0) }
        func volume(_ letters: [Character]) throws(Refusal) -> Int {
            let known = letters.compactMap { shape.extents[$0]?.known }
            guard known.count == letters.count else { throw Refusal("an open extent") }
            return known.reduce(1, *)
        }
        let (rows, columns, inner) = (try volume(shape.leftOnly), try volume(shape.rightOnly), try volume(shape.summed))
        let front = [Extent.batch] + outer.compactMap { shape.extents[$0] }
        func operand(_ flow: Flow, _ letters: [Character], _ order: [Character], _ last: [Int]) throws(Refusal) -> Flow
        {
            let turned = try arranged(flow, order.compactMap { letters.firstIndex(of: $0) })
            let fact = flow.fact.with(front + last.map(Extent.init))
            let shape = fact.sampleAxes.map { fact.extent($0) }
            let reference = shape == turned.stored ? turned.reference : try reshaped(turned.reference, to: shape)
            return Flow(reference: reference, order: fact.sampleAxes, fact: fact)
        }
        let left = try operand(one, shape.left, outer + shape.leftOnly + shape.summed, [rows, inner])
        let right = try operand(two, shape.right, outer + shape.summed + shape.rightOnly, [inner, columns])
        let product = try whole(
            products(left, right, turns: false, as: one.fact.with(front + [Extent(rows), Extent(columns)]))
        )
        return try named(product, outer + shape.leftOnly + shape.rightOnly, shape)
    }

    private mutating func contractedWithConstant(_ node: ONNXNode, _ shape: EinsumShape) throws(Refusal) -> Flow {
        let isFirst = node.input(0).map { flows[$0] != nil } ?? false
        let value = try flow(node, isFirst ? 0 : 1)
        let (letters, others) = isFirst ? (shape.left, shape.right) : (shape.right, shape.left)
        guard shape.shared.isEmpty, let constant = try inference.constant(node, isFirst ? 1 : 0, "its factor") else {
            throw Refusal("a constant with an axis that stays and is the value's too")
        }
        try inference.check(constant, against: value.fact)
        let kept = (isFirst ? shape.leftOnly : shape.rightOnly).filter { shape.extents[$0]?.batches == nil }
        let new = isFirst ? shape.rightOnly : shape.leftOnly
        guard let matrix = constant.transposed((shape.summed + new).compactMap { others.firstIndex(of: $0) })?.floats
        else {
            throw Refusal("a factor that isn't known")
        }
        let inner = shape.summed.compactMap { shape.extents[$0]?.known }.reduce(1, *)
        guard inner > 0 else { throw Refusal("an axis without extent") }
        let turned = try arranged(value, (kept + shape.summed).compactMap { letters.firstIndex(of: $0) })
        let rows = kept.map { shape.extents[$0]?.known }
        var reference = turned.reference
        if shape.summed.count != 1 { reference = try reshaped(reference, to: rows + [inner]) }
        let kernel = Tensor([inner, matrix.count / inner], matrix)
        reference = try dense(reference, kernel, bias: nil, hint: kernelHint(node))
        if new.count != 1 { reference = try reshaped(reference, to: rows + new.map { shape.extents[$0]?.known }) }
        return try named(Flow(reference: reference, order: [], fact: value.fact), kept + new, shape)
    }

    /// A result whose stored axes are these letters.
    private mutating func named(_ flow: Flow, _ letters: [Character], _ shape: EinsumShape) throws(Refusal) -> Flow {
        let order = letters.compactMap { shape.result.firstIndex(of: $0) }
        let extents = order.map { shape.fact.extent($0) }
        var result = Flow(reference: flow.reference, order: order, fact: shape.fact)
        if flow.fact.sampleAxes.count == flow.order.count, !flow.order.isEmpty, flow.stored != extents {
            result.reference = try reshaped(flow.reference, to: extents)
        }
        return result
    }
}
