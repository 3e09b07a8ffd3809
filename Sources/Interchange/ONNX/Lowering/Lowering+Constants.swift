import NN

extension Lowering {
    /// A value times a constant plus another, both stretched to the result.
    mutating func affine(_ flow: Flow, _ scale: Constant?, _ offset: Constant?, as fact: Fact) throws(Refusal) -> Flow {
        let flow = try expanded(flow, to: fact)
        if scale?.uniform ?? (scale == nil ? 1 : nil) != nil, offset?.uniform ?? (offset == nil ? 0 : nil) != nil {
            return try rescaled(flow, Double(scale?.uniform ?? 1), Double(offset?.uniform ?? 0))
        }
        let given = [scale, offset].compactMap(\.self)
        let padded = given.map { Array(repeating: 1, count: fact.rank - $0.shape.count) + $0.shape }
        let axes = fact.shape.indices.filter { axis in padded.contains { $0[axis] != 1 } }
        if let batch = fact.batch, axes.contains(batch) {
            throw Refusal("a constant with a number for each row of the batch")
        }
        let extents = axes.compactMap { fact.extent($0) }
        guard extents.count == axes.count else { throw Refusal("a constant along an open extent") }
        var numbers: [[Float]] = []
        for (constant, shape) in zip(given, padded) {
            guard let floats = constant.reshaped(axes.map { shape[$0] }).broadcast(to: extents)?.floats else {
                throw Refusal("a constant \(constant.shape) for \(fact.shape.text)")
            }
            numbers.append(floats)
        }
        let isPlain = axes.count == 1
        var result =
            isPlain && flow.order.contains(axes[0])
            ? flow : try arranged(flow, flow.order.filter { !axes.contains($0) } + axes)
        let stored = result.stored
        if !isPlain {
            result.reference = try reshaped(result.reference, to: stored.dropLast(axes.count) + [numbers[0].count])
        }
        let place = isPlain ? (result.order.firstIndex(of: axes[0]) ?? 0) + 1 : -1
        result.reference = try normalization(
            result.reference,
            axis: place,
            gamma: scale == nil ? nil : numbers[0],
            beta: offset == nil ? nil : numbers[numbers.count - 1],
            mean: nil,
            variance: nil,
            epsilon: 0,
            count: numbers[0].count,
            isTrainable: false
        )
        if !isPlain { result.reference = try reshaped(result.reference, to: stored) }
        result.isPositive = false
        return result
    }

    /// A `BatchNormalization` with these weights.
    mutating func normalization(
        _ input: LayerPlan.Reference,
        axis: Int,
        gamma: [Float]?,
        beta: [Float]?,
        mean: [Float]?,
        variance: [Float]?,
        epsilon: Double,
        count: Int,
        isTrainable: Bool
    ) throws(Refusal) -> LayerPlan.Reference {
        func vector(_ name: String, _ numbers: [Float]?, _ standard: Float) -> (String, Tensor) {
            (name, Tensor([count], numbers ?? Array(repeating: standard, count: count)))
        }
        var arguments: [(String, LayerPlan.Argument)] = [
            ("axis", .int(axis)), ("epsilon", .number(epsilon)), ("center", .flag(beta != nil)),
            ("scale", .flag(gamma != nil)),
        ]
        if !isTrainable { arguments.append(("trainable", .flag(false))) }
        var weights: [(String, Tensor)] = []
        if gamma != nil { weights.append(vector("gamma", gamma, 1)) }
        if beta != nil { weights.append(vector("beta", beta, 0)) }
        weights += [vector("moving_mean", mean, 0), vector("moving_variance", variance, 1)]
        return try add("BatchNormalization", arguments, [input], weights: weights)
    }

    /// The value stretched along axes of extent 1, and with further axes before the first.
    mutating func expanded(_ flow: Flow, to fact: Fact) throws(Refusal) -> Flow {
        let shift = fact.rank - flow.fact.rank
        var result = flow
        if shift > 0 {
            result.order = flow.order.map { $0 + shift }
            result.fact = fact.with(Array(repeating: Extent(1), count: shift) + flow.fact.shape)
        }
        for axis in fact.shape.indices where result.fact.shape[axis] != fact.shape[axis] {
            guard result.fact.shape[axis] == Extent(1), let extent = fact.extent(axis), axis != fact.batch else {
                throw Refusal("\(flow.fact.shape.text) stretched to \(fact.shape.text)")
            }
            result = try mapped(result, axis, to: extent, Array(repeating: 1, count: extent))
        }
        return result
    }

