import JSON
import NN

/// Models as Keras's files.
enum KerasExport {
    /// The version that files say: the oldest whose form they have.
    static let version = "3.0.0"

    /// A Keras 3 archive.
    static func archive(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile {
        var config = try KerasConfigWriter(model, style: .third, hasAssets: true)
        let optimizer = KerasOptimizerWriter(model)
        let text = try config.model(named: model.name, compiledBy: optimizer)
        var json = JSONWriter()
        json.object { json in
            json.field("keras_version", version)
            json.field("date_saved", "1980-01-01@00:00:00")
        }
        var zip = ZipWriter()
        zip.add("metadata.json", json.bytes)
        zip.add("config.json", Array(text.utf8))
        zip.add("model.weights.h5", try weights(model, of: config, optimizer))
        for vocabulary in config.front.vocabularies(config.tree) {
            zip.add(vocabulary.path, Array(vocabulary.text.utf8))
        }
        return ExportedFile(bytes: zip.finished(), notes: config.notes)
    }

    /// A definition alone.
    static func json(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile {
        var config = try KerasConfigWriter(model, style: .third, needsState: false)
        let text = try config.model(named: model.name)
        return ExportedFile(bytes: Array(text.utf8), notes: config.notes)
    }

    /// Weights alone, as Keras 3 keeps them.
    static func weights(_ model: ExportedModel) throws(InterchangeError) -> [UInt8] {
        var config = try KerasConfigWriter(model, style: .third)
        // What can't be said has no place for its weights either.
        _ = try config.model(named: model.name)
        return try weights(model, of: config)
    }

    private static func weights(
        _ model: ExportedModel,
        of config: KerasConfigWriter,
        _ optimizer: KerasOptimizerWriter? = nil
    ) throws(InterchangeError) -> [UInt8] {
        let tree = config.tree
        let tensors = layers(of: model, config)
        let ofTokens = config.front.weightsOfTokens(tree)
        return try HDF5Writer.file { file in
            file.group("vars")
            for child in tree.children {
                let base = "layers/\(child.key)"
                file.group("\(base)/vars") { $0.attribute("name", config.names[child.name]) }
                let places = KerasClasses.places(of: child.value).map { $0[0] }
                for (place, own) in zip(places, split(tensors[child.own] ?? [], of: child.value, into: places.count))
                where !own.isEmpty {
                    file.group("\(base)/\(place.isEmpty ? "" : place + "/")vars") { group in
                        for (number, item) in own.enumerated() { group.write("\(number)", item.tensor) }
                        if isAdapted(child.value) { group.write("\(own.count)", 0) }
                    }
                }
            }
            optimizer?.writeVariables(to: file, of: trainedWeights(of: model, tree))
            for item in ofTokens { file.group(item.path) { $0.write("idf_weights", item.tensor) } }
        }
    }

    /// A whole model in an HDF5 file as Keras 2 writes it.
    static func legacy(_ model: ExportedModel) throws(InterchangeError) -> ExportedFile {
        var config = try KerasConfigWriter(model, style: .second)
        let text = try config.model(named: model.name)
        let names = config.names
        let tree = config.tree
        let tensors = layers(of: model, config)
        let bytes = try HDF5Writer.file { file in
            file.group("") { root in
                root.attribute("model_config", text)
                root.attribute("keras_version", "2.15.0")
                root.attribute("backend", "tensorflow")
            }
            file.group("model_weights") { group in
                group.attribute("layer_names", tree.children.map { names[$0.name] })
                group.attribute("keras_version", "2.15.0")
                group.attribute("backend", "tensorflow")
            }
            for child in tree.children {
                let name = names[child.name]
                let own = KerasClasses.inFileOrder(tensors[child.own] ?? [], of: child.value)
                let isAdapted = isAdapted(child.value) && !own.isEmpty
                let listed = own.map { "\(name)/\($0.name):0" } + (isAdapted ? ["\(name)/count:0"] : [])
                file.group("model_weights/\(name)") { $0.attribute("weight_names", listed) }
                for item in own {
                    let parts = "\(name)/\(item.name):0".split(separator: "/").map(String.init)
                    let path = (["model_weights", name] + parts.dropLast()).joined(separator: "/")
                    file.group(path) { $0.write(parts[parts.count - 1], item.tensor) }
                }
                if isAdapted { file.group("model_weights/\(name)/\(name)") { $0.write("count:0", 0) } }
            }
        }
        return ExportedFile(bytes: bytes, notes: config.notes)
    }

    /// The weights that are trained, in the order of the file.
    private static func trainedWeights(of model: ExportedModel, _ tree: KerasTree) -> [WeightsFile.Entry] {
        var entries: [String: [WeightsFile.Entry]] = [:]
        let trained = Set(model.network.parameters.filter(\.trainable).map(\.name))
        for (parameter, tensor) in zip(model.network.parameters, model.weights) {
            let layer = String(parameter.name.prefix { $0 != "/" })
            entries[layer, default: []].append(WeightsFile.Entry(parameter.name, tensor))
        }
        return tree.children.flatMap { KerasClasses.inFileOrder(entries[$0.own] ?? [], of: $0.value) }
            .filter { trained.contains($0.name) }
    }

    private typealias Item = (name: String, tensor: Tensor)

    /// The weights of each layer, under their names within it.
    private static func layers(of model: ExportedModel, _ config: KerasConfigWriter) -> [String: [Item]] {
        var layers: [String: [Item]] = config.front.weights
        for (parameter, tensor) in zip(model.network.parameters, model.weights) {
            let layer = parameter.name.prefix { $0 != "/" }
            layers[String(layer), default: []].append((String(parameter.name.dropFirst(layer.count + 1)), tensor))
        }
        return layers
    }

    /// The weights of a layer for each of the places where it keeps them, told by all of their names but the last part.
    private static func split(_ items: [Item], of layer: JSONValue, into count: Int) -> [[Item]] {
        guard count > 1 else { return [items] }
        if KerasClasses.isDivided(layer), items.count > 1 {
            // The kernel stands there once more, before the vector.
            return [Array(items.dropFirst()), [items[1], items[0]]]
        }
        var groups: [(head: Substring, items: [Item])] = []
        for item in items {
            let head = item.name.lastIndex(of: "/").map { item.name[..<$0] } ?? ""
            if let place = groups.firstIndex(where: { $0.head == head }) {
                groups[place].items.append(item)
            } else {
                groups.append((head, [item]))
            }
        }
        return groups.map(\.items)
    }

    /// Whether a layer keeps, beside what it has learned, from how many rows.
    private static func isAdapted(_ layer: JSONValue) -> Bool { KerasClasses.name(of: layer) == "Normalization" }
}
