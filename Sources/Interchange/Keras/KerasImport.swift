import JSON
import NN

/// Models out of Keras's files.
enum KerasImport {
    /// Reads an archive.
    ///
    /// - Parameters:
    ///   - config: Its `config.json`.
    ///   - contents: What else it holds.
    ///   - limits: How large the network may be.
    /// - Returns: The model with its weights.
    /// - Throws: `InterchangeError` with all that stands in the way.
    static func archive(
        config: [UInt8],
        _ contents: FileContents,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel {
        let root = try document(config, at: "/config.json#").root
        var version: String?
        if let bytes = contents.entries["metadata.json"] {
            let metadata = try document(bytes, at: "/metadata.json#").root
            version = try? metadata["keras_version"]?.string()
        }
        let source = KerasSource(root, version: version, compile: root["compile_config"])
        return try source.model(KerasWeights(contents), at: "/model.weights.h5#", contents, limits: limits)
    }

    /// Reads an HDF5 file with a whole model.
    ///
    /// - Parameters:
    ///   - contents: What it holds.
    ///   - limits: How large the network may be.
    /// - Returns: The model with its weights.
    /// - Throws: `InterchangeError` with all that stands in the way.
    static func hdf5(_ contents: FileContents, limits: Limits) throws(InterchangeError) -> ImportedModel {
        guard let config = contents.text("model_config") else {
            throw InterchangeError(
                "HDF5: the file has no attribute \"model_config\": it holds weights alone; define the model, then send the "
                    + "file to PUT /models/NAME/weights"
            )
        }
        let root = try document(Array(config.utf8), at: "/model_config#").root
        let training = try contents.text("training_config").map { text throws(InterchangeError) in
            try document(Array(text.utf8), at: "/training_config#").root
        }
        let source = KerasSource(root, version: contents.text("keras_version"), compile: training)
        return try source.model(KerasWeights(contents), at: "", contents, limits: limits)
    }

    private static func document(_ bytes: [UInt8], at place: String) throws(InterchangeError) -> JSONDocument {
        do throws(JSONSyntaxError) {
            return try JSONDocument(parsing: bytes, maximumDepth: 256, place: place)
        } catch {
            throw InterchangeError(at: String(place.dropLast()), "expected JSON: \(error.description)")
        }
    }
}

/// A model as Keras wrote it, from any of its files.
private struct KerasSource {
    private let root: JSONValue
    private let version: String?
    private let compile: JSONValue?

    init(_ root: JSONValue, version: String?, compile: JSONValue?) {
        (self.root, self.version) = (root, version)
        self.compile = compile.flatMap { $0.kind == .object ? $0 : nil }
    }

    func model(
        _ weights: KerasWeights,
        at place: String,
        _ contents: FileContents,
        limits: Limits
    ) throws(InterchangeError) -> ImportedModel {
        let className = KerasClasses.name(of: root)
        let name = KerasClasses.layerName(root)
        let hasFront = KerasFront.isNeeded(by: root)
        var rewriting = KerasRewriting(replacesFronts: hasFront)
        guard className != "FeatureSpace" else {
            throw InterchangeError(
                at: root.pointer,
                "a FeatureSpace is no model; save keras.Model(space.get_inputs(), …) with layers behind "
                    + "space.get_encoded_features(), or define the model with \"features\""
            )
        }
        guard KerasClasses.models.contains(className) else {
            throw InterchangeError(
                at: root.pointer,
                "expected a Sequential or Functional model, found \(className.isEmpty ? "none" : className); a class of "
                    + "one's own is a program, which is never run"
            )
        }
        let ownName = KerasRewriting.isAllowed(name) ? name : "model"
        let rewritten = rewriting.model(root, named: ownName, version: version)
        var notes = rewriting.notes
        let definition: JSONDocument
        do throws(JSONSyntaxError) {
            definition = try JSONDocument(
                parsing: rewritten,
                maximumDepth: 256,
                place: String(root.document.pointerStart)
            )
        } catch {
            throw InterchangeError(at: root.pointer, "expected a model as Keras writes it: \(error.description)")
        }
        if hasFront {
            return try prepared(definition.root, rewriting, weights, at: place, contents, named: name)
        }
        let network: Network
        do throws(FaultyInput) {
            network = try Network(ModelDefinition(definition.root), limits: limits)
        } catch {
            throw InterchangeError(rewriting.faults + Self.faults(error, beside: rewriting.faults))
        }
        guard rewriting.faults.isEmpty else { throw InterchangeError(rewriting.faults) }
        let tree = KerasTree(of: root, names: rewriting.names)
        let outputs = KerasOutputs(root["config"]?["output_layers"], names: network.outputs.map(\.name))
        let compiled = compile.map { KerasCompile($0, outputs: outputs, &notes) }
        let held = try found(weights, of: tree, for: network, at: place, contents, compiled)
        return ImportedModel(
            name: name.isEmpty ? nil : name,
            definition: definition.root,
            compile: compiled?.json,
            weights: held.weights,
            state: held.state,
            notes: notes + held.notes + KerasDifferences.notes(on: network.definition)
        )
    }

