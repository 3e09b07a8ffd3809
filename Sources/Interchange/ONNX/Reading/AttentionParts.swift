/// What an `Attention` with masks, caches or further results is made of: products, a softmax, and sums with masks.
///
/// A key that isn't to be seen has its score lowered by 10⁹, behind which its share is 0; a query that sees none has no
/// shares at all.
enum AttentionParts {
    /// What a mask lowers a score by.
    fileprivate static let lowering: Float = 1e9

    /// Whether a node asks for more than an `Attention` layer can.
    static func isWanted(for node: ONNXNode, _ inference: Inference) -> Bool {
        if (3...6).contains(where: { node.input($0) != nil }) || (1...3).contains(where: { node.output($0) != nil }) {
            return true
        }
        if node.float("softcap", default: 0) != 0 { return true }
        if ["left_window_size", "right_window_size"].contains(where: { node.int($0, default: -1) >= 0 }) {
            return true
        }
        return !(0..<3).allSatisfy { place in
            guard case .flow(let fact) = inference.input(node, place) else { return false }
            return fact.batch == 0
        }
    }

    /// Adds the parts.
    ///
    /// - Parameter parts: Those of the node.
    /// - Throws: `Refusal` where the inputs don't fit together, or something needs an extent that is open.
    static func add(to parts: inout NodeParts) throws(Refusal) {
        let node = parts.node
        var scores = try Scores(node, parts.inference)
        let (query, key, value) = (try name(node, 0), try name(node, 1), try name(node, 2))
        let heads = [scores.queryHeads, scores.keyHeads, scores.keyHeads]
        var all: [String] = []
        for (input, count) in zip([query, key, value], heads) {
            all.append(scores.isFlat ? split(input, count, &parts) : input)
        }
        for (place, past) in [(1, node.input(4)), (2, node.input(5))] {
            if let past { all[place] = parts.add("Concat", [past, all[place]], ["axis": .init(2)]) }
            if let output = node.output(place) { parts.add("Identity", [all[place]], as: output) }
        }
        if scores.queryHeads != scores.keyHeads {
            for (place, width) in [(1, scores.width), (2, scores.valueWidth)] {
                all[place] = repeated(all[place], scores, width, &parts)
            }
        }
        let turned = parts.add("Transpose", [all[1]], ["perm": .init([0, 1, 3, 2])])
        let product = parts.add("MatMul", [all[0], turned])
        let scale = node.attributes["scale"]?.float ?? 1 / Float(scores.width).squareRoot()
        let raw = parts.add("Mul", [product, parts.number(scale, scores.type)])
        var capped = raw
        let softcap = node.float("softcap", default: 0)
        if softcap != 0 {
            let small = parts.add("Mul", [raw, parts.number(1 / softcap, scores.type)])
            capped = parts.add("Mul", [parts.add("Tanh", [small]), parts.number(softcap, scores.type)])
        }
        let biased = try scores.masked(capped, &parts)
        var shares = parts.add("Softmax", [biased], ["axis": .init(3)])
        if let seeing = scores.seeing(&parts) { shares = parts.add("Mul", [shares, seeing]) }
        if let output = node.output(3) {
            let modes = [raw, capped, biased, shares]
            let mode = node.int("qk_matmul_output_mode", default: 0)
            guard modes.indices.contains(mode) else { throw Refusal("qk_matmul_output_mode \(mode)") }
            parts.add("Identity", [modes[mode]], as: output)
        }
        guard scores.isFlat else {
            parts.add("MatMul", [shares, all[2]], as: node.output(0))
            return
        }
        let result = parts.add("Transpose", [parts.add("MatMul", [shares, all[2]])], ["perm": .init([0, 2, 1, 3])])
        let shape = parts.list([0, 0, scores.queryHeads * scores.valueWidth])
        parts.add("Reshape", [result, shape], as: node.output(0))
    }

    private static func name(_ node: ONNXNode, _ place: Int) throws(Refusal) -> String {
        guard let name = node.input(place) else { throw Refusal("no input \(place)") }
        return name
    }

    /// Steps of all heads side by side as steps of each head.
    private static func split(_ input: String, _ heads: Int, _ parts: inout NodeParts) -> String {
        let apart = parts.add("Reshape", [input, parts.list([0, 0, heads, -1])])
        return parts.add("Transpose", [apart], ["perm": .init([0, 2, 1, 3])])
    }

