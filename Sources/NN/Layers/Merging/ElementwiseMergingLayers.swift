import JSON

/// Keras's `Add`: the sum of all inputs.
struct AddLayer: MergingLayer {
    static let names = ["Add"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.add(a, b) }
    }
}

/// Keras's `Subtract`: the first input less the second.
struct SubtractLayer: MergingLayer {
    static let names = ["Subtract"]
    static let inputCount = 2...2

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.subtract(inputs[0], inputs[1])
    }
}

/// Keras's `Multiply`: the product of all inputs; what a mask leaves out is a factor of 1, and 0 where all masks do.
struct MultiplyLayer: MergingLayer {
    static let names = ["Multiply"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.multiply(a, b) }
    }

    func merge(_ inputs: [Value], masks: [Value?], in graph: inout Graph) throws(ShapeError) -> Value {
        var factors: [Value] = []
        for (input, mask) in zip(inputs, masks) {
            guard let mask else {
                factors.append(input)
                continue
            }
            let one = try graph.constant(1, shape: graph.shape(of: input))
            factors.append(try graph.choose(input, where: mask, otherwise: one))
        }
        let product = try merge(factors, in: &graph)
        let known = masks.compactMap(\.self)
        guard known.count == masks.count else { return product }
        let any = try graph.fold(known) { graph, a, b throws(ShapeError) in try graph.maximum(a, b) }
        return try graph.multiply(product, any)
    }
}

/// Keras's `Average`: the mean of all inputs.
struct AverageLayer: MergingLayer {
    static let names = ["Average"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        let sum = try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.add(a, b) }
        return try graph.scale(sum, by: 1 / Float(inputs.count))
    }
}

/// Keras's `Maximum`: the largest of all inputs that no mask leaves out; of equals, the derivative goes to the later.
struct MaximumLayer: MergingLayer {
    static let names = ["Maximum"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.maximum(a, b) }
    }

    func merge(_ inputs: [Value], masks: [Value?], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs, masks) { graph, a, b throws(ShapeError) in try graph.maximum(a, b) }
    }
}

/// Keras's `Minimum`: the smallest of all inputs that no mask leaves out; of equals, the derivative goes to the later.
struct MinimumLayer: MergingLayer {
    static let names = ["Minimum"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.minimum(a, b) }
    }

    func merge(_ inputs: [Value], masks: [Value?], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs, masks) { graph, a, b throws(ShapeError) in try graph.minimum(a, b) }
    }
}

extension Graph {
    /// The numbers of one value where a mask of ones and zeros has 1, of another where it has 0.
    fileprivate mutating func choose(
        _ chosen: Value,
        where mask: Value,
        otherwise other: Value
    ) throws(ShapeError) -> Value {
        let rest = try offset(scale(mask, by: -1), by: 1)
        return try add(multiply(chosen, mask), multiply(other, rest))
    }

    /// A function of two values that has no neutral number, applied from the first to the last.
    ///
    /// Where a mask leaves one of the two out, it is of the other twice. An input without a mask ends that of those
    /// before it, as in Keras.
    fileprivate mutating func fold(
        _ values: [Value],
        _ masks: [Value?],
        _ combine: (inout Graph, Value, Value) throws(ShapeError) -> Value
    ) throws(ShapeError) -> Value {
        var (result, counted) = (values[0], masks[0])
        for (value, mask) in zip(values, masks).dropFirst() {
            var value = value
            if let mask { value = try choose(value, where: mask, otherwise: result) }
            if let counted { result = try choose(result, where: counted, otherwise: value) }
            if let one = counted, let other = mask { counted = try maximum(one, other) } else { counted = nil }
            result = try combine(&self, result, value)
        }
        return result
    }

    /// A function of two values applied from the first to the last.
    fileprivate mutating func fold(
        _ values: [Value],
        _ combine: (inout Graph, Value, Value) throws(ShapeError) -> Value
    ) throws(ShapeError) -> Value {
        var result = values[0]
        for value in values.dropFirst() { result = try combine(&self, result, value) }
        return result
    }
}
