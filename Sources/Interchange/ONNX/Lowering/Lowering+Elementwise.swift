extension Lowering {
    /// The layers that join values number by number.
    private static let merging = [
        "Add": "Add", "Sum": "Add", "Mul": "Multiply", "Sub": "Subtract", "Div": "Divide", "Max": "Maximum",
        "Min": "Minimum", "Mean": "Average",
    ]

    /// Makes layers of an operator of two or more values that are stretched to one shape.
    mutating func lowerElementwise(_ node: ONNXNode) throws(Refusal) {
        let fact = try fact(node)
        if node.inputs.count == 1 { return try set(node, flow(node, 0)) }
        if node.type == "Pow" { return try set(node, power(node)) }
        if node.type == "Div", !fact.type.isFloat { return try set(node, wholeQuotient(node, fact)) }
        if node.inputs.count == 2 {
            for (place, other) in [(0, 1), (1, 0)] {
                guard let value = node.input(place).flatMap({ flows[$0] }), let constant = try constant(node, other)
                else { continue }
                if let result = try withConstant(node, value, constant, isFirst: other == 0, fact) {
                    return try set(node, result)
                }
            }
        }
        if node.type == "Div", node.inputs.count == 2, let given = try constant(node, 0) {
            let reciprocal = try through(expanded(flow(node, 1), to: fact), "Reciprocal")
            return try set(node, given.uniform == 1 ? reciprocal : affine(reciprocal, given, nil, as: fact))
        }
        try set(node, merged(operands(node, fact), Self.layer(for: node), as: fact))
    }

    private static func layer(for node: ONNXNode) throws(Refusal) -> String {
        guard let type = merging[node.type] else { throw Refusal("there is no layer for \(node.type)") }
        return type
    }

    /// What a node joins, its constants as layers that give them.
    private mutating func operands(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> [Flow] {
        var all: [Flow] = []
        for name in node.inputs { if let flow = flows[name] { all.append(flow) } }
        guard let one = all.first else { throw Refusal("nothing but constants") }
        guard all.count < node.inputs.count else { return all }
        all = []
        for place in node.inputs.indices {
            if let flow = node.input(place).flatMap({ flows[$0] }) {
                all.append(flow)
            } else if let constant = try constant(node, place) {
                all.append(try constantFlow(constant, beside: one, as: fact))
            }
        }
        return all
    }

    /// The constant that an input is; nil where it depends on the model's inputs.
    func constant(_ node: ONNXNode, _ place: Int) throws(Refusal) -> Constant? {
        if let name = node.input(place), case .flow = inference.known[name] { return nil }
        guard let constant = try inference.constant(node, place, "it") else { return nil }
        let fact = try fact(node)
        // A file for a batch of one size may hold a row for each of it.
        guard let batch = fact.batch, let size = inference.fixedBatch, size > 1 else { return constant }
        let axis = batch - (fact.rank - constant.shape.count)
        guard constant.shape.indices.contains(axis), constant.shape[axis] == size else { return constant }
        guard let row = constant.alike(along: axis) else {
            throw Refusal("a constant with a number for each row of the batch")
        }
        return row
    }

    /// A value joined with a constant; nil where that takes a merging layer.
    private mutating func withConstant(
        _ node: ONNXNode,
        _ value: Flow,
        _ constant: Constant,
        isFirst: Bool,
        _ fact: Fact
    ) throws(Refusal) -> Flow? {
        guard let (scale, offset) = try Self.steps(node.type, constant, isFirst: isFirst) else { return nil }
        return try affine(value, scale, offset, as: fact)
    }

    /// What an operator with a constant is as a factor and a summand; nil where it is none.
    static func steps(_ type: String, _ constant: Constant, isFirst: Bool) throws(Refusal) -> (Constant?, Constant?)? {
        func every(_ function: (Float) -> Float) throws(Refusal) -> Constant {
            guard let floats = constant.floats else { throw Refusal("a constant that depends on the batch") }
            return Constant(constant.shape, floats.map(function), type: constant.type, name: constant.name)
        }
        switch (type, isFirst) {
        case ("Add", _), ("Sum", _): return (nil, constant)
        case ("Sub", false): return (nil, try every { -$0 })
        case ("Sub", true): return (Constant([], [-1]), constant)
        case ("Mul", _): return (constant, nil)
        case ("Div", false): return (try every { 1 / $0 }, nil)
        default: return nil
        }
    }

    /// A quotient of whole numbers, cut towards zero.
    private mutating func wholeQuotient(_ node: ONNXNode, _ fact: Fact) throws(Refusal) -> Flow {
        let quotient = try merged(operands(node, fact), "Divide", as: fact)
        let size = try through(through(quotient, "Absolute"), "Floor")
        return try merged([size, through(quotient, "Sign")], "Multiply", as: fact)
    }

    private mutating func power(_ node: ONNXNode) throws(Refusal) -> Flow {
        let value = try flow(node, 0)
        guard let exponents = try inference.constant(node, 1, "its exponent"), let numbers = exponents.floats,
            !numbers.isEmpty
        else { throw Refusal("no exponent") }
        let wide = try expanded(value, to: fact(node))
        let isSmall = numbers.allSatisfy { $0 >= 0 && $0 <= 8 && $0 == $0.rounded() }
        if let exponent = exponents.uniform {
            if isSmall { return try power(wide, Int(exponent)) }
            guard exponent.isFinite else { throw Refusal("an exponent that isn't finite") }
            return try through(wide, "Power", [("exponent", .number(Double(exponent)))])
        }
        guard isSmall else {
            throw Refusal("powers that differ from place to place and aren't whole numbers from 0 to 8")
        }
        // Each power where it is wanted, and zero elsewhere.
        var parts: [Flow] = []
        for exponent in Set(numbers).sorted() {
            let places = Constant(exponents.shape, numbers.map { $0 == exponent ? 1 : 0 }, type: wide.fact.type)
            let part = try power(wide, Int(exponent))
            parts.append(try affine(part, places, nil, as: wide.fact))
        }
        return try merged(parts, "Add", as: wide.fact)
    }

    private mutating func power(_ value: Flow, _ times: Int) throws(Refusal) -> Flow {
        guard times > 0 else { return try rescaled(value, 0, 1) }
        guard times > 1 else { return value }
        var result = try merged(Array(repeating: value, count: times), "Multiply", as: value.fact)
        result.isPositive = times.isMultiple(of: 2)
        return result
    }

    // MARK: Reductions

    /// A reduction of axes.
    mutating func reduced(_ node: ONNXNode, _ value: Flow, _ fact: Fact) throws(Refusal) -> Flow {
        let given = try inference.axes(node) ?? []
        if given.isEmpty, node.int("noop_with_empty_axes", default: 0) == 1 { return value }
        let axes = try value.fact.axes(given.isEmpty ? Array(value.fact.shape.indices) : given)
        var source = value
        switch node.type {
        case "ReduceSumSquare": source = try merged([value, value], "Multiply", as: value.fact)
        case "ReduceL1": source = try merged([value, rescaled(value, -1)], "Maximum", as: value.fact)
        case "ReduceMin": source = try rescaled(value, -1)
        default: break
        }
        let isGreatest = node.type == "ReduceMax" || node.type == "ReduceMin"
        let result = try pooled(source, axes, isGreatest ? "Max" : "Average", fact)
        if node.type == "ReduceMin" { return try rescaled(result, -1) }
        if isGreatest || node.type == "ReduceMean" { return result }
        let count = axes.compactMap { value.fact.extent($0) }.reduce(1, *)
        return try count == 1 ? result : rescaled(result, Double(count))
    }

    /// The mean or the greatest along axes, which go or stay with an extent of 1, as the shape of the result says.
    mutating func pooled(_ value: Flow, _ axes: [Int], _ kind: String, _ fact: Fact) throws(Refusal) -> Flow {
        let kept = value.fact.sampleAxes.filter { !axes.contains($0) }
        guard axes.allSatisfy({ $0 != value.fact.batch }) else { throw Refusal("the batch is reduced") }
        let removed = value.fact.rank - fact.rank
        let order = removed == 0 ? kept : kept.map { axis in axis - axes.count { $0 < axis } }
        // Pictures, or steps, have a layer of their own.
        if kept.count == 1, axes.count < 3 {
            let turned = try arranged(value, axes + kept)
            let reference = try add("Global\(kind)Pooling\(axes.count)D", [], [turned.reference])
            return Flow(reference: reference, order: order, fact: fact, isPositive: value.isPositive)
        }
        let turned = try arranged(value, axes + kept)
        guard let shape = turned.stored.known else {
            throw Refusal("a reduction of \(value.fact.shape.text), which has open extents")
        }
        let (rows, columns) = (shape.prefix(axes.count).reduce(1, *), shape.dropFirst(axes.count))
        var reference = try reshaped(turned.reference, to: [rows, columns.reduce(1, *)])
        reference = try add("Global\(kind)Pooling1D", [], [reference])
        if columns.count != 1 { reference = try reshaped(reference, to: columns.isEmpty ? [1] : Array(columns)) }
        guard columns.isEmpty else {
            return Flow(reference: reference, order: order, fact: fact, isPositive: value.isPositive)
        }
        return Flow(reference: reference, order: fact.sampleAxes.suffix(1), fact: fact, isPositive: value.isPositive)
    }
}
