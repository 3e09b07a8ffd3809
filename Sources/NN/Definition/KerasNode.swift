import JSON

/// Where a tensor of a Functional model comes from: `["dense", 0, 0]`, layer, call and result.
struct KerasResult: Hashable {
    let layer: String
    var call: Int
    let result: Int

    init(_ value: JSONValue) throws(Fault) {
        let parts = value.kind == .array ? Array(value.elements) : []
        guard parts.count >= 3 else { throw value.mismatch("a layer, a call and a result, as [\"dense\", 0, 0]") }
        layer = try parts[0].string()
        call = try parts[1].int(in: 0...1 << 20)
        result = try parts[2].int(in: 0...1 << 20)
    }

    /// The name of the call's layer.
    var callName: String { KerasGraph.name(layer, call) }

    /// The results of `[["dense", 0, 0], …]`, of one such triple, or of an object of them by name, in the order of the
    /// names; with the names where there are any.
    static func list(
        _ value: JSONValue,
        _ faults: inout Faults
    ) -> [(key: String?, place: JSONValue, result: KerasResult)] {
        func collect(_ value: JSONValue, _ key: String?) -> [(key: String?, place: JSONValue, result: KerasResult)] {
            if value.kind == .object {
                return value.members.sorted { $0.key < $1.key }.flatMap { collect($0.value, $0.key) }
            }
            if value.kind == .array, let first = value[0], first.kind != .string {
                return value.elements.flatMap { collect($0, nil) }
            }
            if value.kind == .array, value.count == 0 { return [] }
            return faults.collect { () throws(Fault) -> KerasResult in try KerasResult(value) }
                .map { [(key, value, $0)] } ?? []
        }
        return collect(value, nil)
    }
}

/// The tensors that one call of a layer takes.
///
/// Keras 3 writes `{"args": […], "kwargs": {…}}` with a `keras_history` in each tensor. Keras 2 wrote a list of
/// `["layer", call, result, {…}]`, or one of these alone, with further tensors as such triples among the keywords.
enum KerasNode {
    /// The tensors of a call in their order: the positional ones, then the initial state.
    static func inputs(of node: JSONValue, _ faults: inout Faults) -> [KerasResult] {
        if node.kind == .object, let arguments = node["args"] {
            return attention(
                tensors(in: arguments, &faults) + keywords(node["kwargs"], &faults),
                mask: node["kwargs"]?["attention_mask"],
                &faults
            )
        }
        guard node.kind == .array || node.kind == .object, node.count > 0 else {
            faults.add(
                node.mismatch("{\"args\": […], \"kwargs\": {…}} or [[\"dense\", 0, 0, {}], …], as Keras writes a call")
            )
            return []
        }
        let found = KerasResult.list(node, &faults)
        return found.map(\.result) + found.flatMap { keywords($0.place[3], &faults) }
    }

    /// Whether Keras 2 wrote a call.
    static func isOfKeras2(_ node: JSONValue) -> Bool { node.kind == .array }

    /// The tensors among the keywords of a call.
    private static func keywords(_ keywords: JSONValue?, _ faults: inout Faults) -> [KerasResult] {
        guard let keywords, keywords.kind == .object else { return [] }
        var inputs: [KerasResult] = []
        for (key, value) in keywords.members {
            switch key {
            case "initial_state", "inputs", "sequences", "x": inputs += tensors(in: value, &faults)
            // Masks follow the tensors by themselves.
            case "training", "mask", "query_mask", "value_mask", "key_mask": continue
            // In an order of their own.
            case "query", "value", "key", "attention_mask": continue
            case let flag where KerasFlags.names.contains(flag): continue
            default:
                if !value.isNull { faults.add(value.pointer, "only null is supported, found \(value.summary)") }
            }
        }
        for key in ["query", "value", "key"] {
            if let value = keywords[key] { inputs += tensors(in: value, &faults) }
        }
        return inputs
    }

    /// The tensors of a call of attention with the mask as the fourth; the value is the key of a call that names none.
    private static func attention(_ given: [KerasResult], mask: JSONValue?, _ faults: inout Faults) -> [KerasResult] {
        guard let mask, !mask.isNull else { return given }
        let masks = tensors(in: mask, &faults)
        return (given.count == 2 ? given + [given[1]] : given) + masks
    }

    /// The tensors in a list or an object of any depth.
    private static func tensors(in value: JSONValue, _ faults: inout Faults) -> [KerasResult] {
        switch value.kind {
        case .array:
            guard value[0]?.kind == .string else { return value.elements.flatMap { tensors(in: $0, &faults) } }
            return faults.collect { () throws(Fault) -> KerasResult in try KerasResult(value) }.map { [$0] } ?? []
        case .object:
            guard value["class_name"] != nil else {
                return value.members.sorted { $0.key < $1.key }.flatMap { tensors(in: $0.value, &faults) }
            }
            guard let history = value["config"]?["keras_history"] else {
                faults.add(
                    value.pointer,
                    "expected a tensor that a layer gives, found \(value["class_name"]?.summary ?? "")"
                )
                return []
            }
            return tensors(in: history, &faults)
        // Numbers among the tensors are arguments of operations, such as those by which Keras makes a mask.
        default: return []
        }
    }
}
