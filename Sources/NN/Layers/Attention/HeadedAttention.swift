import JSON

/// Attention with several heads: each mixes the values of a sequence in its own projection of query, key and value.
///
/// Inputs: query `[T, D]`, value `[S, E]`, perhaps key `[S, F]`, the value where there is none, and perhaps an attention
/// mask `[T, S]`, 0 where a query is not to see a key. The result is `[T, output]`; where scores are wanted, the shares
/// of the keys after the softmax and before dropout are a further one, `[heads, T, S]`. A query sees no key that the mask
/// of the value or of the key leaves out; what the query's mask leaves out sees none, and is what the last bias is.
/// Weights: `query/kernel` `[D, heads, width]`, `query/bias`, then `key`, `gate`, `value` and `attention_output`.
/// Source: Vaswani et al. 2017, arXiv:1706.03762; heads that share keys: Ainslie et al. 2023, arXiv:2305.13245.
struct HeadedAttention: Sendable, Equatable {
    /// The heads of the query.
    let heads: Int
    /// The heads of key and value, each shared by as many of the query's.
    let keyHeads: Int
    /// The width of a head's queries and keys.
    let keyWidth: Int
    /// The width of a head's values.
    let valueWidth: Int
    /// The extents that take the place of the query's width; nil for that itself.
    let output: [Int]?
    /// The axes that are attended over, counted with the batch; nil for all but the batch and the last.
    let axes: [Int]?
    /// What both layers are told.
    var arguments: HeadArguments

