extension Inference {
    /// The results of a node that don't depend on numbers of the inputs, though perhaps on the batch; nil for none.
    mutating func fold(_ node: ONNXNode) throws(Refusal) -> [Known]? {
        switch node.type {
        case "Constant": return [.constant(try value(of: node))]
        case "Shape": return input(node, 0)?.shape.map { shape in [.constant(Constant(part(of: shape, node)))] }
        case "Size":
            return input(node, 0)?.shape.flatMap { shape in
                product(shape).map { [.constant(Constant([], [$0]))] }
            }
        case "ConstantOfShape": return [try constantOfShape(node)]
        case "Expand", "Identity", "Cast", "Slice", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Gather":
            if let splat = splat(node) { return [splat] }
        default: break
        }
        var constants: [Constant] = []
        for name in node.inputs where !name.isEmpty {
            guard case .constant(let constant) = known[name] else { return nil }
            constants.append(constant)
        }
        guard !constants.isEmpty else { return nil }
        if let moved = try moved(node, constants) { return moved.map { .constant($0) } }
        if let computed = computed(node, constants) { return [.constant(computed)] }
        return nil
    }

    private func value(of node: ONNXNode) throws(Refusal) -> Constant {
        if let tensor = node.attributes["value"]?.tensor {
            return try Constant(tensor, in: ConstantSource(file: attributeBytes, beside: [:]))
        }
        if let number = node.attributes["value_float"]?.float { return Constant([], [number]) }
        if let number = node.attributes["value_int"]?.int { return Constant([], [Extent(number)]) }
        if let list = node.attributes["value_floats"]?.floats { return Constant([list.count], list) }
        if let list = node.attributes["value_ints"]?.ints { return Constant(list.map(Extent.init)) }
        throw Refusal("a constant that is no tensor of numbers")
    }

    private func part(of shape: [Extent], _ node: ONNXNode) -> [Extent] {
        func place(_ key: String, _ standard: Int) -> Int {
            let place = node.int(key, default: standard)
            return min(max(place < 0 ? place + shape.count : place, 0), shape.count)
        }
        let (start, end) = (place("start", 0), place("end", shape.count))
        return start < end ? Array(shape[start..<end]) : []
    }

    private func product(_ extents: [Extent]) -> Extent? {
        var product: Extent? = Extent(1)
        for extent in extents { product = product?.times(extent) }
        return product
    }

    private func constantOfShape(_ node: ONNXNode) throws(Refusal) -> Known {
        guard let shape = try constant(node, 0, "its shape")?.extents else { throw Refusal("a shape that isn't whole") }
        guard let tensor = node.attributes["value"]?.tensor else { return .splat(shape, 0, .float) }
        let value = try Constant(tensor, in: ConstantSource(file: attributeBytes, beside: [:]))
        if let extents = shape.known, !value.type.isFloat, let number = value.extents?.first {
            return .constant(
                Constant(extents, Array(repeating: number, count: try volume(extents)), type: value.type)
            )
        }
        guard let number = value.scalar else { throw Refusal("a value that isn't one number") }
        return .splat(shape, number, value.type)
    }

    /// A value of equal numbers behind a node that keeps numbers as they are.
    private mutating func splat(_ node: ONNXNode) -> Known? {
        if node.type == "Expand", case .constant(let constant) = input(node, 0), let value = constant.uniform,
            case .constant(let target) = input(node, 1), let shape = target.extents, shape.known == nil
        {
            let own = Array(repeating: Extent(1), count: max(0, shape.count - constant.shape.count))
            let extents = zip(shape, own + constant.shape.map(Extent.init)).map { $0 == Extent(1) ? $1 : $0 }
            return .splat(extents, value, constant.type)
        }
        // What differs by more than the rows of a batch stays as it is, and is stretched where it is taken.
        if node.type == "Expand", case .constant(let constant) = input(node, 0),
            case .constant(let target) = input(node, 1),
            let shape = target.extents, let batch = shape.batchAxis
        {
            let one = shape.replacing(batch, Extent(1))
            if let extents = one.known, (try? volume(extents)) != nil, let wide = constant.broadcast(to: extents) {
                return .constant(wide)
            }
        }
        guard case .splat(let shape, let value, let type) = input(node, 0) else { return nil }
        if node.type == "Identity" { return .splat(shape, value, type) }
        // As of a flow of that shape, whose numbers nobody asks for.
        var other = self
        guard let name = node.input(0) else { return nil }
        other.known[name] = .flow(Fact(shape: shape, type: type))
        guard let fact = try? other.flows(of: node).first else { return nil }
        return .splat(fact.shape, value, fact.type)
    }
}
