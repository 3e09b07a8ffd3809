/// A layer that makes one tensor of several of one shape, number by number; an extent of 1 stretches, as in Keras.
///
/// A step of the result counts where it does in any input, and where an input has no mask, as in Keras 3.
protocol MergingLayer: SingleResultLayer {
    /// How many inputs it takes.
    static var inputCount: ClosedRange<Int> { get }

    /// Appends the function of all inputs, which have one shape.
    func merge(_ inputs: [Value], in graph: inout Graph) throws(ShapeError) -> Value

    /// Appends the function of all inputs, some of which have masks of their shape: what these leave out has no say.
    func merge(_ inputs: [Value], masks: [Value?], in graph: inout Graph) throws(ShapeError) -> Value
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

    /// Each step merges with those of the other inputs that come with it, and with what is the same at all of them.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        let fits = zip(inputs, changing).allSatisfy { shape, isChanging in
            shape.rank > 1 && (isChanging || shape[0] == 1)
        }
        return fits ? SteppedLayer(layer: self) : nil
    }

    func operations(inputs: [Shape], output: Shape) -> Int { output.volume * (inputs.count - 1) }

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        var shape = pass.graph.shape(of: inputs[0])
        for input in inputs { shape = shape.stretched(with: pass.graph.shape(of: input)) ?? shape }
        var stretched: [Value] = []
        for input in inputs { stretched.append(try pass.graph.broadcast(input, to: shape)) }
        pass.setMask(try pass.mergedMask(of: inputs.indices.map { pass.mask(ofInput: $0) }, shape: shape))
        var masks: [Value?] = []
        for number in inputs.indices {
            let mask = try pass.mask(ofInput: number).map { mask throws(ShapeError) in
                try pass.graph.stretchedMask(mask, to: shape)
            }
            masks.append(mask)
        }
        return try merge(stretched, masks: masks, in: &pass.graph)
    }

    func merge(_ inputs: [Value], masks: [Value?], in graph: inout Graph) throws(ShapeError) -> Value {
        try merge(inputs, in: &graph)
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
