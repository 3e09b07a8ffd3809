import Features
import JSON
import ModelStore
import NN

/// What clients see of a model.
struct ModelSummary: Sendable {
    /// The model as defined, with what its newest version has learned.
    let model: DefinedModel
    /// Its newest version; 0 where it was never trained.
    let version: Int
    /// The model's name.
    var name: String { model.name }
    private var network: Network { model.network }
    /// When it was made; nil for one that was only checked.
    let createdAt: Timestamp?
    /// What was left out of the file that it came from.
    private let notes: [String]

    init(_ model: DefinedModel, _ stored: StoredModel, notes: [String] = []) {
        (self.model, self.notes) = (model, notes)
        version = stored.newestVersion
        createdAt = stored.createdAt
    }

    /// The summary of a model that isn't stored.
    init(checked model: DefinedModel, notes: [String] = []) {
        (self.model, self.notes) = (model, notes)
        version = 0
        createdAt = nil
    }
}

extension ModelSummary: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            writeOverview(to: &json)
            if createdAt == nil {
                json.field("operations_per_sample", ifKnown: number(\.operations))
                json.field("peak_bytes", ifKnown: number(\.peakBytes))
            }
            json.key("layers")
            json.array { json in
                writeFrontLayers(to: &json)
                for (place, layer) in network.layers.enumerated() where !isFrontLayer(layer.name) {
                    json.object { json in
                        json.field("name", layer.name)
                        json.field("type", layer.type)
                        json.field("output_shape", extents { $0.layers[place].outputShape })
                        json.field("parameters", ifKnown: number { $0.layers[place].parameterCount })
                        json.field("trainable", layer.trainable)
                    }
                }
            }
            json.key("tensors")
            json.array { json in
                for (place, tensor) in network.parameters.enumerated() {
                    json.object { json in
                        json.field("name", tensor.name)
                        json.field("shape", extents { $0.parameters[place].shape })
                        json.field("dimension", tensor.shape.rank)
                        json.field("volume", ifKnown: number { $0.parameters[place].shape.volume })
                    }
                }
            }
            json.field("compile", ifPresent: model.compile)
            json.field("definition", StoredJSON(text: model.definition))
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }

    private func isFrontLayer(_ name: String) -> Bool {
        guard let front = model.front else { return false }
        return front.inputs.contains { $0.name == name } || front.nodes.contains { $0.name == name }
    }

    /// Writes the inputs and the layers before the trained ones, with what they have learned.
    private func writeFrontLayers(to json: inout JSONWriter) {
        guard let front = model.front, let types = try? front.nodeTypes() else { return }
        func write(_ name: String, _ type: String, _ output: FrontType, to json: inout JSONWriter) {
            json.field("name", name)
            json.field("type", type)
            json.field("output_shape", OpenShape(output.shape))
            json.field("parameters", 0)
            json.field("trainable", false)
        }
        for input in front.inputs {
            json.object { json in write(input.name, "InputLayer", input.type, to: &json) }
        }
        for (node, output) in zip(front.nodes, types) {
            json.object { json in
                write(node.name, type(of: node.layer).name, output, to: &json)
                (node.layer as? any LearningFrontLayer)?.writeSummary(to: &json)
            }
        }
    }

    /// The network with other extents for those that differ from row to row, or that nobody knows yet; itself where
    /// there are none.
    private var other: Network { model.alternative ?? network.sized?.other ?? network }

    /// A number that is told of the network; nil where it depends on open extents.
    private func number(_ tell: (Network) -> Int) -> Int? {
        let number = tell(network)
        return tell(other) == number ? number : nil
    }

    /// The extents that are told of the network, null where they are open.
    private func extents(_ tell: (Network) -> Shape) -> OpenShape {
        OpenShape(zip(tell(network).extents, tell(other).extents).map { $0 == $1 ? $0 : nil })
    }

    /// Writes the shape of the one there is, or an object of the shapes of several by name.
    private static func write(_ key: String, _ tensors: [ModelSignature.Tensor], to json: inout JSONWriter) {
        guard tensors.count > 1 else { return json.field(key, OpenShape(tensors[0].shape)) }
        json.key(key)
        json.object { json in
            for tensor in tensors { json.field(tensor.name, OpenShape(tensor.shape)) }
        }
    }

    fileprivate func writeOverview(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("version", version)
        let signature = ModelSignature(model)
        Self.write("input_shape", signature.inputs, to: &json)
        Self.write("output_shape", signature.outputs, to: &json)
        json.field("parameters", ifKnown: number(\.parameterCount))
        json.field("created_at", ifPresent: createdAt?.description)
    }
}

extension Network {
    /// The most bytes that weights and one sample's results take at once.
    fileprivate var peakBytes: Int { (parameterCount + activations) * MemoryLayout<Float>.stride }
}

extension JSONWriter {
    /// Writes a number, or null where it isn't known.
    fileprivate mutating func field(_ name: String, ifKnown number: Int?) {
        key(name)
        if let number { write(number) } else { null() }
    }
}

/// A model without its layers, as a list shows it.
struct ModelOverview: JSONWritable {
    let model: ModelSummary

    func write(to json: inout JSONWriter) { json.object { json in model.writeOverview(to: &json) } }
}
