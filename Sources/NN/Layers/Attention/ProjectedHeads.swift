/// Query, key, value and gate of attention as its heads take them, and what becomes of what the heads give.
struct ProjectedHeads {
    /// The projections, `[N, T, heads, width]`.
    let queries: Value, keys: Value, values: Value

    private let attention: HeadedAttention
    private let gate: Value?
    private var weights: HeadWeights

    /// Appends the projections of sequences `[N, T, width]`.
    init(
        _ attention: HeadedAttention,
        query: Value,
        value: Value,
        key: Value,
        _ parameters: [Value],
        in pass: inout ForwardPass
    ) throws(ShapeError) {
        self.attention = attention
        let (heads, keyHeads) = (attention.heads, attention.keyHeads)
        weights = HeadWeights(parameters, hasBias: attention.arguments.usesBias)
        queries = try pass.projected(query, &weights, to: [heads, attention.keyWidth])
        keys = try pass.projected(key, &weights, to: [keyHeads, attention.keyWidth])
        gate =
            attention.arguments.usesGate
            ? try pass.projected(query, &weights, to: [heads, attention.valueWidth]) : nil
        values = try pass.projected(value, &weights, to: [keyHeads, attention.valueWidth])
    }

    /// The queries in groups of those that share a key, divided by the root of their width.
    func scaledQueries(in graph: inout Graph) throws(ShapeError) -> Value {
        let scaled = try graph.scale(queries, by: Float(1 / Double(attention.keyWidth).squareRoot()))
        return try graph.heads(scaled, sharedBy: attention.keyHeads)
    }

    /// Appends the last projection.
    ///
    /// - Parameters:
    ///   - mixed: What the heads give.
    ///   - extents: Those of the shares: `[N, heads, T, S]`.
    ///   - seen: Which keys each query sees.
    ///   - width: The result's width where the layer names no other.
    ///   - pass: The pass.
    /// - Returns: The result, `[N, T, width]`.
    /// - Throws: `ShapeError` where the numbers are none of these heads.
    mutating func result(
        of mixed: Value,
        _ extents: Shape,
        _ seen: SeenKeys,
        width: Int,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> Value {
        var context = try pass.graph.steps(mixed, of: extents, width: attention.valueWidth)
        context = try seen.whereSomeSeen(context, in: &pass.graph)
        if let gate {
            let opened = try pass.graph.sigmoid(gate)
            let flat = try pass.graph.reshape(opened, to: pass.graph.shape(of: context))
            context = try pass.graph.multiply(context, flat)
            pass.addActivity(opened)
        }
        return try pass.projected(context, &weights, to: attention.output ?? [width])
    }
}

extension HeadedAttention {
    /// The shapes of the keys and values of so many steps, by heads.
    func historyShapes(steps: Int) -> [Shape] { [[keyHeads, steps, keyWidth], [keyHeads, steps, valueWidth]] }

