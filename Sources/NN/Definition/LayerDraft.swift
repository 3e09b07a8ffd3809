import JSON

/// A layer whose arguments have been read and whose name may still have to be found.
struct LayerDraft {
    /// The layer; that of another draft where this one applies it again.
    private var layer: (any Layer)?
    private var shared: SharedArguments
    private var inputs: [String]?
    private var reuse: String?
    private let pointer: String
    private(set) var name: String?
    /// Whether it is the last layer of a model that has its name.
    private var endsModel = false
    /// Whether another layer is applied again in reverse.
    private var reusesInReverse = false

    /// Where the layer's own arguments are.
    private let argumentPointer: String

    /// Reads a layer in its short or long form, or `{"reuse": "name"}`; nil, and a fault, where its type isn't known.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        guard value.kind == .object else {
            faults.add(value.mismatch("a layer, as in {\"type\": \"Dense\", \"units\": 10}"))
            return nil
        }
        pointer = value.pointer
        argumentPointer = value["config"]?.pointer ?? value.pointer
        if value["reuse"] != nil {
            let read = faults.read(value) { reader in
                (reader.string("reuse"), SharedArguments(reuse: &reader), reader.bool("reverse", default: false))
            }
            (reuse, shared, reusesInReverse) = (read.0, read.1, read.2)
        } else {
            let isInput = (value["class_name"] ?? value["type"]).map { (try? $0.string()) == "InputLayer" } ?? false
            let isLongForm = value["config"] != nil
            let found = Registry.layers.read(value, &faults) { reader in
                // Keras 2 wrote the shape of a sample into the first layer of a Sequential, whatever its class.
                if isLongForm { reader.accept("batch_input_shape", "batch_shape") }
                return SharedArguments(reading: &reader, isInput: isInput)
            }
            guard let found else { return nil }
            (layer, shared, reuse) = (found.product, found.shared, nil)
        }
        (name, inputs) = (shared.name, shared.inputs)
    }

    /// Whether it is an input of the model.
    var isInput: Bool { layer is InputLayer }

    /// The layer as one call of it: of the layer itself, or again under another name with its weights.
    func call(_ name: String, of original: String, inputs: [String]?) -> LayerDraft {
        var copy = self
        (copy.name, copy.inputs) = (name, inputs)
        guard name != original else { return copy }
        copy.reusesInReverse = (layer as? ReversibleEmbeddingLayer)?.isReversed ?? false
        (copy.layer, copy.reuse) = (nil, original)
        return copy
    }

    /// The same layer, sharing the table of a layer that is listed under another name.
    func sharing(named: (String) -> String) -> LayerDraft {
        guard let layer = layer as? any TableSharing, let shares = layer.shares else { return self }
        var copy = self
        copy.layer = layer.sharing(layerNamed: named(shares))
        return copy
    }

    /// The same layer with weights that training leaves alone.
    var frozen: LayerDraft {
        var copy = self
        copy.shared.trainable = false
        return copy
    }

    /// The same layer, as the last of a model that is known by its name.
    func endingModel(named name: String) -> LayerDraft {
        var copy = self
        (copy.name, copy.endsModel) = (name, true)
        return copy
    }

    /// The same layer, applied to every step of a sequence; nil, and a fault, where it can't be.
    ///
    /// - Parameters:
    ///   - count: How many results it takes.
    ///   - faults: What can't be applied so.
    /// - Returns: The layer.
    func alongSteps(of count: Int, _ faults: inout Faults) -> LayerDraft? {
        guard let layer else { return self }
        var copy = self
        if count > 1 || layer is any MergingLayer {
            // Of sequences these give the same, step for step.
            guard layer is any MergingLayer || (layer as? ConcatenateLayer).map({ $0.axis < 0 }) == true else {
                faults.add(
                    pointer,
                    "in a TimeDistributed a layer takes one result, but for Add and its like and a Concatenate along a negative axis"
                )
                return nil
            }
            return copy
        }
        let inner = InnerLayer(
            layer,
            trainable: shared.trainable,
            activityRegularizer: shared.activityRegularizer
        )
        copy.layer = TimeDistributedLayer(inner)
        copy.shared.activityRegularizer = nil
        return copy
    }

    /// The finished definition, once the name and the layer are known.
    var definition: LayerDefinition? {
        guard let name, let layer else { return nil }
        return LayerDefinition(
            name: name,
            inputs: inputs,
            trainable: shared.trainable,
            reuse: reuse,
            layer: layer,
            activityRegularizer: shared.activityRegularizer
        )
    }

    /// Names the layers that have none after their class, as Keras does: `conv2d`, `conv2d_1`; a taken name is left out.
    static func nameAll(_ drafts: inout [LayerDraft?]) {
        var taken = Set(drafts.compactMap { $0?.name })
        for index in drafts.indices {
            guard let draft = drafts[index], draft.name == nil else { continue }
            let base =
                draft.layer.map { AutomaticName.of(className: Swift.type(of: $0).className) } ?? draft.reuse ?? ""
            let name = AutomaticName.free(base, taken: taken)
            taken.insert(name)
            drafts[index]?.name = name
        }
    }

    /// Finds names that occur twice and inputs that name no layer before theirs.
    static func checkNames(_ drafts: [LayerDraft?], _ faults: inout Faults) {
        let all = drafts.compactMap { $0 }
        // Where a layer couldn't be read, an input may mean its name.
        let allAreKnown = all.count == drafts.count
        var places: [String: String] = [:]
        for draft in all {
            for (index, input) in (draft.inputs ?? []).enumerated() where allAreKnown {
                let reference = ResultReference(input)
                if places[reference.layer] == nil {
                    let detail = unknownLayer(reference.layer, among: all, before: draft)
                    faults.add("\(draft.pointer)/inputs/\(index)", detail)
                }
            }
            guard let name = draft.name else { continue }
            if let other = places[name] {
                faults.add("\(draft.pointer)/name", "the name \"\(name)\" is taken by \(other); names are unique")
            } else {
                places[name] = draft.pointer
            }
        }
    }

    /// Gives every draft that applies an earlier layer again that layer, and finds names of none.
    static func resolveReuse(_ drafts: inout [LayerDraft?], _ faults: inout Faults) {
        let all = drafts.compactMap { $0 }
        let allAreKnown = all.count == drafts.count
        for index in drafts.indices {
            guard let draft = drafts[index], let reuse = draft.reuse else { continue }
            let original = drafts[..<index].lazy.compactMap { $0 }.first { $0.name == reuse }
            if let original, original.endsModel {
                faults.add(
                    "\(draft.pointer)/reuse",
                    "\"\(reuse)\" is a model applied to every step; define the model without TimeDistributed to use it again"
                )
            } else if let original, let layer = original.layer, original.reuse == nil {
                let reversible = layer as? ReversibleEmbeddingLayer
                if reversible == nil, draft.reusesInReverse {
                    faults.add(
                        "\(draft.pointer)/reverse",
                        "expected false, or the reuse of a ReversibleEmbedding; \"\(reuse)\" is \(Swift.type(of: layer).type)"
                    )
                }
                drafts[index]?.layer = reversible?.with(isReversed: draft.reusesInReverse) ?? layer
                drafts[index]?.shared = SharedArguments(of: draft.shared, sharing: original.shared)
            } else if original?.reuse != nil {
                faults.add(
                    "\(draft.pointer)/reuse",
                    "\"\(reuse)\" reuses a layer itself; name the layer that has the weights"
                )
            } else if allAreKnown {
                faults.add("\(draft.pointer)/reuse", unknownLayer(reuse, among: all, before: draft))
            }
        }
    }

    /// Gives every draft that shares the table of an earlier layer that table, and finds names of layers that have none.
    ///
    /// - Parameters:
    ///   - drafts: The layers, named.
    ///   - faults: Names of no layer, and tables that don't fit.
    static func resolveShares(_ drafts: inout [LayerDraft?], _ faults: inout Faults) {
        let all = drafts.compactMap { $0 }
        for index in drafts.indices {
            guard let draft = drafts[index], let layer = draft.layer as? any TableSharing, let name = layer.shares
            else {
                continue
            }
            let pointer = "\(draft.argumentPointer)/shares"
            guard let original = drafts[..<index].lazy.compactMap({ $0 }).first(where: { $0.name == name }) else {
                if all.count == drafts.count { faults.add(pointer, unknownLayer(name, among: all, before: draft)) }
                continue
            }
            guard original.reuse == nil else {
                faults.add(pointer, "\"\(name)\" reuses a layer itself; name the layer that has the weights")
                continue
            }
            guard let owner = original.layer as? any TableLayer else {
                let found = original.layer.map { Swift.type(of: $0).type } ?? "another"
                faults.add(pointer, "expected an Embedding or a TokenAndPositionEmbedding, \"\(name)\" is \(found)")
                continue
            }
            drafts[index]?.layer = layer.sharing(owner.table)
            if drafts[index]?.layer == nil {
                drafts[index]?.layer = layer
                faults.add(
                    "\(draft.argumentPointer)/units",
                    "expected \(owner.table.rows), the rows of \"\(name)\" that it shares, or no units"
                )
            }
        }
    }

    private static func unknownLayer(_ name: String, among drafts: [LayerDraft], before draft: LayerDraft) -> String {
        if let later = drafts.first(where: { $0.name == name }) {
            return "\"\(name)\" is \(later.pointer); a layer takes layers that are listed before it"
        }
        let earlier = drafts.prefix { $0.pointer != draft.pointer }.compactMap(\.name)
        return Suggestion.unknown("layer", name, known: earlier)
    }
}

/// One of a layer's results, as `inputs` and `outputs` name it: `lstm` for the first, `lstm:1` for the next.
package struct ResultReference: Sendable, Equatable {
    /// The layer's name.
    package let layer: String
    /// Which of its results, from 0.
    package let result: Int

    /// Reads a reference; where what follows the colon is no number, all of it is taken for a name.
    package init(_ text: String) {
        if let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]), number >= 0 {
            (layer, result) = (String(text[..<colon]), number)
        } else {
            (layer, result) = (text, 0)
        }
    }
}
