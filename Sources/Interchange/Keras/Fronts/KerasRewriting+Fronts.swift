import JSON

extension KerasRewriting {
    /// Whether a layer is written as another one in its place, which the network's reading takes.
    static func isReplaced(_ layer: JSONValue) -> Bool {
        let className = KerasClasses.name(of: layer)
        return className == "InputLayer" || KerasFront.classes.contains(className)
    }

    /// Writes an input of numbers in place of any input, and an `Identity` in place of a layer that prepares data, with
    /// the same name and calls.
    func writeStandIn(
        for layer: JSONValue,
        _ names: [String: String],
        _ references: [String: String],
        to json: inout JSONWriter
    ) {
        let config = KerasClasses.arguments(of: layer)
        let name = KerasClasses.layerName(layer)
        json.object { json in
            json.field("class_name", KerasClasses.name(of: layer) == "InputLayer" ? "InputLayer" : "Identity")
            json.key("config")
            json.object { json in
                if !name.isEmpty { json.field("name", names[name] ?? name) }
                for key in ["batch_shape", "batch_input_shape"] {
                    guard let shape = config[key], !shape.isNull else { continue }
                    json.key(key)
                    // One number or word a row is a vector of one.
                    json.array { json in
                        json.null()
                        if shape.count > 1 {
                            for extent in shape.elements.dropFirst() { json.write(extent) }
                        } else {
                            json.write(1)
                        }
                    }
                }
            }
            if !name.isEmpty { json.field("name", names[name] ?? name) }
            guard let nodes = layer["inbound_nodes"] else { return }
            json.key("inbound_nodes")
            json.array { json in for node in nodes.elements { writeCall(node, references, to: &json) } }
        }
    }

    /// Writes a call; what weighs categories stands among the tensors.
    private func writeCall(_ node: JSONValue, _ names: [String: String], to json: inout JSONWriter) {
        guard let weights = node["kwargs"]?["count_weights"], !weights.isNull else {
            return write(node, names, isName: false, to: &json)
        }
        json.object { json in
            json.key("args")
            json.array { json in
                for argument in node["args"]?.elements.map({ $0 }) ?? [] {
                    write(argument, names, isName: false, to: &json)
                }
                write(weights, names, isName: false, to: &json)
            }
            json.key("kwargs")
            json.object { _ in }
        }
    }
}
