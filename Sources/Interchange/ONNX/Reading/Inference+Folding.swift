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
        case "Expand", "Tile", "Identity", "Cast", "Slice", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Gather":
            if let splat = splat(node) { return [splat] }
        default: break
        }
        var constants: [Constant] = []
        for name in node.inputs where !name.isEmpty {
            switch known[name] {
            case .constant(let constant): constants.append(constant)
            case .splat(let shape, let number, let type):
                guard let wide = repeated(number, shape, type, in: node) else { return nil }
                constants.append(wide)
            default: return nil
            }
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
        if node.type == "Expand", !keepsRepetitions, case .constant(let constant) = input(node, 0),
            case .constant(let target) = input(node, 1),
            let shape = target.extents, let batch = shape.batchAxis
        {
            let one = shape.replacing(batch, Extent(1))
            if let extents = one.known, (try? volume(extents)) != nil, let wide = constant.broadcast(to: extents) {
                return .constant(wide)
            }
        }
        if node.type == "Tile", case .constant(let constant) = input(node, 0), let repeated = tiled(node, constant) {
            return repeated
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

    /// A number at all places of a shape; of a factor one row in place of the batch.
    private func repeated(_ number: Float, _ shape: [Extent], _ type: ElementType, in node: ONNXNode) -> Constant? {
        var shape = shape
        if node.type == "Gemm" || node.type == "MatMul", let batch = shape.batchAxis, batch < shape.count - 1 {
            shape[batch] = Extent(1)
        }
        guard let extents = shape.known, type.isFloat, let volume = try? volume(extents), volume <= 1 << 22 else {
            return nil
        }
        return Constant(extents, Array(repeating: number, count: volume), type: type)
    }

    /// A constant that is repeated for every row; nil where it is repeated in another way.
    private func tiled(_ node: ONNXNode, _ constant: Constant) -> Known? {
        guard case .constant(let counts) = input(node, 1), let extents = counts.extents,
            let batch = extents.batchAxis, extents.count == constant.shape.count, constant.shape[batch] == 1,
            extents.replacing(batch, Extent(1)).allSatisfy({ $0 == Extent(1) })
        else { return nil }
        if let value = constant.uniform {
            return .splat(constant.shape.map(Extent.init).replacing(batch, extents[batch]), value, constant.type)
        }
        return keepsRepetitions ? nil : .constant(constant)
    }
}
