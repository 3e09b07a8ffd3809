import JSON
import ModelStore
import NN

/// What clients see of a model.
struct ModelSummary: Sendable {
    /// The model as defined.
    let network: Network
    /// Its newest version; 0 where it was never trained.
    let version: Int
    /// The model's name.
    var name: String { network.definition.name }
    /// When it was made; nil for one that was only checked.
    let createdAt: Timestamp?

    init(_ network: Network, _ model: StoredModel) {
        self.network = network
        version = model.newestVersion
        createdAt = model.createdAt
    }

    /// The summary of a model that isn't stored.
    init(checked network: Network) {
        self.network = network
        version = 0
        createdAt = nil
    }
}

extension ModelSummary: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            writeOverview(to: &json)
            if createdAt == nil {
                json.field("operations_per_sample", network.operations)
                json.field("peak_bytes", peakBytes)
            }
            json.key("layers")
            json.array { json in
                for layer in network.layers {
                    json.object { json in
                        json.field("name", layer.name)
                        json.field("type", layer.type)
                        json.field("output_shape", layer.outputShape.extents)
                        json.field("parameters", layer.parameterCount)
                        json.field("trainable", layer.trainable)
                    }
                }
            }
            json.key("tensors")
            json.array { json in
                for tensor in network.parameters {
                    json.object { json in
                        json.field("name", tensor.name)
                        json.field("shape", tensor.shape.extents)
                        json.field("dimension", tensor.shape.rank)
                        json.field("volume", tensor.shape.volume)
                    }
                }
            }
            json.field("definition", network.definition)
        }
    }

    /// The most bytes that weights and one sample's results take at once.
    private var peakBytes: Int { (network.parameterCount + network.activations) * MemoryLayout<Float>.stride }

    /// Writes the shape of the one there is, or an object of the shapes of several by name.
    private static func write(_ key: String, _ shapes: [(name: String, shape: Shape)], to json: inout JSONWriter) {
        guard shapes.count > 1 else { return json.field(key, shapes[0].shape.extents) }
        json.key(key)
        json.object { json in
            for (name, shape) in shapes { json.field(name, shape.extents) }
        }
    }

    fileprivate func writeOverview(to json: inout JSONWriter) {
        json.field("name", network.definition.name)
        json.field("version", version)
        Self.write("input_shape", network.inputs.map { ($0.name, $0.shape) }, to: &json)
        Self.write("output_shape", network.outputs.map { ($0.name, $0.shape) }, to: &json)
        json.field("parameters", network.parameterCount)
        json.field("created_at", ifPresent: createdAt?.description)
    }
}

/// A model without its layers, as a list shows it.
struct ModelOverview: JSONWritable {
    let model: ModelSummary

    func write(to json: inout JSONWriter) { json.object { json in model.writeOverview(to: &json) } }
}
