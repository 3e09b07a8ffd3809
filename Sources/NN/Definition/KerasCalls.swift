import JSON

/// The layers of a model of Keras's, one for each call, those of the models within it among them.
struct KerasCalls {
    /// One layer that is to be listed.
    private struct Entry {
        let value: JSONValue
        /// Its name; nil where it is to be found.
        let name: String?
        /// The first call's name.
        let original: String?
        /// The results that it takes; nil for those of the layer before it.
        let inputs: [String]?
        let isFrozen: Bool
        /// What the call says beside its tensors.
        var flags: [String: Bool] = [:]
        /// Where the names come from.
        var scope = KerasScope.root
    }

    /// How many models may lie within one another.
    private static let greatestDepth = 16

    private var entries: [Entry] = []
    private var isTooLarge = false

    /// The layers, read.
    func drafts(_ faults: inout Faults) -> [LayerDraft?] {
        var flags: [String: [String: Bool]] = [:]
        return entries.map { entry in
            let original = entry.original ?? entry.name ?? ""
            let shared = entry.flags.filter { !KerasFlags.ofOneCall.contains($0.key) }
            if let first = flags[original], first != shared {
                let names = KerasFlags.names.filter { !KerasFlags.ofOneCall.contains($0) }.joined(separator: " and ")
                faults.add(
                    entry.value.pointer,
                    "\(names) differ between calls of \"\(original)\"; they must be the same"
                )
            }
            if entry.name != nil { flags[original] = shared }
            let read = KerasFlags.$ofCall.withValue(entry.flags) { LayerDraft(entry.value, &faults) }
            guard let draft = read?.sharing(named: entry.scope.original) else { return nil }
            var layer: LayerDraft? = draft
            for _ in 0..<entry.scope.steps { layer = layer?.alongSteps(of: entry.inputs?.count ?? 1, &faults) }
            let named = entry.name.map { name in
                layer?.call(name, of: entry.original ?? name, inputs: draft.isInput ? nil : entry.inputs)
            }
            return entry.isFrozen ? (named ?? layer)?.frozen : named ?? layer
        }
    }

    /// Appends the layers of a Sequential.
    ///
    /// - Parameters:
    ///   - values: The layers.
    ///   - scope: Where their names come from.
    ///   - inputs: The results that the first takes; none for the model that is read, whose first layer takes its input.
    ///   - faults: What is wrong with models within it.
    /// - Returns: The results of the last.
    mutating func append(
        chain values: [JSONValue],
        in scope: KerasScope,
        from inputs: [String],
        _ faults: inout Faults
    ) -> [String] {
        var taken: [String]? = scope.depth == 0 ? nil : inputs
        var names = Set(values.map(KerasGraph.layerName))
        for value in values {
            if scope.depth > 0, Self.isInput(value) { continue }
            var name = KerasGraph.layerName(value)
            if name.isEmpty, scope.depth > 0 || KerasModel.isModel(value) || DistributedModel.isOne(value) {
                let className = (try? (value["class_name"] ?? value["type"])?.string()) ?? ""
                name = AutomaticName.free(AutomaticName.of(className: className), taken: names)
                names.insert(name)
            }
            if KerasModel.isModel(value) {
                let from = taken ?? (entries.isEmpty ? [] : nil)
                taken = append(model: value, call: name, of: name, in: scope, from: from, &faults)
                continue
            }
            if DistributedModel.isOne(value) {
                let from = taken ?? (entries.isEmpty ? [] : nil)
                taken = append(distributed: value, call: name, of: name, in: scope, from: from, &faults)
                continue
            }
            let full = scope.name(name)
            add(
                Entry(
                    value: value,
                    name: name.isEmpty ? nil : full,
                    original: name.isEmpty ? nil : scope.original(name),
                    inputs: taken.flatMap { $0.isEmpty ? nil : $0 },
                    isFrozen: scope.isFrozen,
                    scope: scope
                ),
                &faults
            )
            // In the model that is read each layer takes the one before it, by itself.
            taken = scope.depth == 0 ? nil : [full]
        }
        return taken ?? []
    }

    /// Appends the layers of a Functional model.
    ///
    /// - Parameters:
    ///   - graph: The calls.
    ///   - scope: Where their names come from.
    ///   - inputs: The results that stand for its inputs; nil for the model that is read, which has inputs of its own.
    ///   - faults: What is wrong with models within it.
    /// - Returns: The results that the model gives.
    mutating func append(
        _ graph: KerasGraph,
        in scope: KerasScope,
        from inputs: [String]?,
        _ faults: inout Faults
    ) -> [String] {
        var models: [String: [String]] = [:]
        var given: [String: String] = [:]
        if let inputs {
            for (input, result) in zip(graph.inputs, inputs) { given[input.callName] = result }
        }
        func name(_ result: KerasResult) -> String {
            if let input = given[result.callName] { return input }
            if let results = models[result.callName] {
                return results.indices.contains(result.result) ? results[result.result] : scope.name(result.callName)
            }
            return scope.name(result.callName) + (result.result == 0 ? "" : ":\(result.result)")
        }
        for call in graph.calls where given[call.name] == nil {
            let inputs = call.inputs.map(name)
            if KerasModel.isModel(call.value) {
                models[call.name] = append(
                    model: call.value,
                    call: call.name,
                    of: call.layer,
                    in: scope,
                    from: inputs,
                    &faults
                )
                continue
            }
            if DistributedModel.isOne(call.value) {
                models[call.name] = append(
                    distributed: call.value,
                    call: call.name,
                    of: call.layer,
                    in: scope,
                    from: inputs,
                    &faults
                )
                continue
            }
            add(
                Entry(
                    value: call.value,
                    name: scope.name(call.name),
                    original: scope.original(call.layer),
                    inputs: inputs,
                    isFrozen: scope.isFrozen,
                    flags: call.flags,
                    scope: scope
                ),
                &faults
            )
        }
        return graph.outputs.map(name)
    }