    /// Each head as often as queries share it.
    private static func repeated(
        _ input: String,
        _ scores: Scores,
        _ width: Int,
        _ parts: inout NodeParts
    ) -> String {
        let apart = parts.add("Unsqueeze", [input, parts.list([2])])
        let copies = Array(repeating: apart, count: scores.queryHeads / scores.keyHeads)
        let beside = parts.add("Concat", copies, ["axis": .init(2)])
        return parts.add("Reshape", [beside, parts.list([0, scores.queryHeads, -1, width])])
    }
}

/// The extents of the scores of an `Attention`, and what of them counts.
private struct Scores {
    let isFlat: Bool
    let type: ElementType
    let queryHeads: Int
    let keyHeads: Int
    /// The width of a head of the queries and keys.
    let width: Int
    /// That of the values.
    let valueWidth: Int
    private let node: ONNXNode
    private let queries: Extent
    private let keys: Extent?
    private let past: Int?
    /// The number by which a key that isn't to be seen is told, 1 or 0; nil where all are seen.
    private var visible: String?

    init(_ node: ONNXNode, _ inference: Inference) throws(Refusal) {
        self.node = node
        guard let query = inference.input(node, 0)?.shape, let key = inference.input(node, 1)?.shape,
            let value = inference.input(node, 2)?.shape, query.count == key.count, key.count == value.count,
            (3...4).contains(query.count)
        else { throw Refusal("queries, keys and values of other ranks than three or four") }
        isFlat = query.count == 3
        let extents = [query, key, value]
        let given = [
            node.int("q_num_heads", default: 0), node.int("kv_num_heads", default: 0),
            node.int("kv_num_heads", default: 0),
        ]
        var (heads, widths) = ([Int](), [Int]())
        for (shape, count) in zip(extents, given) {
            guard let last = shape.last?.known, let own = isFlat ? count : shape[1].known, own > 0, last > 0,
                !isFlat || last.isMultiple(of: own)
            else { throw Refusal("heads that don't divide \(shape.text)") }
            heads.append(own)
            widths.append(isFlat ? last / own : last)
        }
        guard heads[0].isMultiple(of: heads[1]), heads[1] == heads[2], widths[0] == widths[1], heads[0] <= 1 << 14
        else {
            throw Refusal("heads \(heads) of the widths \(widths)")
        }
        (queryHeads, keyHeads, width, valueWidth) = (heads[0], heads[1], widths[0], widths[2])
        queries = query[isFlat ? 1 : 2]
        let cached = node.input(4).flatMap { inference.known[$0]?.shape }
        past = cached.map { $0.count == 4 ? $0[2].known ?? -1 : -1 }
        guard (node.input(4) == nil) == (node.input(5) == nil), past != -1 else {
            throw Refusal("a cache whose extents are open, or that lacks keys or values")
        }
        keys = key[isFlat ? 1 : 2].plus(Extent(past ?? 0))
        var type: ElementType?
        for place in 0..<3 {
            if case .flow(let fact) = inference.input(node, place) { type = fact.type }
        }
        guard let type else { throw Refusal("no input that depends on the model's") }
        self.type = type
    }

    /// The scores with all masks.
    mutating func masked(_ scores: String, _ parts: inout NodeParts) throws(Refusal) -> String {
        var result = scores
        try takeWindows(&parts)
        if let name = node.input(3) {
            let mask = try whole(name, &parts)
            if mask.isFlags { take(mask.name, &parts) } else { result = parts.add("Add", [result, mask.name]) }
        }
        guard let visible else { return result }
        let size = parts.number(AttentionParts.lowering, type)
        let lower = parts.add("Mul", [visible, size])
        return parts.add("Add", [result, parts.add("Sub", [lower, size])])
    }

    /// 1 for each query that sees a key, else 0; nil where all do.
    func seeing(_ parts: inout NodeParts) -> String? { visible.map { parts.greatest($0, rank: 4) } }

    private mutating func take(_ flags: String, _ parts: inout NodeParts) {
        visible = visible.map { parts.add("Mul", [$0, flags]) } ?? flags
    }

