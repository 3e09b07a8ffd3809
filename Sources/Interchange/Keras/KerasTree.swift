import JSON
import NN

/// The layers of a model as a tree, with what each is called in this program and in files of weights.
struct KerasTree {
    /// One layer, or a model within the model.
    struct Child {
        /// Its name as Keras has it.
        let name: String
        /// What its weights' names begin with here, as in `base.dense`.
        let own: String
        /// Its name in the paths of a weights file, `dense_1`; empty for a model of which only the file tells it.
        var key: String
        /// The layer as it was written.
        let value: JSONValue
        /// Its layers, of a model.
        var inner: KerasTree?
    }

    /// The layers in the order in which the model lists them.
    var children: [Child]

    /// The layers of a model that Keras wrote.
    ///
    /// - Parameters:
    ///   - model: As Keras wrote it.
    ///   - names: New names of layers, by the place of their model.
    ///   - prefix: What stands before the names here.
    init(of model: JSONValue, names: [String: [String: String]], prefix: String = "") {
        let config = model["config"] ?? model
        let layers = (config["layers"] ?? config).elements.map { $0 }
        let renamed = names[model.pointer] ?? [:]
        let keys = KerasClasses.keys(layers.map(KerasClasses.name))
        children = zip(layers, keys).map { layer, key in
            let name = KerasClasses.layerName(layer)
            let own = prefix + (renamed[name] ?? name)
            if let model = KerasTree.distributed(layer) {
                // The model is an attribute of the wrapper there; here its layers stand for themselves.
                let inner = KerasTree(of: model, names: names, prefix: own + ".")
                return Child(name: name, own: own, key: key + "/layer", value: layer, inner: inner)
            }
            let isModel = KerasClasses.models.contains(KerasClasses.name(of: layer))
            return Child(
                name: name,
                own: own,
                key: key,
                value: layer,
                inner: isModel ? KerasTree(of: layer, names: names, prefix: own + ".") : nil
            )
        }
    }

    /// The model that a layer applies to every step; nil where it is no such layer.
    private static func distributed(_ layer: JSONValue) -> JSONValue? {
        guard KerasClasses.name(of: layer) == "TimeDistributed", let inner = layer["config"]?["layer"],
            KerasClasses.models.contains(KerasClasses.name(of: inner))
        else { return nil }
        return inner
    }

    /// The layers of a model in the short form, those that prepare data among them.
    init(ofShort layers: [JSONValue]) {
        let own = layers.filter { $0["reuse"] == nil }
        self.init(own.map { (KerasClasses.layerName($0)[...], $0) }, prefix: "", splitsNames: false)
    }

    /// The layers of a network in the order in which Keras would list them.
    init(inKerasOrder definition: ModelDefinition) throws(InterchangeError) {
        let layers = try Self.layers(of: definition)
        let outputs = definition.outputs ?? layers.last.map { [KerasClasses.layerName($0)] } ?? []
        self.init(ofShort: KerasOrder.sorted(layers, outputs: outputs))
    }

    private static func layers(of definition: ModelDefinition) throws(InterchangeError) -> [JSONValue] {
        do {
            let document = try JSONDocument(parsing: definition.written, maximumDepth: 256)
            return document.root["layers"]?.elements.map { $0 } ?? []
        } catch {
            throw InterchangeError("the model's definition can't be read: \(error)")
        }
    }

    /// The layers of a network; models that it was made of are told by the dots in names, where these are to count.
    init(of definition: ModelDefinition, splitsNames: Bool) throws(InterchangeError) {
        let layers = try Self.layers(of: definition).filter { $0["reuse"] == nil }
        self.init(layers.map { (KerasClasses.layerName($0)[...], $0) }, prefix: "", splitsNames: splitsNames)
    }

    private init(_ layers: [(name: Substring, value: JSONValue)], prefix: String, splitsNames: Bool) {
        var groups: [(name: Substring, layers: [(name: Substring, value: JSONValue)])] = []
        for (name, value) in layers {
            let head = splitsNames ? name.split(separator: ".", maxSplits: 1).first ?? name : name
            let rest = name.dropFirst(head.count + 1)
            if !rest.isEmpty, let place = groups.firstIndex(where: { $0.name == head && !$0.layers.isEmpty }) {
                groups[place].layers.append((rest, value))
            } else {
                groups.append((rest.isEmpty ? name : head, rest.isEmpty ? [] : [(rest, value)]))
                if rest.isEmpty { groups[groups.count - 1].layers = [("", value)] }
            }
        }
        let leaves = groups.filter { $0.layers[0].name.isEmpty }.map { $0.layers[0].value }
        var keys = KerasClasses.keys(leaves.map(KerasClasses.name))[...]
        children = groups.map { name, layers in
            if layers[0].name.isEmpty {
                return Child(
                    name: String(name),
                    own: prefix + name,
                    key: keys.removeFirst(),
                    value: layers[0].value,
                    inner: nil
                )
            }
            let inner = KerasTree(layers, prefix: "\(prefix)\(name).", splitsNames: true)
            return Child(name: String(name), own: prefix + name, key: "", value: layers[0].value, inner: inner)
        }
    }

    /// The paths of the layers in a weights file, by what their names begin with here.
    var paths: [String: String] {
        func collect(_ tree: KerasTree, below path: String, into paths: inout [String: String]) {
            for child in tree.children {
                let place = "\(path)layers/\(child.key)"
                paths[child.own] = place
                if let inner = child.inner { collect(inner, below: place + "/", into: &paths) }
            }
        }
        var paths: [String: String] = [:]
        collect(self, below: "", into: &paths)
        return paths
    }

    /// Whether there are models within the model.
    var isNested: Bool { children.contains { $0.inner != nil } }

    /// All layers, those of models within it among them, in order.
    var leaves: [Child] { children.flatMap { $0.inner?.leaves ?? [$0] } }
}
