import Features
import JSON
import NN

/// A definition cut in two: inputs and front layers, and the layers that are trained.
///
/// A layer that is known on both sides, such as `Rescaling`, stands in front wherever no trained layer is before it.
struct ModelSplit {
    /// The inputs and the front layers.
    let front: FrontGraph
    /// The names of the trained layers' inputs, in the order of `front.outputs`: the same, in letters that weights' names
    /// may have.
    private let inputs: [String]

    private let definition: JSONValue
    private let entries: [LayerEntry]
    /// Where each front layer stands in the definition, by its number among the nodes.
    private let nodePointers: [String]

    /// Whether a definition has layers or inputs that only the front knows.
    static func isNeeded(by definition: JSONValue) -> Bool {
        LayerEntry.list(of: definition)?.contains { $0.isRawInput || $0.isFrontOnly } ?? false
    }

    /// Cuts a definition in its short form.
    ///
    /// - Throws: `FaultyInput` with every fault of inputs and front layers, and for one that stands behind a trained layer.
    init(_ definition: JSONValue) throws(FaultyInput) {
        var faults = Faults()
        guard var entries = LayerEntry.list(of: definition) else {
            throw FaultyInput(Fault(pointer: "/layers", detail: "expected layers, each an object with a type"))
        }
        Self.assignRoles(&entries, &faults)
        try faults.check()
        var inputs: [RawInput] = []
        var nodes: [FrontGraph.Node] = []
        var pointers: [String] = []
        for entry in entries {
            switch entry.role {
            case .input: inputs.append(Self.input(entry, of: definition, &faults))
            case .front:
                guard let arguments = entry.arguments, let layer = Self.layer(entry, arguments, &faults) else {
                    continue
                }
                nodes.append(FrontGraph.Node(name: entry.name, layer: layer, inputs: entry.inputs))
                pointers.append(entry.value?.pointer ?? "")
            case .trained: break
            }
        }
        try faults.check()
        var outputs: [String] = []
        let before = Set(entries.filter { $0.role != .trained }.map(\.name))
        for entry in entries where entry.role == .trained {
            for input in entry.inputs where before.contains(input) && !outputs.contains(input) { outputs.append(input) }
        }
        guard !outputs.isEmpty else {
            throw FaultyInput(
                Fault(
                    pointer: "/layers",
                    detail: "no layer of the model is trained; put one, such as Dense, behind the others"
                )
            )
        }
        front = FrontGraph(inputs: inputs, nodes: nodes, outputs: outputs)
        var taken = Set(entries.map(\.name))
        let names = outputs.map { name in
            let allowed = Self.allowed(name)
            guard allowed != name else { return name }
            let free = AutomaticName.free(allowed, taken: taken)
            taken.insert(free)
            return free
        }
        self.inputs = names
        let renamed = Dictionary(uniqueKeysWithValues: zip(outputs, names))
        for index in entries.indices where entries[index].role == .trained {
            entries[index].inputs = entries[index].inputs.map { renamed[$0] ?? $0 }
        }
        self.definition = definition
        self.entries = entries
        nodePointers = pointers
        _ = try outputTypes(of: front)
    }

    /// The types of the front's results, as far as they are known.
    ///
    /// - Throws: `FaultyInput` for a layer that can't take what comes to it.
    func outputTypes(of front: FrontGraph) throws(FaultyInput) -> [FrontType] {
        let types: [FrontType]
        do {
            types = try front.outputTypes()
        } catch {
            throw FaultyInput(Fault(pointer: nodePointers[error.node], detail: error.detail))
        }
        for (name, type) in zip(front.outputs, types) where type.element == .string {
            let reader = entries.first { $0.role == .trained && $0.inputs.contains(name) }
            throw FaultyInput(
                Fault(
                    pointer: reader?.value?.pointer ?? "/layers",
                    detail:
                        "takes numbers, and \"\(name)\" gives words; put a StringLookup, TextVectorization or Hashing between"
                )
            )
        }
        return types
    }

