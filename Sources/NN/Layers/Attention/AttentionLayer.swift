import JSON

/// A layer that mixes the values of a sequence by how well their keys answer a query.
///
/// Inputs: query `[Tq, D]`, value `[Tv, E]` and perhaps key `[Tv, D]`, the value where there is none. The result is
/// `[Tq, E]`: `softmax(scores) · value`. Steps that the value's mask leaves out get no share, nor with `use_causal_mask`
/// those after the query's; where the query's mask leaves a step out, or there is nothing that it may see, the result is
/// zero. With `return_attention_scores` the shares are a further result, `[Tq, Tv]`.
protocol AttentionLayer: AttendingLayer {
    /// The fraction of the shares that training leaves out.
    var dropout: Double { get }

    /// Whether scores come of the sum of each query and each key.
    var addsPairs: Bool { get }

    /// The weights for queries and keys of this width.
    func parameters(width: Int) -> [Parameter]

    /// Appends how well each key answers each query, `[N, Tq, Tv]`.
    func scores(_ query: Value, _ key: Value, parameters: [Value], in graph: inout Graph) throws(ShapeError) -> Value
}

extension AttentionLayer {
    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard inputs.count == 2 || inputs.count == 3, inputs.allSatisfy({ $0.rank == 2 }) else {
            throw ShapeRequirement("a query [steps, width], a value and perhaps a key, each [steps, width]")
        }
        let key = inputs.count == 3 ? inputs[2] : inputs[1]
        guard key[0] == inputs[1][0], key[1] == inputs[0][1] else {
            throw ShapeRequirement("a key of the query's width and as many steps as the value")
        }
        let shares: Shape = [inputs[0][0], inputs[1][0]]
        return [[inputs[0][0], inputs[1][1]]] + (call.returnsScores ? [shares] : [])
    }

    func innerShape(for inputs: [Shape]) -> Shape? {
        Shape([inputs[0][0], inputs[1][0]] + (addsPairs ? [inputs[0][1]] : []))
    }

    func parameters(for inputs: [Shape]) -> [Parameter] { parameters(width: inputs[0][1]) }

    func operations(inputs: [Shape], output: Shape) -> Int {
        2 * inputs[0][0] * inputs[1][0] * (inputs[0][1] + inputs[1][1] + 2)
    }

    func attend(
        in pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let (query, value) = (inputs[0], inputs[1])
        let scores = try scores(query, inputs.count == 3 ? inputs[2] : value, parameters: parameters, in: &pass.graph)
        let shape = pass.graph.shape(of: scores)
        var seen = SeenKeys(queries: shape[1], keys: shape[2], causal: call.isCausal)
        if let mask = pass.mask(ofInput: 1) {
            let row = try pass.graph.reshape(mask, to: [shape[0], 1, shape[2]])
            try seen.add(row, shape: shape, in: &pass.graph)
        }
        let seenShares = try seen.shares(of: scores, in: &pass.graph)
        pass.layer.attention = AttentionTrace(scores: scores, shares: seenShares, seen: seen)
        let shares = try pass.dropped(seenShares, rate: dropout)
        var result = try seen.whereSomeSeen(pass.graph.batchMatmul(shares, value), in: &pass.graph)
        if let mask = pass.mask(ofInput: 0) {
            pass.setMask(mask)
            let column = try pass.graph.stretchedMask(mask, to: pass.graph.shape(of: result))
            result = try pass.graph.multiply(result, column)
        }
        return call.returnsScores ? [result, try seen.whereSomeSeen(shares, in: &pass.graph)] : [result]
    }
}

extension AttentionLayer {
    func historyShapes(for inputs: [Shape], steps: Int) -> [Shape] {
        inputs.dropFirst().map { $0.replacing(axis: 0, with: steps) }
    }

    func attendStep(
        in pass: inout ForwardPass,
        inputs: [Value],
        past: [Value],
        seen: Value,
        parameters: [Value]
    ) throws(ShapeError) -> (result: Value, own: [Value]) {
        let own = Array(inputs.dropFirst())
        let earlier = try scores(inputs[0], past[past.count - 1], parameters: parameters, in: &pass.graph)
        let now = try scores(inputs[0], own[own.count - 1], parameters: parameters, in: &pass.graph)
        let scores = try pass.graph.concatenate([earlier, now], axis: 2)
        let shape = pass.graph.shape(of: scores)
        var keys = SeenKeys(queries: 1, keys: shape[2])
        try keys.add(pass.graph.reshape(seen, to: shape), shape: shape, in: &pass.graph)
        let shares = try keys.shares(of: scores, in: &pass.graph)
        let mixed = try pass.graph.mix(shares, past[0], and: own[0])
        var result = try keys.whereSomeSeen(mixed, in: &pass.graph)
        if let mask = pass.mask(ofInput: 0) {
            pass.setMask(mask)
            let column = try pass.graph.stretchedMask(mask, to: pass.graph.shape(of: result))
            result = try pass.graph.multiply(result, column)
        }
        return (result, own)
    }
}

