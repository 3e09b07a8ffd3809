/// Choices, comparisons and what is said of truth values, which are 1 and 0 here.
extension NodeParts {
    /// Whether a value depends on the inputs.
    func isFlow(_ name: String) -> Bool {
        if case .flow = inference.known[name] { return true }
        return false
    }

    /// The type of a value's elements.
    func type(_ name: String) -> ElementType {
        switch inference.known[name] {
        case .flow(let fact): fact.type
        case .constant(let constant): constant.type
        case .splat(_, _, let type): type
        case .refused, nil: .float
        }
    }

    /// The number of a low score: what has it has no share in a softmax.
    private static var low: Float { 1e29 }

    /// Adds the parts of a choice, a comparison, or a sum with a mask.
    ///
    /// - Returns: Whether the node is one.
    mutating func addChoice() -> Bool {
        let inputs = node.inputs
        switch (node.type, inputs.count) {
        case ("Where", 3): addWhere(inputs[0], inputs[1], inputs[2])
        case ("Add", 2), ("Mul", 2):
            let finite = inputs.map { self.finite($0) }
            guard finite != inputs else { return false }
            add(node.type, finite, as: node.output(0))
        case ("Cast", 1):
            guard node.int("to", default: 1) == ElementType.bool.rawValue, type(inputs[0]) != .bool else {
                return false
            }
            addFlags(different(inputs[0], type(inputs[0])))
        case ("Not", 1): addFlags(opposite(numbers(inputs[0]), .float))
        case ("And", 2): addFlags(add("Mul", [numbers(inputs[0]), numbers(inputs[1])]))
        case ("Or", 2): addFlags(add("Max", [numbers(inputs[0]), numbers(inputs[1])]))
        case ("Xor", 2): addFlags(add("Abs", [add("Sub", [numbers(inputs[0]), numbers(inputs[1])])]))
        case ("Equal", 2), ("Greater", 2), ("Less", 2), ("GreaterOrEqual", 2), ("LessOrEqual", 2):
            addComparison(inputs[0], inputs[1])
        case ("IsNaN", 1): addHidden(inputs[0])
        case ("GatherND", 2): return addPlaces(inputs[0], inputs[1])
        default: return false
        }
        return true
    }

    // MARK: Truth values

    /// Truth values as floats.
    private mutating func numbers(_ name: String) -> String {
        type(name) == .float ? name : add("Cast", [name], ["to": .init(ElementType.float.rawValue)])
    }

    /// 1 for 0, and 0 for 1.
    private mutating func opposite(_ name: String, _ type: ElementType) -> String {
        add("Sub", [number(1, type), name])
    }

    /// The node's result: truth values of numbers 1 and 0.
    private mutating func addFlags(_ name: String) {
        add("Cast", [name], ["to": .init(ElementType.bool.rawValue)], as: node.output(0))
    }

    /// 1 where a number is above 0, else 0.
    private mutating func above(_ name: String, _ type: ElementType) -> String {
        guard type.isFloat else { return add("Clip", [name, number(0, type), number(1, type)]) }
        return add("Relu", [add("Sign", [name])])
    }

    /// 1 where a number isn't 0, else 0.
    private mutating func different(_ name: String, _ type: ElementType) -> String {
        guard type.isFloat else { return above(add("Abs", [name]), type) }
        return add("Abs", [add("Sign", [name])])
    }

    private mutating func addComparison(_ left: String, _ right: String) {
        var (one, two) = (left, right)
        var kind = type(isFlow(one) ? one : two)
        if kind == .bool { (one, two, kind) = (numbers(one), numbers(two), .float) }
        if ["Less", "GreaterOrEqual"].contains(node.type) { swap(&one, &two) }
        let difference = add("Sub", [one, two])
        switch node.type {
        case "Equal": addFlags(opposite(different(difference, kind), kind))
        case "Greater", "Less": addFlags(above(difference, kind))
        default: addFlags(opposite(above(difference, kind), kind))
        }
    }

    // MARK: Choices

