import JSON

/// What Keras passes with a call of attention, and whether the layer goes step by step.
struct AttentionCall: Sendable, Equatable {
    /// Whether a query sees no step after its own.
    private(set) var isCausal: Bool
    /// Whether the shares are a result too.
    let returnsScores: Bool
    /// Whether the layer takes one step and what it remembers of those before.
    private(set) var recalls = false

    init(reading arguments: inout ObjectReader) {
        isCausal = arguments.flagOfCall("use_causal_mask")
        returnsScores = arguments.flagOfCall("return_attention_scores")
    }

    func write(to json: inout JSONWriter) {
        if isCausal { json.field("use_causal_mask", true) }
        if returnsScores { json.field("return_attention_scores", true) }
    }

    /// The same for one step, which sees all that is remembered.
    fileprivate var recalling: AttentionCall {
        var copy = self
        (copy.isCausal, copy.recalls) = (false, true)
        return copy
    }
}

/// A layer of attention, over a whole sequence or from one step to the next.
///
/// What causal attention remembers are the values and keys of the steps so far, each at its place, and which places hold
/// one: `[T, width]` of each value and key, and `[T]`, 1 where a place holds a step.
protocol AttendingLayer: Layer {
    /// What it was told with the call.
    var call: AttentionCall { get set }

    /// Whether a query sees the same keys wherever it stands, but for those behind it.
    var seesAllBefore: Bool { get }

    /// The shapes of the results for a query, a value and perhaps a key.
    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape]

    /// Appends the attention of a query to values.
    func attend(
        in pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value]
}

extension AttendingLayer {
    var seesAllBefore: Bool { true }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard call.recalls else { return try attendedShapes(for: inputs) }
        // The step's query, value and key, and as many of what is remembered, of which the first is no query.
        let count = inputs.count / 2
        return try attendedShapes(for: [inputs[0]] + inputs[count..<2 * count - 1]) + inputs[count...]
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        guard call.recalls else { return try attend(in: &pass, inputs: inputs, parameters: parameters) }
        let (taken, states) = try pass.recall(inputs)
        return try attend(in: &pass, inputs: taken, parameters: parameters) + states
    }

    /// Each step of the query by itself, where values and keys are there from the start; else what looks back alone.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        guard inputs[0].rank == 2, inputs.count < 4, seesAllBefore else { return nil }
        guard changing.dropFirst().contains(true) else { return call.isCausal ? nil : SteppedLayer(layer: self) }
        guard call.isCausal, changing.allSatisfy({ $0 }) else { return nil }
        var layer = self
        layer.call = call.recalling
        return SteppedLayer(
            layer: layer,
            states: (inputs.dropFirst() + [[inputs[1][0]]]).map { SteppedLayer.State(shape: $0) },
            firstState: call.returnsScores ? 2 : 1,
            greatestLength: inputs[1][0]
        )
    }
}

extension ForwardPass {
    /// Puts a step behind those that are remembered.
    ///
    /// - Parameter inputs: The query, value and perhaps key of the step, then the states.
    /// - Returns: The query of the step with the values and keys so far, whose masks leave out what isn't there yet, and
    ///   the new states.
    /// - Throws: `ShapeError` where the inputs are none of a step.
    fileprivate mutating func recall(_ inputs: [Value]) throws(ShapeError) -> (inputs: [Value], states: [Value]) {
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