extension Graph {
    /// What shares `[B, m, S + 1]` make of the values of the steps before, `[B, S, W]`, and of the step's own, `[B, 1, W]`.
    mutating func mix(_ shares: Value, _ past: Value, and own: Value) throws(ShapeError) -> Value {
        let steps = shape(of: past)[1]
        let earlier = try batchMatmul(slice(shares, axis: 2, 0..<steps), past)
        return try add(earlier, batchMatmul(slice(shares, axis: 2, steps..<steps + 1), own))
    }

    /// The sum of each query and each key, `[N, Tq, Tv, D]`.
    fileprivate mutating func pairs(_ query: Value, _ key: Value) throws(ShapeError) -> Value {
        let (one, two) = (shape(of: query), shape(of: key))
        let all: Shape = [one[0], one[1], two[1], one[2]]
        let queries = try reshape(query, to: [one[0], one[1], 1, one[2]])
        let keys = try reshape(key, to: [two[0], 1, two[1], two[2]])
        return try add(broadcast(queries, to: all), broadcast(keys, to: all))
    }
}

/// Keras's `Attention`: scores are products of query and key.
///
/// Source: arXiv:1508.04025.
/// With `use_scale` they are multiplied by a weight `scale` `[]`; with `score_mode: "concat"` they are
/// `concat_score_weight · Σ tanh(scale · (query + key))`.
struct DotAttentionLayer: AttentionLayer {
    static let names = ["Attention"]

    let dropout: Double
    var call: AttentionCall
    private let usesScale: Bool
    private let concatenates: Bool

    var addsPairs: Bool { concatenates }

    init(reading arguments: inout ObjectReader) {
        dropout = arguments.double("dropout", in: .from(0, through: 1), default: 0)
        call = AttentionCall(reading: &arguments)
        arguments.only(nil, for: "seed")
        usesScale = arguments.bool("use_scale", default: false)
        concatenates = arguments.choice("score_mode", among: ["dot", "concat"], default: "dot") == "concat"
    }

    func write(to json: inout JSONWriter) {
        json.field("dropout", dropout)
        call.write(to: &json)
        json.field("use_scale", usesScale)
        json.field("score_mode", concatenates ? "concat" : "dot")
    }

    func parameters(width: Int) -> [Parameter] {
        (usesScale ? [Parameter("scale", [], .ones)] : [])
            + (concatenates ? [Parameter("concat_score_weight", [], .ones)] : [])
    }

    func scores(
        _ query: Value,
        _ key: Value,
        parameters: [Value],
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        var scores =
            concatenates ? try graph.pairs(query, key) : try graph.batchMatmul(query, key, transposingRight: true)
        if usesScale {
            scores = try graph.multiply(scores, graph.broadcast(parameters[0], to: graph.shape(of: scores)))
        }
        guard concatenates else { return scores }
        let sums = try graph.sum(graph.tanh(scores), axes: [3])
        return try graph.multiply(sums, graph.broadcast(parameters[usesScale ? 1 : 0], to: graph.shape(of: sums)))
    }
}

/// Keras's `AdditiveAttention`: scores are `Σ scale · tanh(query + key)`.
///
/// Source: arXiv:1409.0473.
struct AdditiveAttentionLayer: AttentionLayer {
    static let names = ["AdditiveAttention"]

    let dropout: Double
    var call: AttentionCall
    private let usesScale: Bool

    var addsPairs: Bool { true }

    init(reading arguments: inout ObjectReader) {
        dropout = arguments.double("dropout", in: .from(0, through: 1), default: 0)
        call = AttentionCall(reading: &arguments)
        arguments.only(nil, for: "seed")
        usesScale = arguments.bool("use_scale", default: true)
        // Keras writes the arguments of its base class too.
        _ = arguments.optionalChoice("score_mode", among: ["dot"])
    }

    func write(to json: inout JSONWriter) {
        json.field("dropout", dropout)
        call.write(to: &json)
        json.field("use_scale", usesScale)
    }

    func parameters(width: Int) -> [Parameter] { usesScale ? [Parameter("scale", [width], .glorotUniform)] : [] }

    func scores(
        _ query: Value,
        _ key: Value,
        parameters: [Value],
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        var terms = try graph.tanh(graph.pairs(query, key))
        if usesScale {
            terms = try graph.multiply(terms, graph.broadcast(parameters[0], to: graph.shape(of: terms)))
        }
        return try graph.sum(terms, axes: [3])
    }
}
