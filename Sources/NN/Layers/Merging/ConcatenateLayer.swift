import JSON

/// Keras's `Concatenate`: the inputs one after another along one axis, which the batch counts in; -1 is the last.
struct ConcatenateLayer: SingleResultLayer {
    static let names = ["Concatenate"]

    var keepsNumbers: Bool { true }

    /// The axis, counted with the batch, or from the end.
    let axis: Int

    init(reading arguments: inout ObjectReader) {
        axis = arguments.int("axis", in: -6...6, default: -1)
        if axis == 0 { arguments.fault(at: "axis", "axis 0 is the batch; expected -6 to -1 or 1 to 6") }
    }

    func write(to json: inout JSONWriter) { json.field("axis", axis) }

    func outputShape(for inputs: [Shape]) throws(ShapeRequirement) -> Shape {
        guard inputs.count > 1 else { throw ShapeRequirement("two inputs or more") }
        let place = place(in: inputs[0].rank)
        guard inputs[0].extents.indices.contains(place) else {
            throw ShapeRequirement("inputs with an axis \(axis)")
        }
        for input in inputs.dropFirst() {
            guard input.rank == inputs[0].rank, input.replacing(axis: place, with: inputs[0][place]) == inputs[0] else {
                throw ShapeRequirement("inputs that differ along axis \(axis) alone")
            }
        }
        return inputs[0].replacing(axis: place, with: inputs.reduce(0) { $0 + $1[place] })
    }

    /// Along any axis but that of the steps.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        place(in: inputs[0].rank) > 0 && changing.allSatisfy { $0 } ? SteppedLayer(layer: self) : nil
    }

    func operations(inputs: [Shape], output: Shape) -> Int { 0 }

    func append(to pass: inout ForwardPass, inputs: [Value], parameters: [Value]) throws(ShapeError) -> Value {
        let rank = pass.graph.shape(of: inputs[0]).rank - 1
        let place = place(in: rank)
        let result = try pass.graph.concatenate(inputs, axis: place + 1)
        pass.setMask(try mask(of: inputs, axis: place + 1, result: pass.graph.shape(of: result), in: &pass))
        return result
    }

    /// Along the steps the masks follow one another; along the last axis a step counts where it does in any input.
    private func mask(
        of inputs: [Value],
        axis: Int,
        result: Shape,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Value? {
        let masks = inputs.indices.map { pass.mask(ofInput: $0) }
        guard axis < result.rank - 1, masks.contains(where: { $0 != nil }) else {
            return try pass.mergedMask(of: masks, shape: result)
        }
        var parts: [Value] = []
        for (input, mask) in zip(inputs, masks) {
            let steps = pass.graph.shape(of: input).prefix(result.rank - 1)
            let part =
                if let mask { try pass.graph.stretchedMask(mask, to: steps) } else {
                    try pass.graph.constant(1, shape: steps)
                }
            parts.append(part)
        }
        return try pass.graph.concatenate(parts, axis: axis)
    }

    /// The axis counted from 0 without the batch.
    private func place(in rank: Int) -> Int { axis < 0 ? axis + rank : axis - 1 }
}
