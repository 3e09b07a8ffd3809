import JSON
public import NN

/// What a model is as an ONNX file.
public struct ONNXExport: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// What whoever takes the file should know, a sentence each.
    public let notes: [String]
}

/// Writes ONNX files.
public enum ONNXWriter {
    /// The sets of operators that can be written.
    public static let opsets = 13...21
    /// The set that is written unless another is asked for.
    public static let standardOpset = 17

    /// Writes a model.
    ///
    /// - Parameters:
    ///   - network: The model.
    ///   - weights: Its weights, in the network's order.
    ///   - opset: The set of operators.
    ///   - name: The name of the graph.
    /// - Returns: The file; the same for the same model.
    /// - Throws: `InterchangeError` with every layer that ONNX can't say.
    public static func write(
        _ network: Network,
        weights: [Tensor],
        opset: Int = standardOpset,
        name: String
    ) throws(InterchangeError) -> ONNXExport {
        guard opsets.contains(opset) else {
            throw InterchangeError(
                "opset \(opset) isn't written; expected \(opsets.lowerBound) to \(opsets.upperBound), and most programs read "
                    + "\(standardOpset)"
            )
        }
        var graph = GraphWriter(opset: opset)
        try Exporter(network, weights).run(&graph)
        return ONNXExport(bytes: graph.encoded(named: name), notes: graph.notes)
    }
}

/// Goes through the layers of a network.
struct Exporter {
    private let network: Network
    private let weights: [String: Tensor]
    /// The layers, each with its arguments; one that is applied again has those of the layer itself.
    private var layers: [ExportedLayer] = []
    /// The layers' results are told by these where extents are open.
    private let shapes: [[Int?]]

    /// Reads the definition of a network.
    init(_ network: Network, _ weights: [Tensor]) throws(InterchangeError) {
        self.network = network
        self.weights = Dictionary(uniqueKeysWithValues: zip(network.parameters.map(\.name), weights))
        shapes = network.layers.indices.map { place in
            network.sized?.shape { $0.layers[place].outputShape }.extents ?? network.layers[place].outputShape.extents
        }
        var json = JSONWriter()
        json.write(network.definition)
        let list: [JSONValue]
        do { list = try Array(JSONDocument(parsing: json.bytes).root["layers"]?.elements.map(\.self) ?? []) } catch {
            throw InterchangeError("the definition can't be read: \(error)")
        }
        var arguments: [String: JSONValue] = [:]
        for (place, layer) in network.definition.layers.enumerated() {
            guard list.indices.contains(place) else { break }
            let own = layer.reuse.flatMap { arguments[$0] } ?? list[place]
            arguments[layer.name] = own
            let previous =
                place == 0 ? network.inputs.first?.name ?? "input" : network.definition.layers[place - 1].name
            layers.append(
                ExportedLayer(
                    place: place,
                    name: layer.name,
                    type: layer.type,
                    arguments: own,
                    inputs: layer.inputs ?? [previous],
                    prefix: (layer.reuse ?? layer.name) + "/",
                    shape: shapes[place]
                )
            )
        }
    }

    /// Writes all layers, then the inputs and outputs.
    func run(_ graph: inout GraphWriter) throws(InterchangeError) {
        graph.weights = weights
        for input in network.inputs {
            graph.addInput(input.name, input.openShape.extents)
        }
        var faults: [InterchangeError.Fault] = []
        for layer in layers where layer.type != "InputLayer" {
            guard layer.inputs.allSatisfy({ graph.values[$0] != nil }) else { continue }
            do throws(Refusal) {
                try graph.write(layer)
            } catch {
                faults.append(
                    .init(at: "/layers/\(layer.place)", "the layer \"\(layer.name)\" (\(layer.type)): \(error.reason)")
                )
            }
        }
        guard faults.isEmpty else { throw InterchangeError(faults) }
        for output in network.outputs {
            do throws(Refusal) { try graph.addOutput(output.name) } catch {
                throw InterchangeError(at: "/outputs", "\"\(output.name)\": \(error.reason)")
            }
        }
    }
}