    /// The definition of the trained layers alone, whose inputs have the names and shapes of the front's results.
    ///
    /// - Parameter shapes: The shape of each input, open where rows differ.
    /// - Returns: The definition.
    /// - Throws: `FaultyInput` with pointers into the whole definition.
    func trained(shapes: [OpenShape]) throws(FaultyInput) -> ModelDefinition {
        let kept = entries.filter { $0.role == .trained }
        var json = JSONWriter()
        json.object { json in
            for member in definition.members
            where !["layers", "input_shape", "compile", "features"].contains(member.key) {
                json.key(member.key)
                json.write(member.value)
            }
            json.key("layers")
            json.array { json in
                for (name, shape) in zip(inputs, shapes) {
                    json.object { json in
                        json.field("type", "InputLayer")
                        json.field("name", name)
                        json.field("shape", shape)
                    }
                }
                for entry in kept { Self.write(entry, to: &json) }
            }
        }
        let pointers = inputs.map { _ in "/layers" } + kept.map { $0.value?.pointer ?? "/layers" }
        do {
            return try ModelDefinition(JSONDocument(parsing: json.bytes).root)
        } catch let error as FaultyInput {
            throw error.moved(layersTo: pointers)
        } catch {
            preconditionFailure("what JSONWriter writes is JSON: \(error)")
        }
    }

    /// Moves the pointers of faults that were found in the trained layers' own definition.
    func moved(_ error: FaultyInput) -> FaultyInput {
        let kept = entries.filter { $0.role == .trained }
        return error.moved(layersTo: inputs.map { _ in "/layers" } + kept.map { $0.value?.pointer ?? "/layers" })
    }

    /// Writes the whole definition with every default.
    func write(_ trained: ModelDefinition, to json: inout JSONWriter) {
        json.object { json in
            json.field("name", trained.name)
            json.field("seed", trained.seed)
            json.key("layers")
            json.array { json in
                for input in front.inputs {
                    json.object { json in
                        json.field("type", "InputLayer")
                        json.field("name", input.name)
                        input.write(to: &json)
                    }
                }
                for node in front.nodes {
                    json.object { json in
                        json.field("type", Swift.type(of: node.layer).name)
                        json.field("name", node.name)
                        json.field("inputs", node.inputs)
                        node.layer.write(to: &json)
                    }
                }
                for layer in trained.layers.dropFirst(inputs.count) { write(layer, to: &json) }
            }
            json.field("outputs", ifPresent: trained.outputs)
            if let compile = definition["compile"] {
                json.key("compile")
                json.write(compile)
            }
        }
    }

    /// Writes a trained layer, which takes front layers by their own names.
    private func write(_ layer: LayerDefinition, to json: inout JSONWriter) {
        let own = Dictionary(uniqueKeysWithValues: zip(inputs, front.outputs))
        guard let taken = layer.inputs,
            taken.contains(where: { own[$0].map { name in !inputs.contains(name) } ?? false }),
            let written = try? JSONDocument(parsing: layer.jsonText).root
        else { return json.write(layer) }
        json.object { json in
            for member in written.members {
                if member.key == "inputs" {
                    json.field("inputs", taken.map { own[$0] ?? $0 })
                } else {
                    json.key(member.key)
                    json.write(member.value)
                }
            }
        }
    }

    /// A name in the letters that the names of weights may have.
    private static func allowed(_ name: String) -> String {
        let letters = name.unicodeScalars.map { letter -> Character in
            let isAllowed =
                letter.isASCII
                && (letter.properties.isAlphabetic || ("0"..."9").contains(letter)
                    || "._-".unicodeScalars.contains(letter))
            return isAllowed ? Character(letter) : "_"
        }
        let text = String(letters.prefix(120))
        return text.first.map { "-.".contains($0) } ?? true ? "_" + text : text
    }

    private static func write(_ entry: LayerEntry, to json: inout JSONWriter) {
        guard let value = entry.value, let arguments = entry.arguments else { return }
        func write(_ object: JSONValue, to json: inout JSONWriter) {
            json.object { json in
                for member in object.members where member.key != "name" && member.key != "inputs" {
                    json.key(member.key)
                    json.write(member.value)
                }
                json.field("name", entry.name)
                json.field("inputs", entry.inputs)
            }
        }
        guard value["config"] != nil, let type = value["class_name"] else { return write(arguments, to: &json) }
        json.object { json in
            json.key("class_name")
            json.write(type)
            json.key("config")
            write(arguments, to: &json)
        }
    }