    /// A constant as what a layer gives for every row, made of any value that depends on the inputs.
    mutating func constantFlow(_ constant: Constant, beside flow: Flow, as fact: Fact) throws(Refusal) -> Flow {
        var given = constant.reshaped(
            Array(repeating: 1, count: max(0, fact.rank - constant.shape.count)) + constant.shape
        )
        if let batch = fact.batch, given.shape.indices.contains(batch), given.shape[batch] != 1 {
            guard given.shape[batch] == inference.fixedBatch, let row = given.alike(along: batch) else {
                throw Refusal("a constant \(constant.shape) with a number for each row of the batch")
            }
            given = row
        }
        guard given.shape.count == fact.rank, let floats = given.floats, floats.count <= SlidingWindow.greatest,
            let volume = flow.stored.known?.reduce(1, *)
        else { throw Refusal("a constant \(constant.shape) beside \(flow.fact.shape.text)") }
        var one = try reshaped(flow.reference, to: [1, volume, 1])
        if volume > 1 { one = try add("Cropping2D", [("cropping", .pairs([[0, 0], [0, volume - 1]]))], [one]) }
        one = try reshaped(one, to: [1])
        let count = floats.count
        one = try add(
            "Dense",
            [("units", .int(count)), ("trainable", .flag(false))],
            [one],
            weights: [("kernel", Tensor(repeating: 0, [1, count])), ("bias", Tensor([count], floats))]
        )
        var own = fact.with(given.shape.map(Extent.init))
        let order = own.sampleAxes
        one = try reshaped(one, to: order.map { own.extent($0) })
        guard let batch = fact.batch else {
            return Flow(reference: one, order: order, fact: own, isPositive: floats.allSatisfy { $0 >= 0 })
        }
        // One row of each batch; several where rows and more lie in one axis.
        own = own.with(given.shape.map(Extent.init).replacing(batch, .batch))
        var result = Flow(
            reference: one,
            order: order.filter { $0 != batch },
            fact: own,
            isPositive: floats.allSatisfy { $0 >= 0 }
        )
        if order.contains(batch), result.order.count != order.count {
            result.reference = try reshaped(one, to: result.stored)
        }
        guard let batches = fact.shape[batch].batches, batches > 1 else { return result }
        let axes = fact.sampleAxes
        let shape = axes.map { $0 == batch ? 1 : given.shape[$0] }
        result.reference = try reshaped(result.reference, to: shape)
        result.order = axes
        let copies = Array(repeating: result.reference, count: batches)
        guard batches <= 256, let place = axes.firstIndex(of: batch) else { throw Refusal("\(batches) copies") }
        result.reference = try add("Concatenate", [("axis", .int(place + 1))], copies)
        result.fact = fact.with(given.shape.map(Extent.init).replacing(batch, fact.shape[batch]))
        return result
    }

    /// Any value that depends on the inputs, of which constants can be made.
    private func anyFlow() throws(Refusal) -> Flow {
        let known = flows.values.filter { $0.stored.known != nil }
        guard let flow = known.min(by: { $0.reference.layer < $1.reference.layer }) else {
            throw Refusal("a constant beside values of open extents alone")
        }
        return flow
    }

    /// A constant that is repeated for every row.
    mutating func repeated(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Flow {
        guard let constant = try inference.constant(node, 0, "it") else { throw Refusal("no input") }
        return try expanded(constantFlow(constant, beside: anyFlow(), as: fact), to: fact)
    }

    /// An input as a value, also where it is constant.
    mutating func value(
        _ node: ONNXNode,
        _ place: Int,
        as fact: Fact,
        in result: Fact? = nil
    ) throws(Refusal) -> Flow {
        if let flow = node.input(place).flatMap({ flows[$0] }) { return flow }
        guard let constant = try inference.constant(node, place, "it"),
            var wide = inference.unrepeated(constant, result ?? fact, rank: (result ?? fact).rank)
        else { throw Refusal("no input \(place), or one with a number for each row of the batch") }
        if case .splat(let shape, let number, let type) = inference.input(node, place) {
            let extents = shape.indices.map { $0 == fact.batch ? 1 : shape[$0].known ?? 1 }
            wide = Constant(extents, Array(repeating: number, count: try inference.volume(extents)), type: type)
        }
        return try constantFlow(wide, beside: anyFlow(), as: fact)
    }

    /// Several values joined number by number by a merging layer.
    mutating func merged(_ flows: [Flow], _ type: String, as fact: Fact) throws(Refusal) -> Flow {
        var all = flows
        for place in all.indices {
            let shift = fact.rank - all[place].fact.rank
            guard shift > 0 else { continue }
            all[place].order = all[place].order.map { $0 + shift }
            all[place].fact = fact.with(Array(repeating: Extent(1), count: shift) + all[place].fact.shape)
        }
        guard let most = all.max(by: { $0.order.count < $1.order.count }) else { throw Refusal("no inputs") }
        let needed = fact.sampleAxes.filter { axis in all.contains { $0.fact.extent(axis) != 1 } }
        let order = most.order + needed.filter { !most.order.contains($0) }
        var references: [LayerPlan.Reference] = []
        for flow in all { references.append(try arranged(flow, order).reference) }
        return Flow(reference: try add(type, [], references), order: order, fact: fact)
    }
}
