import JSON

/// A model as Keras 3 writes it with `model.to_json()`: Sequential, or Functional with its calls of layers.
///
/// `{"class_name", "config": {"name", "layers": […], "output_layers"}}`. In a Functional model each layer has
/// `inbound_nodes`, one a call, whose tensors name layer, call and result that they come from.
enum KerasModel {
    /// The classes of models that are read.
    static let classes = ["Sequential", "Functional", "Model"]

    /// Reads the model; a layer that is called again becomes a layer that reuses the first call's weights.
    static func draft(reading reader: inout ObjectReader) -> ModelDraft {
        let kind = reader.choice("class_name", among: classes)
        reader.accept("module", "registered_name", "build_config", "compile_config", "keras_version", "backend")
        let seed = ModelDraft.seed(reading: &reader)
        let given = reader.optionalValue("name") == nil ? nil : reader.name("name")
        return reader.object("config") { config -> ModelDraft in
            let name = given ?? config.name("name")
            if given != nil { config.accept("name") }
            config.only(.bool(true), for: "trainable")
            config.accept("dtype", "build_input_shape", "input_layers")
            let values = config.array("layers", count: 1...ModelDraft.greatestLayerCount) { value, _ in value }
            guard kind != "Sequential" else {
                let layers = values.map { LayerDraft($0, &config.faults) }
                return ModelDraft(name: name, seed: seed, layers: layers, outputs: nil)
            }
            let named = config.value("output_layers")
            let outputs = named.map { outputNames($0, &config.faults) } ?? []
            let layers = KerasCalls(values, &config.faults).layers(for: outputs, &config.faults)
            return ModelDraft(name: name, seed: seed, layers: layers, outputs: outputs.isEmpty ? nil : outputs)
        }
    }

    /// The names of `[["dense", 0, 0], …]`, or of one such triple.
    private static func outputNames(_ value: JSONValue, _ faults: inout Faults) -> [String] {
        let isOne = value.kind == .array && Array(value.elements).first?.kind == .string
        let triples = isOne ? [value] : Array(value.elements)
        return triples.compactMap { triple in
            faults.collect { () throws(Fault) -> String in try KerasResult(triple).name }
        }
    }
}

/// Where a tensor of a Functional model comes from: `["dense", 0, 0]`, layer, call and result.
private struct KerasResult: Hashable {
    let layer: String
    let call: Int
    let result: Int

    init(_ value: JSONValue) throws(Fault) {
        let parts = value.kind == .array ? Array(value.elements) : []
        guard parts.count >= 3 else { throw value.mismatch("a layer, a call and a result, as [\"dense\", 0, 0]") }
        layer = try parts[0].string()
        call = try parts[1].int(in: 0...1 << 20)
        result = try parts[2].int(in: 0...1 << 20)
    }

    /// The name of the call's layer.
    var callName: String { KerasCalls.name(layer, call) }

    /// The name of the result, as a layer's `inputs` take it.
    var name: String { result == 0 ? callName : "\(callName):\(result)" }
}

/// The calls of the layers of a Functional model.
private struct KerasCalls {
    /// One call of a layer.
    private struct Call {
        /// The layer as Keras writes it.
        let value: JSONValue
        let layer: String
        let name: String
        let inputs: [KerasResult]

        /// The names of the calls that it needs: those that it takes tensors from, and the first of its layer.
        var needs: Set<String> { Set(inputs.map(\.callName) + (name == layer ? [] : [layer])) }
    }

    private var calls: [Call] = []

    /// Reads the calls of each layer.
    init(_ values: [JSONValue], _ faults: inout Faults) {
        for value in values {
            let layer = (try? value["config"]?["name"]?.string()) ?? (try? value["name"]?.string()) ?? ""
            let nodes = value["inbound_nodes"].map { Array($0.elements) } ?? []
            if nodes.isEmpty { calls.append(Call(value: value, layer: layer, name: layer, inputs: [])) }
            for (number, node) in nodes.enumerated() {
                let inputs = Self.inputs(of: node, &faults)
                calls.append(Call(value: value, layer: layer, name: Self.name(layer, number), inputs: inputs))
            }
        }
    }

    /// The name of a layer's call: the layer's own for the first.
    static func name(_ layer: String, _ call: Int) -> String { call == 0 ? layer : "\(layer)_call_\(call)" }

    /// The layers that some results need, each after those that it needs itself.
    ///
    /// Others are left out: Keras writes down how it computes masks, which here follow the tensors by themselves.
    func layers(for outputs: [String], _ faults: inout Faults) -> [LayerDraft?] {
        let byName = Dictionary(calls.map { ($0.name, $0) }) { first, _ in first }
        var needed = Set(outputs.map { ResultReference($0).layer })
        var unseen = Array(needed)
        while let name = unseen.popLast() {
            for other in byName[name]?.needs ?? [] where needed.insert(other).inserted { unseen.append(other) }
        }
        return ordered(calls.filter { needed.contains($0.name) }).map { call in
            guard let draft = LayerDraft(call.value, &faults) else { return nil }
            return draft.call(call.name, of: call.layer, inputs: draft.isInput ? nil : call.inputs.map(\.name))
        }
    }

    /// The calls with each after those that it needs; what needs itself comes last and is told as any other.
    private func ordered(_ calls: [Call]) -> [Call] {
        let known = Set(calls.map(\.name))
        var (ordered, done): ([Call], Set<String>) = ([], [])
        var waiting = calls
        while !waiting.isEmpty {
            let before = waiting.count
            waiting.removeAll { call in
                guard call.needs.allSatisfy({ done.contains($0) || !known.contains($0) }) else { return false }
                ordered.append(call)
                done.insert(call.name)
                return true
            }
            if waiting.count == before { return ordered + waiting }
        }
        return ordered
    }

    /// The tensors that a call takes: its positional ones, then its initial state.
    private static func inputs(of node: JSONValue, _ faults: inout Faults) -> [KerasResult] {
        guard node.kind == .object, let arguments = node["args"] else {
            faults.add(node.mismatch("{\"args\": […], \"kwargs\": {…}}, as Keras 3 writes a call"))
            return []
        }
        var inputs = tensors(in: arguments, &faults)
        guard let keywords = node["kwargs"], keywords.kind == .object else { return inputs }
        for (key, value) in keywords.members {
            switch key {
            case "initial_state", "inputs", "sequences": inputs += tensors(in: value, &faults)
            // Masks follow the tensors by themselves.
            case "training", "mask": continue
            default:
                if !value.isNull { faults.add(value.pointer, "only null is supported, found \(value.summary)") }
            }
        }
        return inputs
    }

    /// The tensors in a list of any depth.
    private static func tensors(in value: JSONValue, _ faults: inout Faults) -> [KerasResult] {
        if value.kind == .array { return value.elements.flatMap { tensors(in: $0, &faults) } }
        guard let history = value["config"]?["keras_history"] else { return [] }
        return faults.collect { () throws(Fault) -> KerasResult in try KerasResult(history) }.map { [$0] } ?? []
    }
}