    /// Appends the layers of a model that a `TimeDistributed` is around.
    ///
    /// - Parameters:
    ///   - value: The wrapper.
    ///   - call: The name of this call of it.
    ///   - layer: The name of its first call.
    ///   - scope: Where its name comes from.
    ///   - inputs: The results that it takes; nil for those that it names, or of the layer before it.
    ///   - faults: What is wrong with it.
    /// - Returns: The results that it gives.
    mutating func append(
        distributed value: JSONValue,
        call: String,
        of layer: String,
        in scope: KerasScope,
        from inputs: [String]?,
        _ faults: inout Faults
    ) -> [String] {
        guard let wrapper = DistributedModel(value, &faults) else { return [] }
        let inner = scope.alongSteps(isTrainable: wrapper.isTrainable)
        let from = inputs ?? wrapper.inputs
        return append(model: wrapper.model, call: call, of: layer, in: inner, from: from, &faults)
    }

    /// Appends the layers of a model within another.
    private mutating func append(
        model value: JSONValue,
        call: String,
        of layer: String,
        in scope: KerasScope,
        from inputs: [String]?,
        _ faults: inout Faults
    ) -> [String] {
        guard scope.depth < Self.greatestDepth else {
            faults.add(value.pointer, "expected at most \(Self.greatestDepth) models within one another")
            return []
        }
        guard !isTooLarge else { return [] }
        let isShort = DistributedModel.isShort(value)
        guard let config = isShort ? value : value["config"], config.kind == .object else {
            faults.add(value.pointer, "expected a model with its \"config\"")
            return []
        }
        let isSequential = isShort || (try? value["class_name"]?.string()) == "Sequential"
        let parts = faults.read(config) { reader in
            if reader.has("name") { _ = reader.name("name") }
            return KerasParts(reading: &reader, isSequential: isSequential)
        }
        let inner = scope.inside(call, of: layer, isTrainable: parts.isTrainable)
        if isSequential {
            return append(chain: parts.layers, in: inner, from: inputs ?? [], &faults)
        }
        let graph = KerasGraph(parts, &faults)
        let from = inputs ?? entries.last?.name.map { [$0] } ?? []
        guard graph.inputs.count == from.count || from.isEmpty else {
            faults.add(
                value.pointer,
                "the model takes \(graph.inputs.count) tensors, as its input_layers say, and is given \(from.count)"
            )
            return []
        }
        return append(graph, in: inner, from: from, &faults)
    }

    private mutating func add(_ entry: Entry, _ faults: inout Faults) {
        guard entries.count < ModelDraft.greatestLayerCount else {
            if !isTooLarge {
                faults.add(
                    entry.value.pointer,
                    "the model and those within it have more than \(ModelDraft.greatestLayerCount) layers, the limit"
                )
            }
            isTooLarge = true
            return
        }
        entries.append(entry)
    }

    private static func isInput(_ value: JSONValue) -> Bool {
        (try? (value["class_name"] ?? value["type"])?.string()) == "InputLayer"
    }

    // MARK: The shape of a sample

    /// The shape of a sample of a Sequential that doesn't begin with an `InputLayer`; nil where it does, or nothing says it.
    ///
    /// - Parameters:
    ///   - values: The layers, of which the first may have a `batch_input_shape`.
    ///   - built: The shape of a batch that the model was built for.
    ///   - faults: What is wrong with the shape.
    /// - Returns: The shape, without the batch.
    func inputShape(of values: [JSONValue], built: JSONValue? = nil, _ faults: inout Faults) -> OpenShape? {
        guard let first = values.first, !Self.isInput(first) else { return nil }
        let keys = ["batch_shape", "batch_input_shape"]
        var layer = first
        while KerasModel.isModel(layer), let inside = layer["config"]?["layers"]?[0] { layer = inside }
        for config in [first["config"], layer["config"]].compactMap({ $0 }) {
            guard let key = keys.first(where: { config[$0] != nil }) else { continue }
            // The layer's own reading tells what else is wrong with it.
            var reader = ObjectReader(config)
            let shape = reader.sampleShape(ofBatch: key)
            faults.add(reader.faults)
            return shape
        }
        guard let built, built.kind == .array, built.count > 1 else { return nil }
        let extents = built.elements.dropFirst().map { try? $0.int(in: 1...1 << 24) }
        return extents.contains { $0 == nil } ? nil : OpenShape(extents)
    }
}