    /// A mask with four axes and an element for each key; 1 and 0 where it is of truth values.
    private mutating func whole(
        _ name: String,
        _ parts: inout NodeParts
    ) throws(Refusal) -> (name: String, isFlags: Bool) {
        guard let known = parts.inference.known[name], let shape = known.shape, let last = shape.last,
            (1...4).contains(shape.count)
        else { throw Refusal("a mask of another rank than one to four") }
        var kind = type
        if case .flow(let fact) = known { kind = fact.type }
        if case .constant(let constant) = known { kind = constant.type }
        let isFlags = kind == .bool
        guard isFlags || kind == type else { throw Refusal("a mask of \(kind.name) for values of \(type.name)") }
        var mask = name
        if isFlags { mask = parts.add("Cast", [mask], ["to": .init(type.rawValue)]) }
        if case .constant(let constant) = known, !isFlags, let floats = constant.floats {
            // What is infinite can't be added up.
            let finite = floats.map { max(min($0, AttentionParts.lowering), -AttentionParts.lowering) }
            mask = parts.constant(Constant(constant.shape, finite, type: type))
        }
        if last != keys, last != Extent(1) {
            guard let own = last.known, let all = keys?.known, own < all, all <= 1 << 24 else {
                throw Refusal("a mask for \([last].text) of \(keys.map { [$0].text } ?? "?") keys")
            }
            let edges = Array(repeating: 0, count: 2 * shape.count - 1) + [all - own]
            mask = parts.add("Pad", [mask, parts.list(edges), parts.number(0, type)])
            let flags = (0..<all).map { Float($0 < own ? 1 : 0) }
            take(parts.constant(Constant([1, 1, 1, all], flags, type: type)), &parts)
        }
        if shape.count < 4 {
            let axes = Array(0..<4 - shape.count)
            mask = parts.add("Unsqueeze", [mask, parts.list(axes)])
        }
        return (mask, isFlags)
    }

    /// What is seen of steps, by causality, windows and how many keys there are in each row.
    private mutating func takeWindows(_ parts: inout NodeParts) throws(Refusal) {
        let (left, right) = (node.int("left_window_size", default: -1), node.int("right_window_size", default: -1))
        let isCausal = node.int("is_causal", default: 0) == 1
        let counts = node.input(6)
        guard isCausal || left >= 0 || right >= 0 || counts != nil else { return }
        guard let queries = queries.known, let keys = keys?.known, max(queries, 1) * keys <= 1 << 24 else {
            throw Refusal("a window over an open number of steps, or over too many")
        }
        guard counts == nil || past == nil else { throw Refusal("a cache beside nonpad_kv_seqlen") }
        // Each rule is where a whole number, `distance` from key to query or what is left of the keys, is 0 or more.
        var rules: [(rows: Int, [Float])] = []
        func rule(_ number: (Int, Int) -> Int) -> (rows: Int, [Float]) {
            (queries, (0..<queries).flatMap { query in (0..<keys).map { key in Float(number(query, key)) } })
        }
        if isCausal { rules.append(rule { $0 - $1 }) }
        if left >= 0 { rules.append(rule { left - $0 + $1 }) }
        let leftPlace = left >= 0 ? rules.count - 1 : -1
        if right >= 0 { rules.append(rule { right + $0 - $1 }) }
        guard let counts else {
            let offset = Float(past ?? 0)
            var flags = [Float](repeating: 1, count: queries * keys)
            for (place, rule) in rules.enumerated() {
                let moved = place == leftPlace ? -offset : offset
                for index in flags.indices where rule.1[index] + moved < 0 { flags[index] = 0 }
            }
            take(parts.constant(Constant([1, 1, queries, keys], flags, type: type)), &parts)
            return
        }
        // As many keys as a row has are at the front, and the queries are the last of these.
        let own = parts.add("Cast", [counts], ["to": .init(type.rawValue)])
        let count = parts.add("Reshape", [own, parts.list([-1, 1, 1, 1])])
        let left0 = parts.constant(Constant([1, 1, 1, keys], (0..<keys).map { Float(-$0) }, type: type))
        take(clipped(parts.add("Add", [count, left0]), &parts), &parts)
        for (place, rule) in rules.enumerated() {
            let isTurned = place == leftPlace
            let shift = Float(isTurned ? queries : -queries)
            let numbers = rule.1.map { $0 + shift + 1 }
            let grid = parts.constant(Constant([1, 1, queries, keys], numbers, type: type))
            let moved = isTurned ? parts.add("Sub", [grid, count]) : parts.add("Add", [count, grid])
            take(clipped(moved, &parts), &parts)
        }
    }

    /// 1 for whole numbers from 1 on, else 0.
    private func clipped(_ name: String, _ parts: inout NodeParts) -> String {
        parts.add("Clip", [name, parts.number(0, type), parts.number(1, type)])
    }
}
