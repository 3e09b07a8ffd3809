import JSON
import NN

extension GraphWriter {
    /// A number that leaves nothing of a share.
    private static let unseen: Float = -1e30

    /// Zeros where a query sees a key, else a number that leaves no share, `[T, S]`; nil where all is seen.
    private mutating func mask(
        _ layer: ExportedLayer,
        _ queries: Int?,
        _ keys: Int?
    ) throws(Refusal) -> (added: String, factor: String)? {
        let window = layer.arguments["sliding_window"].flatMap { try? $0.int() }
        let isCausal = layer.flag("use_causal_mask")
        guard isCausal || window != nil else { return nil }
        guard let queries, let keys else {
            throw Refusal("use_causal_mask or sliding_window over an open number of steps")
        }
        let seen = (0..<queries).flatMap { query in
            (0..<keys).map { key in (!isCausal || key <= query) && (window.map { abs(query - key) < $0 } ?? true) }
        }
        return (
            floats(seen.map { $0 ? 0 : Self.unseen }, shape: [queries, keys]),
            floats(seen.map { $0 ? 1 : 0 }, shape: [queries, keys])
        )
    }

    /// The shares of keys from scores whose last axis they are.
    private mutating func shares(
        _ scores: String,
        _ masks: [(added: String, factor: String)],
        rank: Int,
        _ name: String
    ) -> String {
        var masked = scores
        for mask in masks { masked = add("Add", [masked, mask.added], name: "\(name)/masked") }
        var shares = add("Softmax", [masked], name: "\(name)/shares", ["axis": .int(rank - 1)])
        for mask in masks { shares = add("Mul", [shares, mask.factor], name: "\(name)/seen") }
        return shares
    }

    mutating func writeAttention(_ layer: ExportedLayer) throws(Refusal) {
        let name = layer.name
        guard let query = values[layer.inputs[0]]?.shape, let value = values[layer.inputs[1]]?.shape else {
            throw Refusal("no inputs")
        }
        let keyReference = layer.inputs.count > 2 ? layer.inputs[2] : layer.inputs[1]
        let (q, v) = (try take(layer.inputs[0]), try take(layer.inputs[1]))
        var scores: String
        let adds = layer.type == "AdditiveAttention" || layer.word("score_mode", "dot") == "concat"
        if adds {
            let queries = add("Unsqueeze", [q, ints([2])], name: "\(name)/queries")
            let keys = add("Unsqueeze", [try take(keyReference), ints([1])], name: "\(name)/keys")
            var pairs = add("Add", [queries, keys], name: "\(name)/pairs")
            let isAdditive = layer.type == "AdditiveAttention"
            let scales = layer.flag("use_scale", isAdditive)
            let scale = scales ? weight(layer.prefix + "scale", try tensor(layer, "scale")) : nil
            if let scale, !isAdditive { pairs = add("Mul", [pairs, scale], name: "\(name)/scaled") }
            var terms = add("Tanh", [pairs], name: "\(name)/tanh")
            if let scale, isAdditive { terms = add("Mul", [terms, scale], name: "\(name)/scaled") }
            scores = try reduce("ReduceSum", terms, [3], keeps: false, "\(name)/scores")
            if !isAdditive {
                let factor = weight(layer.prefix + "concat_score_weight", try tensor(layer, "concat_score_weight"))
                scores = add("Mul", [scores, factor], name: "\(name)/weighted")
            }
        } else {
            let turned = try take(keyReference, [0, 2, 1])
            scores = add("MatMul", [q, turned], name: "\(name)/scores")
            if layer.flag("use_scale") {
                scores = add(
                    "Mul",
                    [scores, weight(layer.prefix + "scale", try tensor(layer, "scale"))],
                    name: "\(name)/scaled"
                )
            }
        }
        let masks = try mask(layer, query[0], value[0]).map { [$0] } ?? []
        let shares = shares(scores, masks, rank: 3, name)
        set(name, add("MatMul", [shares, v], name: name), shape: layer.shape)
        if layer.flag("return_attention_scores") { set("\(name):1", shares, shape: [query[0], value[0]]) }
    }

    // MARK: Heads

