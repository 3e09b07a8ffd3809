import JSON
import NN

/// Makes a definition and weights of a graph.
struct Importer {
    private let file: ONNXModel
    private let plan: NodePlan
    private var lowering: Lowering
    private var faults: [InterchangeError.Fault]
    /// The values that can't be had.
    private var failed: Set<String> = []
    /// The layers that the model gives, in the order of the outputs.
    private var outputs: [Int] = []
    /// The names that layers have to have.
    private var fixedNames: [Int: String] = [:]
    private var notes: [String] = []

    /// Starts with what was found out about a file.
    init(_ file: ONNXModel, _ inference: Inference, _ plan: NodePlan) {
        (self.file, self.plan) = (file, plan)
        lowering = Lowering(inference, wanted: plan.wanted, producer: file.producer)
        faults = plan.refusals.map { refusal in
            .init(
                at: "/graph/node/\(file.graph.nodes[refusal.node].place)",
                "the node \(file.graph.nodes[refusal.node].title): \(refusal.reason)"
            )
        }
    }

    /// The axes of a sample that a client sees: without the first, where the file is for one row.
    private func sampleAxes(_ fact: Fact, _ ends: GraphEnds) -> [Int] {
        guard case .single = ends.batch, fact.shape.first == Extent(1) else { return fact.sampleAxes }
        return fact.sampleAxes.filter { $0 != 0 }
    }

    /// Adds a layer for every input that is taken.
    mutating func addInputs(_ ends: inout GraphEnds) {
        for (name, fact) in ends.inputs {
            guard plan.wanted.contains(name) else {
                notes.append("the input \"\(name)\" is taken by nothing and left out")
                continue
            }
            let axes = sampleAxes(fact, ends)
            let shape = axes.isEmpty ? [1] : axes.map { fact.extent($0) }
            lowering.layers.append(
                LayerPlan(
                    type: "InputLayer",
                    arguments: [("shape", .shape(shape))],
                    inputs: [],
                    weights: [],
                    hint: name,
                    node: nil
                )
            )
            if let batch = fact.batch, batch != 0 {
                notes.append("the input \"\(name)\" has the batch as its axis \(batch); here it is the first")
            }
            let place = lowering.layers.count - 1
            fixedNames[place] = name
            lowering.flows[name] = Flow(reference: .init(layer: place), order: axes, fact: fact)
        }
    }

    /// Makes layers of every node that is needed.
    mutating func addNodes() {
        let nodes = file.graph.nodes
        for place in nodes.indices where plan.isNeeded[place] {
            let node = nodes[place]
            guard !plan.operands(of: place, nodes).contains(where: failed.contains) else {
                failed.formUnion(node.outputs)
                continue
            }
            lowering.node = node.place
            lowering.hint = node.name
            do throws(Refusal) {
                try add(node, at: place)
            } catch {
                faults.append(.init(at: "/graph/node/\(node.place)", "the node \(node.title): \(error.reason)"))
                failed.formUnion(node.outputs)
            }
        }
    }

    private mutating func add(_ node: ONNXNode, at place: Int) throws(Refusal) {
        switch plan.patterns[place] {
        case nil: try lowering.lower(node)
        case .activation(let name, let x): try lowering.set(node, lowering.activated(value(x), name))
        case .curvedGelu(let x): try lowering.set(node, lowering.curvedGelu(value(x)))
        case .layerNormalization(let x, let axes, let epsilon, let scale, let bias):
            let value = try value(x)
            try lowering.set(node, lowering.layerNormalized(value, axes, epsilon: epsilon, scale: scale, bias: bias))
        case .rootNormalization(let x, let axes, let epsilon, let scale):
            let value = try value(x)
            try lowering.set(node, lowering.rootNormalized(value, axes, epsilon: epsilon, scale: scale))
        case .affine(let x, let scale, let offset):
            let (value, fact) = (try value(x), try lowering.fact(node))
            try lowering.set(node, lowering.affine(value, scale, offset, as: fact))
        case .biased(let other, let bias):
            let inner = file.graph.nodes[other]
            if !inner.name.isEmpty { lowering.hint = inner.name }
            switch inner.type {
            case "Conv":
                let hint = lowering.kernelHint(inner)
                try lowering.set(node, lowering.convolved(inner, bias: bias, hint: hint))
            case "ConvTranspose": try lowering.set(node, lowering.transposed(inner, bias: bias))
            default:
                let fact = try lowering.fact(inner)
                try lowering.set(node, lowering.multiplied(inner, bias: bias, as: fact))
            }
        }
    }

    private func value(_ name: String) throws(Refusal) -> Flow {
        guard let flow = lowering.flows[name] else { throw Refusal("\"\(name)\" can't be had") }
        return flow
    }

    /// Says which layers the model gives, and names them as the file does.
    mutating func addOutputs(_ ends: GraphEnds) {
        lowering.node = nil
        lowering.hint = ""
        if file.graph.outputs.isEmpty { faults.append(.init(at: "/graph/output", "the graph has no output")) }
        var seen: Set<String> = []
        for (place, output) in file.graph.outputs.enumerated() {
            guard !failed.contains(output.name), seen.insert(output.name).inserted else { continue }
            do throws(Refusal) {
                guard let flow = lowering.flows[output.name] else {
                    if case .refused? = lowering.inference.known[output.name] { continue }
                    throw Refusal("no number that depends on the inputs")
                }
                try addOutput(output.name, flow, ends)
            } catch {
                faults.append(.init(at: "/graph/output/\(place)", "the output \"\(output.name)\" has \(error.reason)"))
            }
        }
    }