    /// A model with layers before its network, whose weights are read once that is known.
    private func prepared(
        _ standIns: JSONValue,
        _ rewriting: KerasRewriting,
        _ weights: KerasWeights,
        at place: String,
        _ contents: FileContents,
        named name: String
    ) throws(InterchangeError) -> ImportedModel {
        let written: ModelDefinition
        do throws(FaultyInput) {
            written = try ModelDefinition(standIns)
        } catch {
            throw InterchangeError(rewriting.faults + Self.faults(error, beside: rewriting.faults))
        }
        guard rewriting.faults.isEmpty else { throw InterchangeError(rewriting.faults) }
        let tree = KerasTree(of: root, names: rewriting.names)
        let form = KerasShortForm(written, tree, hasState: true, at: root.pointer)
        let state = KerasFrontState(of: form, tree, weights, contents)
        guard state.faults.isEmpty else { throw InterchangeError(state.faults) }
        var notes = rewriting.notes + form.notes + state.notes + KerasDifferences.notes(on: written)
        let compiled = compile.map { KerasCompile($0, &notes) }
        return ImportedModel(
            name: name.isEmpty ? nil : name,
            definition: form.definition,
            compile: compiled?.json,
            weights: nil,
            front: ImportedFront(form, state: state.json) { network throws(InterchangeError) in
                try found(weights, of: tree, for: network, at: place, contents, compiled)
            },
            notes: notes
        )
    }

    /// What a file holds of a network.
    private func found(
        _ weights: KerasWeights,
        of tree: KerasTree,
        for network: Network,
        at place: String,
        _ contents: FileContents,
        _ compiled: KerasCompile?
    ) throws(InterchangeError) -> ImportedFront.NetworkContents {
        let entries: [WeightsFile.Entry]
        do throws(InterchangeError) {
            entries = try weights.entries(of: tree, for: network)
        } catch {
            throw InterchangeError(error.faults.map { InterchangeError.Fault(at: place + $0.pointer, $0.message) })
        }
        let halves = Set(
            contents.datasets.values.map(\.type).filter { ["float16", "bfloat16", "float64"].contains($0) }
        )
        var notes = halves.sorted().map { "weights in \($0) are kept as float32" }
        let state = state(in: contents, compiled, entries, network)
        if state == nil, contents.datasets.keys.contains(where: { $0.hasPrefix("optimizer") }) {
            notes.append(
                "the optimizer's state is left out; a training goes on from the weights with a state of its own"
            )
        }
        return ImportedFront.NetworkContents(weights: entries, state: state, notes: notes)
    }

    /// What the optimizer remembers; nil where that can't be told, or is nothing.
    private func state(
        in contents: FileContents,
        _ compiled: KerasCompile?,
        _ entries: [WeightsFile.Entry],
        _ network: Network
    ) -> ImportedOptimizer? {
        let config = compile?["optimizer"] ?? compile?["optimizer_config"]
        let isLegacy = (try? config?["config"]?["is_legacy_optimizer"]?.bool()) ?? nil
        // Before Keras 2.11 the variables stood in another order.
        let isOld = contents.datasets["optimizer/vars/0"] == nil && version?.first.map { $0 < "3" } ?? true
        guard isLegacy != true, isLegacy == false || !isOld, let optimizer = compiled?.optimizer else { return nil }
        let found = KerasOptimizerState(contents)
        return found.isEmpty ? nil : found.state(of: optimizer, for: entries, of: network)
    }

    /// The faults of a definition, without those of layers that have one already.
    private static func faults(
        _ input: FaultyInput,
        beside known: [InterchangeError.Fault]
    ) -> [InterchangeError.Fault] {
        input.faults.filter { fault in
            // What has no result has no shape to fit what comes behind it.
            (known.isEmpty || !fault.pointer.hasPrefix("/layers/"))
                && !known.contains { fault.pointer == $0.pointer || fault.pointer.hasPrefix($0.pointer + "/") }
        }.map { InterchangeError.Fault(at: $0.pointer, $0.detail) }
    }
}

extension JSONDocument {
    /// Where the root stands, as every pointer begins.
    fileprivate var pointerStart: String { root.pointer }
}
