import JSON
import NN

/// The weights in a file of Keras's, found for the parameters of a network.
///
/// Keras 3 keeps them by class and order, `layers/dense_1/vars/0`; Keras 2 in a group for each layer of the model, with a
/// list of names whose order counts.
struct KerasWeights {
    private let contents: FileContents

    /// How a file keeps its weights.
    private enum Layout {
        case byClass
        /// The path of the group that has a group for each layer.
        case byName(String)
    }

    /// The weights of a file.
    init(_ contents: FileContents) {
        var contents = contents
        // Keras 2.12 called the layers otherwise, and on Windows wrote its own separators.
        func normal(_ path: String) -> String {
            path.split(separator: "\\").joined(separator: "/").split(separator: "/")
                .map { $0 == "_layer_checkpoint_dependencies" ? "layers" : $0 }.joined(separator: "/")
        }
        if contents.groups.contains(where: { $0.contains("\\") || $0.contains("_layer_checkpoint_dependencies") }) {
            contents.datasets = Dictionary(contents.datasets.map { (normal($0), $1) }) { first, _ in first }
            contents.groups = Set(contents.groups.map(normal))
        }
        self.contents = contents
    }

    /// The tensors for a network whose model the file itself tells.
    ///
    /// - Parameters:
    ///   - tree: The layers as Keras wrote them.
    ///   - network: The network that was made of them.
    /// - Returns: A tensor for each parameter.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    func entries(of tree: KerasTree, for network: Network) throws(InterchangeError) -> [WeightsFile.Entry] {
        let layout = try layout()
        let match = match(tree, layout, Self.parameters(of: network))
        guard match.faults.isEmpty else { throw InterchangeError(match.faults) }
        return match.entries
    }

    /// The tensors for a network that is there already.
    ///
    /// - Parameter network: The network.
    /// - Returns: A tensor for each parameter.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    func entries(for network: Network) throws(InterchangeError) -> [WeightsFile.Entry] {
        let layout = try layout()
        let parameters = Self.parameters(of: network)
        let listed = try KerasTree(of: network.definition, splitsNames: false)
        // By the names of the layers, where the file has them; else by the order that Keras gives them.
        let others = [named(listed, parameters), try KerasTree(inKerasOrder: network.definition)].compactMap(\.self)
        for tree in others {
            let found = match(tree, layout, parameters)
            if found.faults.isEmpty { return found.entries }
        }
        let flat = match(listed, layout, parameters)
        if flat.faults.isEmpty { return flat.entries }
        var tree = try KerasTree(of: network.definition, splitsNames: true)
        if tree.isNested {
            if case .byClass = layout { findModels(in: &tree, at: "", parameters) }
            let nested = match(tree, layout, parameters)
            if nested.faults.isEmpty { return nested.entries }
            if nested.faults.count < flat.faults.count { throw InterchangeError(nested.faults) }
        }
        throw InterchangeError(flat.faults)
    }

    /// The layers with their places in a file that has their names; nil where it lacks one that has a place.
    private func named(_ tree: KerasTree, _ parameters: [String: [Parameter]]) -> KerasTree? {
        var places: [String: String] = [:]
        for (path, attributes) in contents.attributes where path.hasPrefix("layers/") && path.hasSuffix("/vars") {
            guard case .texts(let texts)? = attributes["name"], texts.count == 1 else { continue }
            let key = path.dropFirst("layers/".count).dropLast("/vars".count)
            guard !key.contains("/") else { continue }
            // A name that occurs twice tells nothing.
            if places.updateValue(String(key), forKey: texts[0]) != nil { return nil }
        }
        let names = KerasNames(tree.children.map(\.name))
        var named = tree
        for place in named.children.indices {
            let child = named.children[place]
            guard parameters[child.own] != nil else { continue }
            let word = KerasClasses.word(for: KerasClasses.name(of: child.value))
            guard let key = places[child.name] ?? places[names[child.name]], key == word || key.hasPrefix(word + "_")
            else { return nil }
            named.children[place].key = key
        }
        return named
    }

    private func layout() throws(InterchangeError) -> Layout {
        if contents.groups.contains("layers") { return .byClass }
        for path in ["model_weights", ""] where contents.texts("layer_names", at: path) != nil { return .byName(path) }
        throw InterchangeError(
            "HDF5: expected weights of Keras's, with a group \"layers\" or an attribute \"layer_names\"; found "
                + (contents.groups.filter { !$0.isEmpty && !$0.contains("/") }.sorted().prefix(5).map { "\"\($0)\"" }
                    .joined(separator: ", ").nonEmpty ?? "nothing of the kind")
        )
    }

    private static func parameters(of network: Network) -> [String: [Parameter]] {
        var parameters: [String: [Parameter]] = [:]
        for parameter in network.parameters {
            let layer = parameter.name.prefix { $0 != "/" }
            parameters[String(layer), default: []].append(parameter)
        }
        return parameters
    }

    // MARK: Matching

    private struct Match {
        var entries: [WeightsFile.Entry] = []
        var faults: [InterchangeError.Fault] = []
    }

    private typealias Found = (path: String, dataset: FileContents.Dataset)

    private func match(_ tree: KerasTree, _ layout: Layout, _ parameters: [String: [Parameter]]) -> Match {
        var match = Match()
        switch layout {
        case .byClass: self.match(tree, at: "", parameters, &match)
        case .byName(let path):
            let names = KerasNames(tree.children.map(\.name))
            for child in tree.children {
                let leaves = child.inner?.leaves ?? [child]
                let fronts = Set(leaves.filter { isFront($0, parameters) }.map(\.name))
                if child.inner == nil, !fronts.isEmpty { continue }
                let all = leaves.flatMap { own(of: $0, parameters) }
                // Of a model the trained ones come first.
                let ordered = child.inner == nil ? all : all.filter(\.trainable) + all.filter { !$0.trainable }
                let base = path.isEmpty ? "" : "\(path)/"
                // A file that was written here may have another name for it.
                let other = base + names[child.name]
                let group = contents.groups.contains(other) ? other : base + child.name
                guard !ordered.isEmpty || contents.groups.contains(group) else { continue }
                let listed = (contents.texts("weight_names", at: group) ?? []).filter { name in
                    // What a layer before the network keeps is no weight of it.
                    fronts.isEmpty || !fronts.contains(Self.layer(ofWeight: name))
                }
                let found = listed.map { name in
                    (path: "\(group)/\(name)", dataset: contents.datasets["\(group)/\(name)"])
                }
                if let lost = found.first(where: { $0.dataset == nil }) {
                    match.faults.append(Self.fault(lost.path, "the list of weights names it, and it isn't there"))
                    continue
                }
                let present = found.compactMap { item in item.dataset.map { (path: item.path, dataset: $0) } }
                Self.pair(ordered, Self.wanted(present, of: child), at: group, &match)
            }
        }
        return match
    }

    /// The parameters of a layer in the order of files.
    private func own(of child: KerasTree.Child, _ parameters: [String: [Parameter]]) -> [Parameter] {
        KerasClasses.inFileOrder(parameters[child.own] ?? [], of: child.value)
    }

    private func match(_ tree: KerasTree, at path: String, _ parameters: [String: [Parameter]], _ match: inout Match) {
        for child in tree.children {
            let place = "\(path)layers/\(child.key)"
            if let inner = child.inner {
                self.match(inner, at: place + "/", parameters, &match)
            } else if !isFront(child, parameters) {
                Self.pair(own(of: child, parameters), variables(of: child, at: place), at: place, &match)
            }
        }
    }

    // MARK: Layers before the network

    /// Whether a layer stands before the network: it is of such a class, and the network has no weights of it.
    private func isFront(_ child: KerasTree.Child, _ parameters: [String: [Parameter]]) -> Bool {
        KerasFront.classes.contains(KerasClasses.name(of: child.value)) && parameters[child.own] == nil
    }

    /// The layer to which Keras 2 says that a weight belongs: `dense` of `dense/kernel:0`.
    private static func layer(ofWeight name: String) -> String {
        name.split(separator: "/").dropLast().last.map(String.init) ?? ""
    }

    /// What a layer before the network keeps, in the file's order.
    ///
    /// - Parameters:
    ///   - child: The layer.
    ///   - path: Where it stands in a file that keeps weights by class.
    /// - Returns: The numbers; none where the file has none.
    func variables(ofFront child: KerasTree.Child, at path: String?) -> [FileContents.Dataset] {
        switch try? layout() {
        case .byClass: return path.map { variables(in: $0).map(\.dataset) } ?? []
        case .byName(let base):
            for group in contents.texts("layer_names", at: base) ?? [] {
                let place = base.isEmpty ? group : "\(base)/\(group)"
                let own = (contents.texts("weight_names", at: place) ?? []).filter {
                    Self.layer(ofWeight: $0) == child.name
                }
                if !own.isEmpty { return own.compactMap { contents.datasets["\(place)/\($0)"] } }
            }
            return []
        case nil: return []
        }
    }

    /// The weights of the tokens of a layer's vocabulary.
    ///
    /// - Parameter path: Where the layer stands.
    /// - Returns: A weight for each place; nil where there are none.
    func weightsOfTokens(at path: String) -> Tensor? {
        ["\(path)/vars/idf_weights", "\(path)/_lookup_layer/vars/idf_weights"].lazy
            .compactMap { contents.datasets[$0]?.tensor }.first
    }

    /// The variables of a layer, in the order in which this program lists them.
    private func variables(of child: KerasTree.Child, at place: String) -> [Found] {
        let found = KerasClasses.places(of: child.value).flatMap { names -> [Found] in
            let paths = names.map { $0.isEmpty ? place : "\(place)/\($0)" }
            let own = variables(in: paths.first { contents.datasets["\($0)/vars/0"] != nil } ?? paths[0])
            // Its first variable is the kernel of the layer inside once more.
            return names[0].isEmpty && KerasClasses.isDivided(child.value) ? Array(own.dropFirst()) : own
        }
        return Self.wanted(found, of: child)
    }

    private func variables(in path: String) -> [Found] {
        var found: [Found] = []
        while let dataset = contents.datasets["\(path)/vars/\(found.count)"] {
            found.append(("\(path)/vars/\(found.count)", dataset))
        }
        return found
    }

    /// The variables without those that only a training needs: what an adapted layer has counted.
    private static func wanted(_ found: [Found], of child: KerasTree.Child) -> [Found] {
        KerasClasses.name(of: child.value) == "Normalization" ? Array(found.prefix(2)) : found
    }

    private static func pair(_ parameters: [Parameter], _ found: [Found], at place: String, _ match: inout Match) {
        for (parameter, item) in zip(parameters, found) {
            let tensor = item.dataset.tensor
            guard tensor.shape.extents.filter({ $0 != 1 }) == parameter.shape.extents.filter({ $0 != 1 }) else {
                match.faults.append(
                    fault(
                        item.path,
                        "tensor \"\(parameter.name)\" is \(tensor.shape), the model needs \(parameter.shape)"
                    )
                )
                continue
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                match.faults.append(fault(item.path, "tensor \"\(parameter.name)\" has values that are not finite"))
                continue
            }
            match.entries.append(WeightsFile.Entry(parameter.name, Tensor(parameter.shape, tensor.values)))
        }
        for parameter in parameters.dropFirst(found.count) {
            match.faults.append(fault(place, "tensor \"\(parameter.name)\" \(parameter.shape) is missing"))
        }
        for item in found.dropFirst(parameters.count) {
            match.faults.append(fault(item.path, "tensor \(item.dataset.tensor.shape) is not part of the model"))
        }
    }

    private static func fault(_ path: String, _ message: String) -> InterchangeError.Fault {
        InterchangeError.Fault(at: "/" + path, message)
    }

    // MARK: Models within a model

    /// Finds the groups of models within a model, whose classes only the file tells: the first that fits.
    private func findModels(in tree: inout KerasTree, at path: String, _ parameters: [String: [Parameter]]) {
        let present = Set(
            contents.groups.filter { $0.hasPrefix("\(path)layers/") }
                .map { String($0.dropFirst("\(path)layers/".count).prefix { $0 != "/" }) }
        )
        var free = ["functional", "sequential"].flatMap { word in
            ([word] + (1..<1000).map { "\(word)_\($0)" }).filter(present.contains)
        }
        for place in tree.children.indices {
            guard let inner = tree.children[place].inner else { continue }
            let fitting = free.firstIndex { key in
                var tried = inner
                findModels(in: &tried, at: "\(path)layers/\(key)/", parameters)
                var match = Match()
                self.match(tried, at: "\(path)layers/\(key)/", parameters, &match)
                return match.faults.isEmpty
            }
            guard let fitting else { continue }
            tree.children[place].key = free.remove(at: fitting)
            var found = inner
            findModels(in: &found, at: "\(path)layers/\(tree.children[place].key)/", parameters)
            tree.children[place].inner = found
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