    private mutating func addOutput(_ name: String, _ flow: Flow, _ ends: GraphEnds) throws(Refusal) {
        if let batch = flow.fact.batch, batch != 0 {
            notes.append("the output \"\(name)\" has the batch as its axis \(batch); here it is the first")
        }
        let value = try lowering.arranged(flow, sampleAxes(flow.fact, ends))
        var place = value.reference.layer
        let isTaken = lowering.layers[place].type == "InputLayer" || outputs.contains(place)
        if isTaken || value.reference.result != 0 || fixedNames[place] != nil {
            place = try lowering.add("Activation", [("activation", .word("linear"))], [value.reference]).layer
        }
        fixedNames[place] = name
        outputs.append(place)
    }

    // MARK: The model

    /// The model of all layers.
    ///
    /// - Throws: `InterchangeError` with everything that stood in the way.
    mutating func model(named name: String) throws(InterchangeError) -> ImportedModel {
        guard faults.isEmpty else { throw InterchangeError(faults) }
        prune()
        nameLayers()
        let layers = lowering.layers
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.key("layers")
            json.array { json in
                for layer in layers {
                    let inputs = layer.inputs.map { reference in
                        let name = layers[reference.layer].name
                        return reference.result == 0 ? name : "\(name):\(reference.result)"
                    }
                    layer.write(to: &json, inputs: inputs)
                }
            }
            json.field("outputs", outputs.map { layers[$0].name })
        }
        let definition = try Self.checked(json.bytes, layers)
        let weights = layers.flatMap { layer in
            layer.weights.map { WeightsFile.Entry("\(layer.name)/\($0.0)", $0.1) }
        }
        return ImportedModel(name: nil, definition: definition, weights: weights, notes: notes + lowering.notes)
    }

    /// Leaves out layers whose results nothing takes.
    private mutating func prune() {
        var isTaken = Array(repeating: false, count: lowering.layers.count)
        for place in outputs { isTaken[place] = true }
        for place in lowering.layers.indices.reversed() where isTaken[place] {
            for input in lowering.layers[place].inputs { isTaken[input.layer] = true }
        }
        var places: [Int: Int] = [:]
        for place in isTaken.indices where isTaken[place] { places[place] = places.count }
        lowering.layers = lowering.layers.indices.filter { isTaken[$0] }.map { place in
            let layer = lowering.layers[place]
            return layer.taking(layer.inputs.map { .init(layer: places[$0.layer] ?? 0, result: $0.result) })
        }
        outputs = outputs.compactMap { places[$0] }
        fixedNames = Dictionary(
            uniqueKeysWithValues: fixedNames.compactMap { place, name in places[place].map { ($0, name) } }
        )
    }

    private mutating func nameLayers() {
        var taken: Set<String> = []
        for place in lowering.layers.indices {
            guard let wished = fixedNames[place] else { continue }
            let allowed = Self.allowed(wished)
            let name = AutomaticName.free(allowed.isEmpty ? "value" : allowed, taken: taken)
            if name != wished {
                notes.append("\"\(wished)\" is called \"\(name)\" here, where names have letters, digits, _, - and .")
            }
            lowering.layers[place].name = name
            taken.insert(name)
        }
        for place in lowering.layers.indices where fixedNames[place] == nil {
            let layer = lowering.layers[place]
            let hint = Self.allowed(layer.hint)
            let base = hint.isEmpty ? AutomaticName.of(className: layer.type) : hint
            lowering.layers[place].name = AutomaticName.free(base, taken: taken)
            taken.insert(lowering.layers[place].name)
        }
    }

    /// What of a name may be one here.
    private static func allowed(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || "_-.".unicodeScalars.contains(scalar) && !result.isEmpty || scalar == "_" {
                result.unicodeScalars.append(scalar)
            } else if !result.isEmpty, result.last != "_" {
                result.append("_")
            }
        }
        while result.last == "_" { result.removeLast() }
        return String(result.prefix(100))
    }

    /// The definition, once its layers are known to fit together.
    private static func checked(_ bytes: [UInt8], _ layers: [LayerPlan]) throws(InterchangeError) -> JSONValue {
        do {
            let definition = try JSONDocument(parsing: bytes).root
            _ = try Network(ModelDefinition(definition))
            return definition
        } catch let error as FaultyInput {
            throw InterchangeError(
                error.faults.map { fault in
                    let parts = fault.pointer.split(separator: "/")
                    let place = parts.count > 1 && parts[0] == "layers" ? Int(parts[1]) : nil
                    let node = place.flatMap { layers.indices.contains($0) ? layers[$0].node : nil }
                    return InterchangeError.Fault(at: node.map { "/graph/node/\($0)" } ?? "/graph", fault.detail)
                }
            )
        } catch {
            throw InterchangeError(at: "/graph", "\(error)")
        }
    }
}
