/// What causal attention remembers from step to step: the values and keys of the steps so far, each at its place, and
/// which places hold one.
enum AttentionHistory {
    /// The states of a layer whose inputs have these shapes for the whole sequence: `[T, width]` of each value and key,
    /// and `[T]`, 1 where a place holds a step.
    static func states(for inputs: [Shape]) -> [SteppedLayer.State] {
        (inputs.dropFirst() + [[inputs[1][0]]]).map { SteppedLayer.State(shape: $0) }
    }

    /// The layer for one step; nil where it looks ahead, or where only some of its inputs come step by step.
    ///
    /// - Parameters:
    ///   - layer: The layer that recalls.
    ///   - results: How many results it gives before its states.
    ///   - inputs: The shapes of its inputs for the whole sequence.
    ///   - changing: Which of the inputs come step by step.
    ///   - isCausal: Whether a step sees no later one.
    /// - Returns: The layer with what it remembers.
    static func stepped(
        _ layer: any Layer,
        results: Int,
        inputs: [Shape],
        changing: [Bool],
        isCausal: Bool
    ) -> SteppedLayer? {
        guard isCausal, changing.allSatisfy({ $0 }), inputs.count < 4 else { return nil }
        return SteppedLayer(
            layer: layer,
            states: states(for: inputs),
            firstState: results,
            greatestLength: inputs[1][0]
        )
    }

    /// The shapes that the layer attends over, of those of a step and of the states.
    static func attended(_ inputs: [Shape]) -> [Shape] {
        let count = inputs.count / 2
        return [inputs[0]] + inputs[count..<2 * count - 1]
    }

    /// The shapes of the states among those of a step and of the states.
    static func remembered(_ inputs: [Shape]) -> ArraySlice<Shape> { inputs[(inputs.count / 2)...] }
}

extension ForwardPass {
    /// Puts a step behind those that are remembered.
    ///
    /// - Parameter inputs: The query, value and perhaps key of the step, then the states.
    /// - Returns: The query of the step with the values and keys so far, whose masks leave out what isn't there yet, and
    ///   the new states.
    /// - Throws: `ShapeError` where the inputs are none of a step.
    mutating func recall(_ inputs: [Value]) throws(ShapeError) -> (inputs: [Value], states: [Value]) {
        let count = inputs.count / 2
        let filled = inputs[2 * count - 1]
        let extents = graph.shape(of: filled)
        var place = try graph.subtract(graph.shiftedPlaces(filled), filled)
        if let mask = mask(ofInput: 0) { place = try graph.multiply(place, graph.broadcast(mask, to: extents)) }
        let column = try graph.reshape(place, to: [extents[0], extents[1], 1])
        var (taken, states) = ([inputs[0]], [Value]())
        for number in 1..<count {
            let history = inputs[count + number - 1]
            let shape = graph.shape(of: history)
            let step = try graph.multiply(
                graph.broadcast(inputs[number], to: shape),
                graph.broadcast(column, to: shape)
            )
            states.append(try graph.add(history, step))
        }
        taken += states
        let now = try graph.add(filled, place)
        layer.inputMasks = [mask(ofInput: 0)] + Array(repeating: now, count: count - 1)
        return (taken, states + [now])
    }
}
