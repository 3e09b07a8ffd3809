import JSON

/// The layer inside a wrapper, read from the argument `layer`.
struct InnerLayer: Sendable, Equatable, JSONWritable {
    /// The layer.
    let layer: any Layer
    /// Whether training changes its weights, where it changes those of the wrapper.
    let trainable: Bool
    /// What training adds to the loss for the size of its results.
    let activityRegularizer: Regularizer?

    /// The layer of an argument; nil, and a fault, where there is none.
    init?(_ key: String, reading arguments: inout ObjectReader) {
        guard let value = arguments.value(key) else { return nil }
        let isLongForm = value["config"] != nil
        let found = Registry.layers.read(value, &arguments.faults) { reader in
            // Keras 2 wrote the shape of a sample into layers of wrappers too.
            if isLongForm { reader.accept("batch_input_shape", "batch_shape") }
            return SharedArguments(reading: &reader, isInput: false)
        }
        guard let found else { return nil }
        if let sharing = found.product as? any TableSharing, sharing.shares != nil {
            arguments.fault(at: key, "a layer inside another shares nothing; Dense works on every step by itself")
        }
        layer = found.product
        (trainable, activityRegularizer) = (found.shared.trainable, found.shared.activityRegularizer)
    }

    /// A layer that a wrapper holds by itself.
    init(_ layer: any Layer, trainable: Bool, activityRegularizer: Regularizer?) {
        (self.layer, self.trainable, self.activityRegularizer) = (layer, trainable, activityRegularizer)
    }

    /// Whether both are the same layer with the same arguments.
    static func == (left: InnerLayer, right: InnerLayer) -> Bool {
        left.layer.isEqual(to: right.layer) && left.trainable == right.trainable
            && left.activityRegularizer == right.activityRegularizer
    }

    /// Writes the short form.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type(of: layer).type)
            if !trainable { json.field("trainable", false) }
            json.field("activity_regularizer", ifPresent: activityRegularizer)
            layer.write(to: &json)
        }
    }
}
