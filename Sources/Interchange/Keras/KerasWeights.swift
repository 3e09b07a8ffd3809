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
        let flat = match(try KerasTree(of: network.definition, splitsNames: false), layout, parameters)
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
                let all = (child.inner?.leaves ?? [child]).flatMap { own(of: $0, parameters) }
                // Of a model the trained ones come first.
                let ordered = child.inner == nil ? all : all.filter(\.trainable) + all.filter { !$0.trainable }
                let base = path.isEmpty ? "" : "\(path)/"
                // A file that was written here may have another name for it.
                let other = base + names[child.name]
                let group = contents.groups.contains(other) ? other : base + child.name
                guard !ordered.isEmpty || contents.groups.contains(group) else { continue }
                let listed = contents.texts("weight_names", at: group) ?? []
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
            } else {
                Self.pair(own(of: child, parameters), variables(of: child, at: place), at: place, &match)
            }
        }
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
