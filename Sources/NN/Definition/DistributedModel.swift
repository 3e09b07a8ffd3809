import JSON

/// A `TimeDistributed` around a model: it becomes the model's layers, each applied to every step.
struct DistributedModel {
    /// The model as it is written.
    let model: JSONValue
    /// Whether training changes its weights.
    let isTrainable: Bool
    /// The layers whose results it takes, where they are named.
    let inputs: [String]?

    /// Whether a layer, in the short form or in Keras's, is such a wrapper.
    static func isOne(_ value: JSONValue) -> Bool {
        guard (try? (value["class_name"] ?? value["type"])?.string()) == TimeDistributedLayer.type,
            let layer = (value["config"] ?? value)["layer"]
        else { return false }
        return KerasModel.isModel(layer) || isShort(layer)
    }

    /// Whether a model is written as layers alone, `{"layers": […]}`.
    static func isShort(_ value: JSONValue) -> Bool {
        value["layers"] != nil && value["class_name"] == nil && value["type"] == nil
    }

    /// Reads the wrapper; nil, and a fault, where its model is none.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        let read = faults.read(value["config"] ?? value) { reader in
            reader.accept("type", "class_name")
            let shared = SharedArguments(reading: &reader, isInput: false)
            if shared.activityRegularizer != nil {
                reader.fault(at: "activity_regularizer", "goes with the layers of the model")
            }
            return (reader.value("layer"), shared)
        }
        guard let model = read.0 else { return nil }
        (self.model, isTrainable, inputs) = (model, read.1.trainable, read.1.inputs)
    }

    /// The layers of a list, with those of such models in place of the wrappers.
    ///
    /// The last layer of a model has the wrapper's name, the others have it before their own: `frames.dense`.
    ///
    /// - Parameters:
    ///   - values: The layers in the short form, or as Keras writes one.
    ///   - faults: What is wrong with them.
    /// - Returns: The layers in order; nil where one couldn't be read.
    static func expanded(_ values: [JSONValue], _ faults: inout Faults) -> [LayerDraft?] {
        guard values.contains(where: isOne) else { return values.map { LayerDraft($0, &faults) } }
        var names = Set(values.map(KerasGraph.layerName))
        var drafts: [LayerDraft?] = []
        for value in values {
            guard isOne(value) else {
                drafts.append(LayerDraft(value, &faults))
                continue
            }
            var name = KerasGraph.layerName(value)
            if name.isEmpty {
                name = AutomaticName.free(AutomaticName.of(className: TimeDistributedLayer.type), taken: names)
                names.insert(name)
            }
            var calls = KerasCalls()
            let results = calls.append(distributed: value, call: name, of: name, in: .root, from: nil, &faults)
            var layers = calls.drafts(&faults)
            guard let last = layers.last, results == last?.name.map({ [$0] }) else {
                if !layers.contains(where: { $0 == nil }) {
                    faults.add(value.pointer, "expected a model whose last layer gives its one result")
                }
                drafts.append(nil)
                continue
            }
            layers[layers.count - 1] = last?.endingModel(named: name)
            drafts += layers
        }
        return drafts
    }
}
