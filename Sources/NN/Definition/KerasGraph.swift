import JSON

/// The calls of the layers of one Functional model, each after those that it needs.
struct KerasGraph {
    /// One call of a layer.
    struct Call {
        /// The layer as Keras writes it.
        let value: JSONValue
        let layer: String
        let name: String
        var inputs: [KerasResult]
        /// What the call says beside its tensors.
        var flags: [String: Bool] = [:]

        /// The names of the calls that it needs: those that it takes tensors from, and the first of its layer.
        var needs: Set<String> { Set(inputs.map(\.callName) + (name == layer ? [] : [layer])) }
    }

    /// The calls that the outputs need.
    ///
    /// Others are left out: Keras writes down how it computes masks, which here follow the tensors by themselves.
    private(set) var calls: [Call] = []
    /// The model's inputs, in their order.
    private(set) var inputs: [KerasResult] = []
    /// Where the model's results come from.
    private(set) var outputs: [KerasResult] = []

    private var aliases: [(name: String, place: JSONValue, call: String)] = []

    /// Reads the calls of each layer.
    init(_ parts: KerasParts, _ faults: inout Faults) {
        var all: [Call] = []
        var isOfKeras2 = false
        for value in parts.layers {
            let layer = Self.layerName(value)
            let nodes = value["inbound_nodes"].map { Array($0.elements) } ?? []
            if nodes.isEmpty { all.append(Call(value: value, layer: layer, name: layer, inputs: [])) }
            for (number, node) in nodes.enumerated() {
                isOfKeras2 = isOfKeras2 || KerasNode.isOfKeras2(node)
                let inputs = KerasNode.inputs(of: node, &faults)
                let flags = KerasFlags.of(node, &faults)
                all.append(
                    Call(value: value, layer: layer, name: Self.name(layer, number), inputs: inputs, flags: flags)
                )
            }
        }
        let given = parts.inputs.map { KerasResult.list($0, &faults) } ?? []
        let results = parts.outputs.map { KerasResult.list($0, &faults) } ?? []
        inputs = given.map(\.result)
        outputs = results.map(\.result)
        number(&all, isOfKeras2: isOfKeras2)
        for ((key, place, _), result) in Array(zip(given, inputs)) + zip(results, outputs) where result.result == 0 {
            if let key, key != result.callName { aliases.append((key, place, result.callName)) }
        }
        calls = Self.ordered(Self.inOrder(of: inputs, Self.needed(for: outputs, among: all)))
    }

    /// A layer's name; empty where it has none.
    static func layerName(_ value: JSONValue) -> String {
        (try? value["config"]?["name"]?.string()) ?? (try? value["name"]?.string()) ?? ""
    }

    /// The name of a layer's call: the layer's own for the first.
    static func name(_ layer: String, _ call: Int) -> String { call == 0 ? layer : "\(layer)_call_\(call)" }

    /// The names under which inputs and outputs are known where these are objects, by the calls that give them.
    func aliases(_ faults: inout Faults) -> [String: String] {
        var names: [String: String] = [:]
        var taken = Set(calls.map(\.name))
        for (name, place, call) in aliases where names[call] == nil && !taken.contains(name) {
            guard ModelName.isAllowed(name) else {
                faults.add(place.pointer, "expected \(ModelName.expectation), found \"\(name)\"")
                continue
            }
            taken.insert(name)
            names[call] = name
        }
        return names
    }

    /// Counts the calls of models within this one from 0, as those of layers are.
    ///
    /// A model counts its own making as its first call: in all that Keras 2 wrote, and in what Keras 3 writes of the
    /// outputs that a Functional model gives.
    private mutating func number(_ all: inout [Call], isOfKeras2: Bool) {
        let models = all.filter { KerasModel.isModel($0.value) }
        guard !models.isEmpty else { return }
        let functional = Set(models.filter { Self.isFunctional($0.value) }.map(\.layer))
        let known = Set(models.map(\.layer))
        func shifted(_ result: KerasResult, isOutput: Bool, fromZero: Set<String>) -> KerasResult {
            let counts = isOfKeras2 ? known : isOutput ? functional : []
            guard counts.contains(result.layer), !fromZero.contains(result.layer), result.call > 0 else {
                return result
            }
            var shifted = result
            shifted.call -= 1
            return shifted
        }
        let taken = all.flatMap(\.inputs)
        let fromZero = Set((taken + (isOfKeras2 ? outputs : [])).filter { $0.call == 0 }.map(\.layer))
        let outputsFromZero = isOfKeras2 ? fromZero : Set(outputs.filter { $0.call == 0 }.map(\.layer))
        for place in all.indices {
            all[place].inputs = all[place].inputs.map { shifted($0, isOutput: false, fromZero: fromZero) }
        }
        outputs = outputs.map { shifted($0, isOutput: true, fromZero: outputsFromZero) }
    }

    private static func isFunctional(_ value: JSONValue) -> Bool {
        (try? value["class_name"]?.string()) != "Sequential"
    }

    private static func needed(for outputs: [KerasResult], among calls: [Call]) -> [Call] {
        let byName = Dictionary(calls.map { ($0.name, $0) }) { first, _ in first }
        var needed = Set(outputs.map(\.callName))
        var unseen = Array(needed)
        while let name = unseen.popLast() {
            for other in byName[name]?.needs ?? [] where needed.insert(other).inserted { unseen.append(other) }
        }
        return calls.filter { needed.contains($0.name) }
    }

    /// The calls with those that are the model's inputs in its order: first where they stand in another.
    private static func inOrder(of inputs: [KerasResult], _ calls: [Call]) -> [Call] {
        let order = Dictionary(inputs.enumerated().map { ($1.callName, $0) }) { first, _ in first }
        let listed = calls.filter { order[$0.name] != nil }
        let sorted = listed.sorted { order[$0.name, default: 0] < order[$1.name, default: 0] }
        guard sorted.map(\.name) != listed.map(\.name) else { return calls }
        return sorted + calls.filter { order[$0.name] == nil }
    }

    /// The calls with each after those that it needs; what needs itself comes last and is told as any other.
    private static func ordered(_ calls: [Call]) -> [Call] {
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
}