    /// Appends the attention of one step to those before and to itself.
    ///
    /// - Parameters:
    ///   - pass: The pass.
    ///   - inputs: The step's query, value and perhaps key, `[N, 1, width]`.
    ///   - past: The keys and values that are remembered, `[N, heads, S, width]`.
    ///   - seen: Which of them the query sees, and whether it sees its own, `[N, S + 1]`.
    ///   - parameters: The weights.
    /// - Returns: The result, and the step's key and value.
    /// - Throws: `ShapeError` where the inputs are none of a step.
    func attendStep(
        in pass: inout ForwardPass,
        inputs: [Value],
        past: [Value],
        seen: Value,
        parameters: [Value]
    ) throws(ShapeError) -> (result: Value, own: [Value]) {
        let key = inputs.count > 2 ? inputs[2] : inputs[1]
        var projected = try ProjectedHeads(self, query: inputs[0], value: inputs[1], key: key, parameters, in: &pass)
        let shape = pass.graph.shape(of: past[0])
        let (rows, steps) = (shape[0], shape[2])
        let (group, groups) = (heads / keyHeads, rows * keyHeads)
        let queries = try projected.scaledQueries(in: &pass.graph)
        let keys = try pass.graph.reshape(past[0], to: [groups, steps, keyWidth])
        let values = try pass.graph.reshape(past[1], to: [groups, steps, valueWidth])
        let ownKey = try pass.graph.reshape(projected.keys, to: [groups, 1, keyWidth])
        let ownValue = try pass.graph.reshape(projected.values, to: [groups, 1, valueWidth])
        let earlier = try pass.graph.batchMatmul(queries, keys, transposingRight: true)
        let now = try pass.graph.batchMatmul(queries, ownKey, transposingRight: true)
        let extents: Shape = [rows, heads, 1, steps + 1]
        let scores = try pass.graph.reshape(pass.graph.concatenate([earlier, now], axis: 2), to: extents)
        let whole: Shape = [rows, 1, steps + 1]
        var known = SeenKeys(queries: 1, keys: steps + 1)
        try known.add(pass.graph.reshape(seen, to: whole), shape: whole, in: &pass.graph)
        if let mask = pass.mask(ofInput: 0) {
            try known.add(pass.graph.reshape(mask, to: [rows, 1, 1]), shape: whole, in: &pass.graph)
            pass.setMask(mask)
        }
        let shares = try known.shares(of: scores, in: &pass.graph)
        let byGroup = try pass.graph.reshape(shares, to: [groups, group, steps + 1])
        let mixed = try pass.graph.mix(byGroup, values, and: ownValue)
        let width = pass.graph.shape(of: inputs[0]).last
        let result = try projected.result(of: mixed, extents, known, width: width, in: &pass)
        return (
            result,
            [
                try pass.graph.reshape(ownKey, to: [rows, keyHeads, 1, keyWidth]),
                try pass.graph.reshape(ownValue, to: [rows, keyHeads, 1, valueWidth]),
            ]
        )
    }
}

/// The weights of projections, taken one after the other.
private struct HeadWeights {
    private var rest: ArraySlice<Value>
    private let hasBias: Bool

    init(_ parameters: [Value], hasBias: Bool) { (rest, self.hasBias) = (parameters[...], hasBias) }

    mutating func next() -> (kernel: Value, bias: Value?) {
        (rest.removeFirst(), hasBias ? rest.removeFirst() : nil)
    }
}

extension ForwardPass {
    /// Every step `[B, T, …]` times the next kernel, plus its bias: `[B, T]` and the extents.
    fileprivate mutating func projected(
        _ input: Value,
        _ weights: inout HeadWeights,
        to extents: [Int]
    ) throws(ShapeError) -> Value {
        let shape = graph.shape(of: input)
        let (width, units) = (shape.extents.dropFirst(2).reduce(1, *), extents.reduce(1, *))
        let (kernel, bias) = weights.next()
        let rows = try graph.reshape(input, to: [shape[0] * shape[1], width])
        var result = try graph.matmul(rows, graph.reshape(kernel, to: [width, units]))
        if let bias { result = try addBias(graph.reshape(bias, to: [units]), to: result) }
        return try graph.reshape(result, to: Shape([shape[0], shape[1]] + extents))
    }
}

extension Graph {
    /// The heads of `[B, T, H, W]` in groups of those that share a key, `[B·G, H/G·T, W]`.
    mutating func heads(_ value: Value, sharedBy groups: Int) throws(ShapeError) -> Value {
        let shape = shape(of: value)
        let inGroup = shape[2] / groups
        let parted = try reshape(value, to: [shape[0], shape[1], groups, inGroup, shape[3]])
        let arranged = try transpose(parted, permutation: [0, 2, 3, 1, 4])
        return try reshape(arranged, to: [shape[0] * groups, inGroup * shape[1], shape[3]])
    }

    /// What heads gave, `[B·G, H/G·T, W]`, side by side at each step, `[B, T, H·W]`; extents are those of the shares.
    mutating func steps(_ mixed: Value, of extents: Shape, width: Int) throws(ShapeError) -> Value {
        let byHead = try reshape(mixed, to: [extents[0], extents[1], extents[2], width])
        let arranged = try transpose(byHead, permutation: [0, 2, 1, 3])
        return try reshape(arranged, to: [extents[0], extents[2], extents[1] * width])
    }
}
