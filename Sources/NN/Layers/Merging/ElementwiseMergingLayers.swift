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

/// Keras's `Multiply`: the product of all inputs.
struct MultiplyLayer: MergingLayer {
    static let names = ["Multiply"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.multiply(a, b) }
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

/// Keras's `Maximum`: the largest of all inputs; of equals, the derivative goes to the later.
struct MaximumLayer: MergingLayer {
    static let names = ["Maximum"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.maximum(a, b) }
    }
}

/// Keras's `Minimum`: the smallest of all inputs; of equals, the derivative goes to the later.
struct MinimumLayer: MergingLayer {
    static let names = ["Minimum"]

    init(reading arguments: inout ObjectReader) {}

    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value {
        try graph.fold(inputs) { graph, a, b throws(ShapeError) in try graph.minimum(a, b) }
    }
}

extension Graph {
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