    // MARK: Shapes

    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard (2...4).contains(inputs.count), let query = inputs.first, query.rank >= 2 else {
            throw ShapeRequirement(
                "a query [steps, width], a value, perhaps a key and perhaps an attention mask; self-attention names the "
                    + "same layer twice"
            )
        }
        let attended = try attended(rank: query.rank)
        let (value, key) = (inputs[1], inputs.count > 2 ? inputs[2] : inputs[1])
        guard value.rank == query.rank, key.rank == query.rank,
            attended.others.allSatisfy({ value[$0 - 1] == query[$0 - 1] })
        else {
            throw ShapeRequirement("a query and a value with the same axes, alike where none is attended over")
        }
        guard key.prefix(key.rank - 1) == value.prefix(value.rank - 1) else {
            throw ShapeRequirement("a key with as many steps as the value")
        }
        let (queries, keys) = (attended.axes.map { query[$0 - 1] }, attended.axes.map { value[$0 - 1] })
        if inputs.count == 4 {
            let mask = Shape([queries.reduce(1, *), keys.reduce(1, *)])
            guard attended.others.isEmpty, inputs[3] == mask else {
                throw ShapeRequirement("as its fourth input an attention mask [steps of the query, steps of the key]")
            }
        }
        if arguments.call.isCausal || arguments.window != nil, attended.axes.count > 1 {
            throw ShapeRequirement("one axis to attend over where use_causal_mask or sliding_window is given")
        }
        let result = Shape(query.extents.dropLast() + (output ?? [query.last]))
        guard arguments.call.returnsScores else { return [result] }
        return [result, Shape(attended.others.map { query[$0 - 1] } + [heads] + queries + keys)]
    }

    private func attended(rank: Int) throws(ShapeRequirement) -> AttendedAxes {
        let given = (axes ?? Array(1...rank - 1)).map { $0 < 0 ? $0 + rank + 1 : $0 }
        guard given.allSatisfy({ (1..<rank).contains($0) }), Set(given).count == given.count else {
            throw ShapeRequirement("inputs with the axes \(axes ?? []) between the batch and the last")
        }
        return AttendedAxes(given.sorted(), rank: rank + 1)
    }

    /// The shares of the keys.
    func innerShape(for inputs: [Shape]) -> Shape? {
        guard let attended = try? attended(rank: inputs[0].rank) else { return nil }
        let others = attended.others.map { inputs[0][$0 - 1] }
        return Shape(others + [heads] + [inputs[0], inputs[1]].map { attended.steps(in: $0.batched(1)) })
    }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let (query, value) = (inputs[0].last, inputs[1].last)
        let key = inputs.count > 2 ? inputs[2].last : value
        var parameters = projection("query", from: [query], to: [heads, keyWidth])
        parameters += projection("key", from: [key], to: [keyHeads, keyWidth])
        if arguments.usesGate { parameters += projection("gate", from: [query], to: [heads, valueWidth]) }
        parameters += projection("value", from: [value], to: [keyHeads, valueWidth])
        return parameters + projection("attention_output", from: [heads, valueWidth], to: output ?? [query])
    }

    private func projection(_ name: String, from inputs: [Int], to outputs: [Int]) -> [Parameter] {
        let kernel = Parameter(
            "\(name)/kernel",
            Shape(inputs + outputs),
            arguments.kernel,
            inputVolume: inputs.reduce(1, *)
        )
        return arguments.usesBias ? [kernel, Parameter("\(name)/bias", Shape(outputs), arguments.bias)] : [kernel]
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        guard let attended = try? attended(rank: inputs[0].rank) else { return 0 }
        let (query, value) = (inputs[0].batched(1), inputs[1].batched(1))
        let sequences = attended.others.reduce(1) { $0 * query[$1] }
        let (queries, keys) = (attended.steps(in: query), attended.steps(in: value))
        let weights = parameters(for: inputs).filter { $0.name.hasSuffix("kernel") }
        let products = weights.reduce(0) { sum, kernel in
            sum + 2 * kernel.shape.volume
                * (kernel.name.hasPrefix("key") || kernel.name.hasPrefix("value") ? keys : queries)
        }
        return sequences * (products + heads * queries * keys * (2 * keyWidth + 2 * valueWidth + 5))
    }

    // MARK: The graph

    func attend(
        in pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let shapes = inputs.map { pass.graph.shape(of: $0) }
        let attended: AttendedAxes
        do throws(ShapeRequirement) {
            attended = try self.attended(rank: shapes[0].rank - 1)
        } catch {
            throw ShapeError("attention", "needs \(error.needs)")
        }
        let query = try attended.sequences(inputs[0], in: &pass.graph)
        let value = try attended.sequences(inputs[1], in: &pass.graph)
        let key = inputs.count > 2 ? try attended.sequences(inputs[2], in: &pass.graph) : value
        var projected = try ProjectedHeads(self, query: query, value: value, key: key, parameters, in: &pass)
        let scores = try pass.graph.batchMatmul(
            projected.scaledQueries(in: &pass.graph),
            pass.graph.heads(projected.keys, sharedBy: keyHeads),
            transposingRight: true
        )
        let sequences = pass.graph.shape(of: query)[0]
        let extents: Shape = [sequences, heads, pass.graph.shape(of: query)[1], pass.graph.shape(of: value)[1]]
        let byHead = try pass.graph.reshape(scores, to: extents)
        let seen = try seenKeys(of: inputs, attended, extents, in: &pass)
        let shares = try seen.shares(of: byHead, in: &pass.graph)
        pass.layer.attention = AttentionTrace(scores: byHead, shares: shares, seen: seen)
        let kept = try pass.dropped(shares, rate: arguments.dropout)
        let mixed = try pass.graph.batchMatmul(
            pass.graph.reshape(kept, to: pass.graph.shape(of: scores)),
            pass.graph.heads(projected.values, sharedBy: keyHeads)
        )
        let result = try projected.result(of: mixed, extents, seen, width: shapes[0].last, in: &pass)
        for activity in [projected.queries, projected.keys, projected.values, result] { pass.addActivity(activity) }
        pass.setMask(pass.mask(ofInput: 0))
        let restored = try attended.restored(result, of: shapes[0], in: &pass.graph)
        guard arguments.call.returnsScores else { return [restored] }
        let (queryExtents, keyExtents) = (attended.axes.map { shapes[0][$0] }, attended.axes.map { shapes[1][$0] })
        let others = [shapes[0][0]] + attended.others.map { shapes[0][$0] }
        let whole = Shape(others + [heads] + queryExtents + keyExtents)
        return [restored, try pass.graph.reshape(seen.whereSomeSeen(shares, in: &pass.graph), to: whole)]
    }

    /// Which keys each query sees, by the masks of the inputs, the attention mask and the arguments.
    private func seenKeys(
        of inputs: [Value],
        _ attended: AttendedAxes,
        _ extents: Shape,
        in pass: inout ForwardPass
    ) throws(ShapeError) -> SeenKeys {
        let (sequences, queries, keys) = (extents[0], extents[2], extents[3])
        let whole: Shape = [sequences, queries, keys]
        var seen = SeenKeys(queries: queries, keys: keys, causal: arguments.call.isCausal, window: arguments.window)
        for number in 0..<min(inputs.count, 3) {
            // Where the key has the value's mask, it counts once.
            guard let mask = pass.mask(ofInput: number), number < 2 || mask != pass.mask(ofInput: 1) else { continue }
            let own = try attended.mask(mask, of: pass.graph.shape(of: inputs[number]), in: &pass.graph)
            let condition = try pass.graph.reshape(
                own,
                to: number == 0 ? [sequences, queries, 1] : [sequences, 1, keys]
            )
            try seen.add(condition, shape: whole, in: &pass.graph)
        }
        if inputs.count == 4 { try seen.add(pass.graph.nonZero(inputs[3]), shape: whole, in: &pass.graph) }
        return seen
    }
}

/// A layer of several heads.
protocol HeadedLayer: AttendingLayer {
    /// Its heads.
    var attention: HeadedAttention { get set }
}

extension HeadedLayer {
    var call: AttentionCall {
        get { attention.arguments.call }
        set { attention.arguments.call = newValue }
    }

    var window: Int? { attention.arguments.window }

    func attendedShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        try attention.attendedShapes(for: inputs)
    }

    func innerShape(for inputs: [Shape]) -> Shape? {
        call.history.map { [attention.heads, 1, $0.steps + 1] } ?? attention.innerShape(for: inputs)
    }

    func historyShapes(for inputs: [Shape], steps: Int) -> [Shape] { attention.historyShapes(steps: steps) }

    func parameters(for inputs: [Shape]) -> [Parameter] { attention.parameters(for: inputs) }

    func operations(inputs: [Shape], output: Shape) -> Int { attention.operations(inputs: inputs, output: output) }

    func attend(
        in pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        try attention.attend(in: &pass, inputs: inputs, parameters: parameters)
    }

    func attendStep(
        in pass: inout ForwardPass,
        inputs: [Value],
        past: [Value],
        seen: Value,
        parameters: [Value]
    ) throws(ShapeError) -> (result: Value, own: [Value]) {
        try attention.attendStep(in: &pass, inputs: inputs, past: past, seen: seen, parameters: parameters)
    }
}
