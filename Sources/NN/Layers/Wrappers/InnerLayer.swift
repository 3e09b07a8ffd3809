import JSON

/// The layer inside a wrapper, read from the argument `layer`.
struct InnerLayer: Sendable, Equatable, JSONWritable {
    /// The layer.
    let layer: any Layer

    /// The layer of an argument; nil, and a fault, where there is none.
    init?(_ key: String, reading arguments: inout ObjectReader) {
        guard let value = arguments.value(key) else { return nil }
        guard let found = Registry.layers.read(value, &arguments.faults, shared: { SharedArguments(reading: &$0) })
        else { return nil }
        layer = found.product
    }

    /// A layer that a wrapper holds by itself.
    init(_ layer: any Layer) { self.layer = layer }

    /// Whether both are the same layer with the same arguments.
    static func == (left: InnerLayer, right: InnerLayer) -> Bool { left.layer.isEqual(to: right.layer) }

    /// Writes the short form.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type(of: layer).type)
            layer.write(to: &json)
        }
    }
}