    private static func input(_ entry: LayerEntry, of definition: JSONValue, _ faults: inout Faults) -> RawInput {
        guard let arguments = entry.arguments else {
            return faults.shape(of: definition)
        }
        return faults.read(arguments) { reader in
            reader.accept(
                "type",
                "class_name",
                "name",
                "inputs",
                "trainable",
                "sparse",
                "ragged",
                "optional",
                "batch_size"
            )
            return RawInput(named: entry.name, reading: &reader)
        }
    }

    private static func layer(
        _ entry: LayerEntry,
        _ arguments: JSONValue,
        _ faults: inout Faults
    ) -> (any FrontLayer)? {
        faults.read(arguments) { reader in
            reader.accept("type", "class_name", "name", "inputs", "dtype", "trainable", "data_format")
            return FrontLayerRegistry.layer(named: entry.type, reading: &reader)
        }
    }

    /// Decides for each layer on which side it stands.
    private static func assignRoles(_ entries: inout [LayerEntry], _ faults: inout Faults) {
        let places = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
        func sources(_ entry: LayerEntry) -> [Int] { entry.inputs.compactMap { places[ResultReference($0).layer] } }
        var couldBeFront = entries.map { _ in false }
        for (index, entry) in entries.enumerated() {
            let all = sources(entry)
            couldBeFront[index] =
                entry.type == "InputLayer"
                || (entry.mayBeFront && all.count == entry.inputs.count
                    && all.allSatisfy { $0 < index && couldBeFront[$0] })
        }
        var mustBeFront = entries.map { $0.isRawInput || $0.isFrontOnly }
        for index in entries.indices.reversed() where mustBeFront[index] {
            for source in sources(entries[index]) { mustBeFront[source] = true }
        }
        for (index, entry) in entries.enumerated() where couldBeFront[index] && entry.type != "InputLayer" {
            mustBeFront[index] = true
        }
        for (index, entry) in entries.enumerated() {
            if entry.type == "InputLayer" {
                entries[index].role = .input
            } else if mustBeFront[index] {
                entries[index].role = .front
                guard !couldBeFront[index], entry.mayBeFront else { continue }
                let trained =
                    sources(entry).first { !couldBeFront[$0] }.map { "\"\(entries[$0].name)\"" } ?? "another layer"
                faults.add(
                    entry.value?.pointer ?? "/layers",
                    "\(entry.isFrontOnly ? entry.type : "\(entry.type), before a layer that prepares data,") has no gradient and "
                        + "can't stand behind \(trained), which is trained; put it before the first trained layer"
                )
            }
        }
    }
}

extension Faults {
    /// The input that a definition's `input_shape` stands for.
    fileprivate mutating func shape(of definition: JSONValue) -> RawInput {
        var shape: [Int?] = []
        if let given = definition["input_shape"], !given.isNull {
            let read: [Int?]? = collect { () throws(Fault) in
                var extents: [Int?] = []
                for extent in try given.array() {
                    extents.append(extent.isNull ? nil : try extent.int(in: 1...(1 << 24)))
                }
                return extents
            }
            shape = read ?? []
        } else {
            add(
                "\(definition.pointer)/input_shape",
                "missing; expected the shape of a sample, or an InputLayer as the first layer"
            )
        }
        return RawInput(name: "input", kind: .float32, shape: shape)
    }
}

extension FaultyInput {
    /// The same faults, those below `/layers/NUMBER` moved to where these layers stand in the whole definition.
    fileprivate func moved(layersTo pointers: [String]) -> FaultyInput {
        var moved = Faults()
        for fault in faults {
            let parts = fault.pointer.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count > 2, parts[1] == "layers", let number = Int(parts[2]), pointers.indices.contains(number) {
                let rest = parts[3...].map { "/\($0)" }.joined()
                moved.add(pointers[number] + rest, fault.detail)
            } else {
                moved.add(fault)
            }
        }
        do {
            try moved.check()
        } catch {
            return error
        }
        return self
    }
}
