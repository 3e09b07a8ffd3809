import Features
public import JSON
import NN

/// A model of Keras's with layers that prepare data, in this program's short form, in which these stand among the others.
public struct KerasShortForm: Sendable {
    /// The definition.
    public let definition: JSONValue
    /// Where each layer stands in what Keras wrote.
    private let places: [String]
    /// The layers of Keras's that prepare data, by the names that their calls have here.
    let fronts: [(name: String, layer: KerasTree.Child)]
    /// What a person wants to know.
    private(set) var notes: [String] = []

    /// Rewrites what `model.to_json()` gives; nil where it isn't that, or has only what a network has.
    ///
    /// - Parameter json: The model.
    /// - Throws: `FaultyInput` with every fault.
    public init?(_ json: JSONValue) throws(FaultyInput) {
        guard KerasClasses.models.contains(KerasClasses.name(of: json)), json["config"] != nil,
            KerasFront.isNeeded(by: json)
        else { return nil }
        let name = (try? json["name"]?.string()) ?? (try? json["config"]?["name"]?.string()) ?? ""
        var rewriting = KerasRewriting(replacesFronts: true)
        let bytes = rewriting.model(json, named: name, version: nil)
        let standIns: JSONDocument
        do throws(JSONSyntaxError) {
            standIns = try JSONDocument(parsing: bytes, maximumDepth: 256)
        } catch {
            throw FaultyInput(Fault(pointer: json.pointer, detail: "expected a model as Keras writes it: \(error)"))
        }
        let written = try ModelDefinition(standIns.root)
        var faults = Faults()
        for fault in rewriting.faults { faults.add(fault.pointer, fault.message) }
        try faults.check()
        self.init(written, KerasTree(of: json, names: rewriting.names), hasState: false, at: json.pointer)
    }

    /// Puts the layers that prepare data back where others stood in their place.
    ///
    /// - Parameters:
    ///   - written: The model with others in their place.
    ///   - tree: The layers as Keras wrote them.
    ///   - hasState: Whether what they have learned is kept beside the definition.
    ///   - root: Where the model stands.
    init(_ written: ModelDefinition, _ tree: KerasTree, hasState: Bool, at root: String) {
        let leaves = Dictionary(tree.leaves.map { ($0.own, $0) }) { first, _ in first }
        let model = Self.parsed(written.written)
        let layers = model["layers"]?.elements.map { $0 } ?? []
        let byName = Dictionary(layers.map { (KerasClasses.layerName($0), $0) }) { first, _ in first }
        var (places, fronts, notes): ([String], [(name: String, layer: KerasTree.Child)], [String]) = ([], [], [])
        var json = JSONWriter()
        json.object { json in
            json.field("name", written.name)
            json.field("seed", written.seed)
            if let first = layers.first, KerasClasses.name(of: first) != "InputLayer" {
                json.field("input_shape", written.inputShape)
            }
            json.key("layers")
            json.array { json in
                for layer in layers {
                    let name = KerasClasses.layerName(layer)
                    let original = try? layer["reuse"]?.string()
                    let leaf = leaves[original ?? name]
                    let className = leaf.map { KerasClasses.name(of: $0.value) } ?? ""
                    places.append(leaf?.value.pointer ?? root)
                    if let leaf, KerasFront.classes.contains(className) {
                        fronts.append((name, leaf))
                        if original != nil, KerasFront.lookups.contains(className) {
                            notes.append(
                                "\(className) \"\(leaf.own)\" is applied more than once; \"\(name)\" is a layer of its own here, "
                                    + "with the same vocabulary"
                            )
                        }
                    }
                    if let leaf, className == "InputLayer" {
                        Self.write(input: leaf.value, named: name, to: &json)
                    } else if let leaf, KerasFront.classes.contains(className) {
                        let standIn = original.flatMap { byName[$0] } ?? layer
                        let isWrapped = KerasClasses.name(of: standIn) == "TimeDistributed"
                        json.object { json in
                            json.field("type", isWrapped ? "TimeDistributed" : className)
                            json.field("name", name)
                            json.field("inputs", ifPresent: layer["inputs"])
                            guard isWrapped else {
                                return Self.write(argumentsOf: leaf.value, hasState: hasState, to: &json)
                            }
                            json.key("layer")
                            json.object { json in
                                json.field("type", className)
                                Self.write(argumentsOf: leaf.value, hasState: hasState, to: &json)
                            }
                        }
                    } else {
                        json.write(layer)
                    }
                }
            }
            json.field("outputs", ifPresent: model["outputs"])
        }
        definition = Self.parsed(json.bytes)
        (self.places, self.fronts, self.notes) = (places, fronts, notes)
    }

    /// The faults of the definition, where these layers stand in what Keras wrote.
    public func placed(_ input: FaultyInput) -> FaultyInput {
        var moved = Faults()
        for fault in input.faults { moved.add(place(of: fault.pointer), fault.detail) }
        do throws(FaultyInput) { try moved.check() } catch { return error }
        return input
    }

    private func place(of pointer: String) -> String {
        let parts = pointer.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1] == "layers", let number = Int(parts[2]), places.indices.contains(number) else {
            return pointer
        }
        return places[number] + (parts.count > 3 ? "/config" + parts[3...].map { "/\($0)" }.joined() : "")
    }

    private static func parsed(_ text: [UInt8]) -> JSONValue {
        guard let document = try? JSONDocument(parsing: text, maximumDepth: 256) else {
            preconditionFailure("what JSONWriter writes is JSON")
        }
        return document.root
    }

    // MARK: Layers

    private static func write(input layer: JSONValue, named name: String, to json: inout JSONWriter) {
        let config = KerasClasses.arguments(of: layer)
        let extents = (config["batch_shape"] ?? config["batch_input_shape"])?.elements.map { $0 } ?? []
        json.object { json in
            json.field("type", "InputLayer")
            json.field("name", name)
            json.key("shape")
            json.array { json in for extent in extents.dropFirst() { json.write(extent) } }
            json.field("dtype", KerasFront.kind(ofInput: layer).rawValue)
        }
    }

    /// Arguments that say nothing here.
    private static let idle: Set<String> = [
        "name", "dtype", "trainable", "vocabulary_size", "has_input_vocabulary", "bounding_box_format", "batch_shape",
        "batch_input_shape", "vocabulary_dtype",
    ]

    /// Writes the arguments of a layer in today's words; what was learned stands elsewhere where there is a place for it.
    private static func write(argumentsOf layer: JSONValue, hasState: Bool, to json: inout JSONWriter) {
        let config = KerasClasses.arguments(of: layer)
        let className = KerasClasses.name(of: layer)
        let isGiven = { (key: String) in config[key].map { !$0.isNull } ?? false }
        // Keras writes both once it has learned.
        let hasLearned = className == "Discretization" && isGiven("num_bins") && isGiven("bin_boundaries")
        for member in config.members where !idle.contains(member.key) {
            switch member.key {
            case "bin_boundaries" where hasLearned && hasState: continue
            case "num_bins" where hasLearned && !hasState: continue
            case "output_mode": json.field("output_mode", KerasFront.outputMode(of: layer))
            case "max_tokens" where className == "CategoryEncoding":
                if !isGiven("num_tokens") { json.field("num_tokens", member.value) }
            case "bins" where className == "Discretization":
                json.field(member.value.kind == .array ? "bin_boundaries" : "num_bins", member.value)
            default: json.field(member.key, member.value)
            }
        }
    }
}