    mutating func writeHeads(_ layer: ExportedLayer) throws(Refusal) {
        let name = layer.name
        let isGrouped = layer.type == "GroupQueryAttention"
        let heads = layer.int(isGrouped ? "num_query_heads" : "num_heads", 1)
        let keyHeads = isGrouped ? layer.int("num_key_value_heads", 1) : heads
        let width = layer.int(isGrouped ? "head_dim" : "key_dim", 1)
        guard let query = values[layer.inputs[0]]?.shape, let value = values[layer.inputs[1]]?.shape, query.count == 2,
            value.count == 2,
            (layer.ints("attention_axes") ?? [1]).map({ $0 < 0 ? $0 + 3 : $0 }) == [1]
        else { throw Refusal("attention over other axes than the steps of a sequence [steps, width]") }
        let keyReference = layer.inputs.count > 2 ? layer.inputs[2] : layer.inputs[1]
        let queries = try projected(layer, "query", layer.inputs[0], heads, heads, query[0])
        let keys = try projected(layer, "key", keyReference, keyHeads, heads, value[0])
        let gate = layer.flag("use_gate") ? try projected(layer, "gate", layer.inputs[0], heads, heads, query[0]) : nil
        let content = try projected(layer, "value", layer.inputs[1], keyHeads, heads, value[0])
        let scaled = add("Mul", [queries, scalar(1 / Double(width).squareRoot())], name: "\(name)/scaled")
        let turned = add("Transpose", [keys], name: "\(name)/keys", ["perm": .ints([0, 1, 3, 2])])
        let scores = add("MatMul", [scaled, turned], name: "\(name)/scores")
        var masks = try mask(layer, query[0], value[0]).map { [$0] } ?? []
        if layer.inputs.count > 3 {
            let given = add("Unsqueeze", [try take(layer.inputs[3]), ints([1])], name: "\(name)/mask")
            let hidden = add(
                "Cast",
                [add("Equal", [given, scalar(0)], name: "\(name)/hidden")],
                name: "\(name)/unseen",
                ["to": .int(1)]
            )
            let factor = add("Sub", [scalar(1), hidden], name: "\(name)/factor")
            masks.append((add("Mul", [hidden, scalar(Double(Self.unseen))], name: "\(name)/least"), factor))
        }
        let shares = shares(scores, masks, rank: 4, name)
        var mixed = add("MatMul", [shares, content], name: "\(name)/mixed")
        if let gate {
            mixed = add("Mul", [mixed, add("Sigmoid", [gate], name: "\(name)/gate/open")], name: "\(name)/gated")
        }
        let byStep = add("Transpose", [mixed], name: "\(name)/steps", ["perm": .ints([0, 2, 1, 3])])
        let kernel = try tensor(layer, "attention_output/kernel")
        let (inner, outer) = (kernel.shape[0] * kernel.shape[1], kernel.shape.extents.dropFirst(2).reduce(1, *))
        let side = add("Reshape", [byStep, ints([0, query[0] ?? -1, inner])], name: "\(name)/side")
        let hasBias = layer.flag("use_bias", true)
        let isPlain = layer.shape.count == 2
        let matrix = weight(layer.prefix + "attention_output/kernel", Tensor([inner, outer], kernel.values))
        var result = add("MatMul", [side, matrix], name: hasBias || !isPlain ? "\(name)/output" : name)
        if hasBias {
            let bias = weight(
                layer.prefix + "attention_output/bias",
                Tensor([outer], try tensor(layer, "attention_output/bias").values)
            )
            result = add("Add", [result, bias], name: isPlain ? name : "\(name)/biased")
        }
        if !isPlain { result = try reshape(result, to: layer.shape, name) }
        set(name, result, shape: layer.shape)
        if layer.flag("return_attention_scores") { set("\(name):1", shares, shape: [heads, query[0], value[0]]) }
    }

    /// A projection of an input to heads, `[N, heads, T, width]`; heads that several queries share are there for each.
    private mutating func projected(
        _ layer: ExportedLayer,
        _ part: String,
        _ reference: String,
        _ own: Int,
        _ heads: Int,
        _ steps: Int?
    ) throws(Refusal) -> String {
        let kernel = try tensor(layer, "\(part)/kernel")
        let (depth, width) = (kernel.shape[0], kernel.shape[2])
        func spread(_ numbers: [Float], rows: Int) -> [Float] {
            guard own != heads else { return numbers }
            var all: [Float] = []
            for row in 0..<rows {
                for head in 0..<heads {
                    let start = (row * own + head / (heads / own)) * width
                    all += numbers[start..<start + width]
                }
            }
            return all
        }
        let matrix = weight(
            "\(layer.prefix)\(part)/kernel",
            Tensor([depth, heads * width], spread(kernel.values, rows: depth))
        )
        let name = "\(layer.name)/\(part)"
        var result = add("MatMul", [try take(reference), matrix], name: name)
        if layer.flag("use_bias", true) {
            let bias = spread(try tensor(layer, "\(part)/bias").values, rows: 1)
            result = add(
                "Add",
                [result, weight("\(layer.prefix)\(part)/bias", Tensor([heads * width], bias))],
                name: "\(name)/biased"
            )
        }
        let parted = add("Reshape", [result, ints([0, steps ?? -1, heads, width])], name: "\(name)/heads")
        return add("Transpose", [parted], name: "\(name)/turned", ["perm": .ints([0, 2, 1, 3])])
    }
}