    /// A sum of what is chosen and 0 elsewhere.
    private mutating func addWhere(_ flags: String, _ one: String, _ other: String) {
        let kind = type(isFlow(one) ? one : other)
        let (chosen, rest) = (finite(one), finite(other))
        if chosen != one || rest != other, isFlow(flags) { inference.hidesByInputs = true }
        var (mask, unmasked): (String, String)
        if case .constant(let constant) = inference.known[flags], let floats = constant.floats {
            mask = self.constant(Constant(constant.shape, floats, type: kind))
            unmasked = self.constant(Constant(constant.shape, floats.map { 1 - $0 }, type: kind))
        } else {
            mask = add("Cast", [flags], ["to": .init(kind.rawValue)])
            unmasked = opposite(mask, kind)
        }
        let parts = [(chosen, mask), (rest, unmasked)].compactMap { value, mask -> String? in
            if case .constant(let constant) = inference.known[value] {
                if constant.uniform == 0, isFlow(chosen) || isFlow(rest) { return nil }
                guard isFlow(mask) || isFlow(value) else { return product(constant, mask) }
            }
            return add("Mul", [value, mask])
        }
        if parts.count == 2 {
            add("Add", parts, as: node.output(0))
        } else {
            add("Identity", parts, as: node.output(0))
        }
    }

    /// What is chosen of constants by a constant: nothing of what isn't, were it infinite.
    private mutating func product(_ constant: Constant, _ mask: String) -> String? {
        guard case .constant(let flags) = inference.known[mask], let shape = common([constant.shape, flags.shape]),
            (try? inference.volume(shape)) != nil, let numbers = constant.broadcast(to: shape)?.floats,
            let chosen = flags.broadcast(to: shape)?.floats
        else { return add("Mul", [self.constant(constant), mask]) }
        let products = zip(numbers, chosen).map { $1 == 0 ? 0 : $0 }
        return self.constant(Constant(shape, products, type: constant.type))
    }

    /// A constant of finite numbers, where only shares of a softmax count: −∞ and its like have none.
    private mutating func finite(_ name: String) -> String {
        guard let output = node.output(0), inference.onlyShared.contains(output) else { return name }
        var numbers: [Float] = []
        var (shape, kind): ([Int], ElementType) = ([], .float)
        switch inference.known[name] {
        case .constant(let constant):
            guard constant.type.isFloat, let floats = constant.floats else { return name }
            (numbers, shape, kind) = (floats, constant.shape, constant.type)
        case .splat(_, let number, let type) where type.isFloat: (numbers, kind) = ([number], type)
        default: return name
        }
        guard numbers.contains(where: { abs($0) > Self.low }) else { return name }
        let width = max(shape.last ?? 1, 1)
        for row in stride(from: 0, to: numbers.count, by: width)
        where numbers[row..<min(row + width, numbers.count)].allSatisfy({ $0 < -Self.low }) && node.type == "Add" {
            inference.hidesByInputs = true
        }
        return constant(Constant(shape, numbers.map { max(min($0, Self.low), -Self.low) }, type: kind))
    }

    /// Whether numbers are none: the shares of a softmax all of whose scores are −∞.
    private mutating func addHidden(_ name: String) {
        let kind = type(name)
        var hidden = add("Mul", [name, number(0, kind)])
        if inference.hidesByInputs, let softmax = inference.producers[name], softmax.type == "Softmax",
            case .flow(let fact) = inference.known[name], let axis = try? fact.axis(softmax.int("axis", default: -1))
        {
            let most = add("ReduceMax", [softmax.inputs[0]] + reductionAxes([axis]), reductionAttributes([axis]))
            let scaled = add("Mul", [most, number(-2 / Self.low, kind)])
            hidden = add("Add", [hidden, add("Clip", [scaled, number(0, kind), number(1, kind)])])
        }
        addFlags(hidden)
    }

    // MARK: Places of several axes

    /// Places of the first axes together, as places of one axis.
    private mutating func addPlaces(_ data: String, _ indices: String) -> Bool {
        guard case .flow(let fact) = inference.known[data], case .constant(let given) = inference.known[indices],
            let numbers = given.ints, let count = given.shape.last, count > 0, count <= fact.rank,
            node.int("batch_dims", default: 0) == 0, let extents = Array(fact.shape[..<count]).known
        else { return false }
        let steps = strides(of: extents)
        var places: [Int] = []
        for start in stride(from: 0, to: numbers.count, by: count) {
            var place = 0
            for axis in 0..<count {
                let index = numbers[start + axis] < 0 ? numbers[start + axis] + extents[axis] : numbers[start + axis]
                guard (0..<extents[axis]).contains(index) else { return false }
                place += index * steps[axis]
            }
            places.append(place)
        }
        let shape = [Extent(extents.reduce(1, *))] + fact.shape[count...]
        let flat = count == 1 ? data : add("Reshape", [data, constant(Constant(shape))])
        let chosen = constant(Constant(Array(given.shape.dropLast()), places.map(Extent.init)))
        add("Gather", [flat, chosen], ["axis": .init(0)], as: node.output(0))
        return true
    }
}
