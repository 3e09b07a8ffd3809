/// A layer that makes one tensor of several of one shape, number by number; an extent of 1 stretches, as in Keras.
protocol MergingLayer: SingleResultLayer {
    /// How many inputs it takes.
    static var inputCount: ClosedRange<Int> { get }

    /// Appends the function of all inputs, which have one shape.
    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value
}

extension MergingLayer {
    static var inputCount: ClosedRange<Int> { 2...Int.max }

    func outputShape(for inputs: [Shape]) throws(ShapeRequirement) -> Shape {
        guard Self.inputCount.contains(inputs.count) else {
            throw ShapeRequirement(Self.inputCount.upperBound == 2 ? "two inputs" : "two inputs or more")
        }
        var shape = inputs[0]
        for input in inputs.dropFirst() {
            guard let both = shape.stretched(with: input) else { throw ShapeRequirement("inputs of one shape") }
            shape = both
        }
        return shape
    }

    func operations(inputs: [Shape], output: Shape) -> Int { output.volume * (inputs.count - 1) }

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        var shape = pass.graph.shape(of: inputs[0])
        for input in inputs { shape = shape.stretched(with: pass.graph.shape(of: input)) ?? shape }
        var stretched: [Value] = []
        for input in inputs { stretched.append(try pass.graph.broadcast(input, to: shape)) }
        let result = try merge(stretched, in: &pass.graph)
        pass.setMask(try pass.commonMask(of: inputs), of: result)
        return result
    }
}

extension Shape {
    /// The shape to which both stretch, where each extent is equal or 1 on one side; nil where there is none.
    func stretched(with other: Shape) -> Shape? {
        guard rank == other.rank else { return nil }
        let pairs = zip(extents, other.extents)
        guard pairs.allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
        return Shape(pairs.map { Swift.max($0, $1) })
    }
}

extension ForwardPass {
    /// The steps that count in every input; nil where one of them has no mask, as in Keras.
    mutating func commonMask(of inputs: [Value]) throws(ShapeError) -> Value? {
        var common: Value?
        for input in inputs {
            guard let mask = mask(of: input) else { return nil }
            if let soFar = common { common = try graph.multiply(soFar, mask) } else { common = mask }
        }
        return common
    }
}
