import JSON

/// What Keras passes with a call of attention, and whether the layer goes step by step.
struct AttentionCall: Sendable, Equatable {
    /// Whether a query sees no step after its own.
    let isCausal: Bool
    /// Whether the shares are a result too.
    let returnsScores: Bool
    /// What the layer remembers where it takes one step of a sequence; nil where it takes all of them.
    fileprivate(set) var history: AttentionHistory?

    init(reading arguments: inout ObjectReader) {
        isCausal = arguments.flagOfCall("use_causal_mask")
        returnsScores = arguments.flagOfCall("return_attention_scores")
    }

    func write(to json: inout JSONWriter) {
        if isCausal { json.field("use_causal_mask", true) }
        if returnsScores { json.field("return_attention_scores", true) }
    }
}

/// What causal attention remembers of the steps before: their keys and values, as they were when each step came.
struct AttentionHistory: Sendable, Equatable {
    /// How many steps are remembered.
    let steps: Int
    /// How many inputs a step has: query, value and perhaps key.
    let inputs: Int
}

/// A layer of attention, over a whole sequence or from one step to the next.
///
/// What causal attention remembers are the keys and values of the steps so far, which a step neither projects nor adds
/// up again, and behind these `[steps]`, 1 at each place that holds a step which counts. A step gives its own key, value
/// and whether it counts, each to be put into its place. With a `sliding_window` w the w − 1 steps before are remembered,
/// each new one in the place of the oldest.
protocol AttendingLayer: Layer {
    /// What it was told with the call.
    var call: AttentionCall { get set }

    /// How near a key must be to be seen: less than so many steps away; nil for any.
    var window: Int? { get }

    /// The shapes of the results for a query, a value and perhaps a key.
    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape]

    /// The shapes of the keys and values of so many steps, these along the last axis but one.
    func historyShapes(for inputs: [Shape], steps: Int) -> [Shape]

    /// Appends the attention of a query to values.
    func attend(
        in pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value]

    /// Appends the attention of one step to those before and to itself.
    ///
    /// - Parameters:
    ///   - pass: The pass.
    ///   - inputs: The step's query, value and perhaps key.
    ///   - past: The keys and values that are remembered, in the order of `historyShapes`.
    ///   - seen: Which of the remembered steps the query sees, and whether it sees its own, `[N, steps + 1]`.
    ///   - parameters: The weights.
    /// - Returns: The result, and the step's keys and values.
    /// - Throws: `ShapeError` where the inputs are none of a step.
    func attendStep(
        in pass: inout ForwardPass,
        inputs: [Value],
        past: [Value],
        seen: Value,
        parameters: [Value]
    ) throws(ShapeError) -> (result: Value, own: [Value])
}

extension AttendingLayer {
    var window: Int? { nil }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard let history = call.history else { return try attendedShapes(for: inputs) }
        let own = Array(inputs.prefix(history.inputs))
        return try attendedShapes(for: own).prefix(1) + historyShapes(for: own, steps: 1) + [[1]]
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        guard let history = call.history else { return try attend(in: &pass, inputs: inputs, parameters: parameters) }
        let own = Array(inputs.prefix(history.inputs))
        let past = Array(inputs[history.inputs..<inputs.count - 1])
        let (seen, counts) = try pass.seen(inputs[inputs.count - 1], steps: history)
        let step = try attendStep(in: &pass, inputs: own, past: past, seen: seen, parameters: parameters)
        return [step.result] + step.own + [counts]
    }

    /// Each step of the query by itself, where values and keys are there from the start; else what looks back alone.
    ///
    /// Of several queries that come together a share may differ in its last bit from that of one.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        guard inputs[0].rank == 2, inputs.count < 4 else { return nil }
        guard changing.dropFirst().contains(true) else {
            // Which keys are seen would depend on the query's place.
            return call.isCausal || window != nil ? nil : SteppedLayer(layer: self, takesParts: false)
        }
        guard call.isCausal, changing.allSatisfy({ $0 }) else { return nil }
        // A step that sees itself alone needs no other.
        if window == 1 { return SteppedLayer(layer: self, givenResults: 1, takesParts: false) }
        let (length, own) = (inputs[1][0], inputs.map { $0.replacing(axis: 0, with: 1) })
        let reach = window.map { min($0 - 1, length) }
        let history = AttentionHistory(steps: reach ?? length, inputs: inputs.count)
        var layer = self
        layer.call.history = history
        let shapes = historyShapes(for: own, steps: history.steps)
        return SteppedLayer(
            layer: layer,
            states: shapes.map { SteppedLayer.State(shape: $0, axis: $0.rank - 2) }
                + [SteppedLayer.State(shape: [history.steps], axis: 0)],
            greatestLength: window == nil ? length : nil,
            givenResults: 1,
            takesParts: false
        )
    }
}

extension ForwardPass {
    /// Which keys a step sees by the masks of value and key: `[N, steps + 1]`, its own last; and whether its own counts.
    fileprivate mutating func seen(
        _ kept: Value,
        steps history: AttentionHistory
    ) throws(ShapeError) -> (seen: Value, counts: Value) {
        let rows = graph.shape(of: kept)[0]
        var counts: Value?
        for number in 1..<history.inputs {
            // Where the key has the value's mask, it counts once.
            guard let mask = mask(ofInput: number), number == 1 || mask != self.mask(ofInput: 1) else { continue }
            counts = if let counts { try graph.multiply(counts, mask) } else { mask }
        }
        let own: Value
        if let counts { own = counts } else { own = try graph.constant(1, shape: [rows, 1]) }
        return (try graph.concatenate([graph.positive(kept), own], axis: 1), own)
    }
}
