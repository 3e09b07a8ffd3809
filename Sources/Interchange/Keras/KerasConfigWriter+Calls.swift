import JSON
import NN

extension KerasConfigWriter {
    /// Writes `["layer", call, result]`.
    func history(_ name: String, to json: inout JSONWriter) {
        let (layer, call, result) = place(of: name)
        json.array { json in
            json.write(layer)
            json.write(call)
            json.write(result)
        }
    }

    private func place(of name: String) -> (layer: String, call: Int, result: Int) {
        if let call = calls[name] { return (call.layer, call.number, 0) }
        // A further result stands behind a colon.
        let parts = name.split(separator: ":", maxSplits: 1)
        let call = calls[String(parts[0])]
        return (call?.layer ?? String(parts[0]), call?.number ?? 0, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    mutating func node(of layer: JSONValue, _ inputs: [String], to json: inout JSONWriter) {
        let className = KerasClasses.name(of: layer)
        let flags = Self.flags.filter { (try? layer[$0]?.bool()) == true }
        let isAttending = Self.attending.contains(className)
        let isMerging = Self.merging.contains(className)
        guard style == .third else {
            // What is called with a list of tensors has its flags behind each of them.
            if !isMerging, inputs.count > 1 || !flags.isEmpty {
                fault(
                    layer,
                    "takes tensors by name, which Keras 2 and Keras 3 write in ways that the other doesn't read; take "
                        + "format=keras"
                )
            }
            return json.array { json in
                for input in inputs {
                    let (name, call, result) = place(of: input)
                    json.array { json in
                        json.write(name)
                        json.write(call)
                        json.write(result)
                        json.object { json in for flag in flags { json.field(flag, true) } }
                    }
                }
            }
        }
        json.object { json in
            json.key("args")
            json.array { json in
                if isMerging {
                    json.array { json in for input in inputs { tensor(input, to: &json) } }
                } else {
                    let count = isAttending ? 3 : className == "Divide" ? 2 : 1
                    for input in inputs.prefix(count) { tensor(input, to: &json) }
                    if className == "Power" { json.write(layer["exponent"] ?? layer) }
                }
            }
            json.key("kwargs")
            json.object { json in
                for flag in flags { json.field(flag, true) }
                if isAttending, inputs.count > 3 {
                    json.key("attention_mask")
                    tensor(inputs[3], to: &json)
                } else if className == "CategoryEncoding", inputs.count > 1 {
                    json.key("count_weights")
                    tensor(inputs[1], to: &json)
                } else if !isAttending, !isMerging, className != "Divide", inputs.count > 1 {
                    json.key("initial_state")
                    json.array { json in for input in inputs.dropFirst() { tensor(input, to: &json) } }
                }
            }
        }
    }

    private func tensor(_ name: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("class_name", "__keras_tensor__")
            json.key("config")
            json.object { json in
                json.key("shape")
                shape(of: name).write(to: &json)
                json.field("dtype", "float32")
                json.key("keras_history")
                history(name, to: &json)
            }
        }
    }

    /// The shape of a result as of a batch; Keras finds it out anew.
    private func shape(of name: String) -> [Int?] {
        let layer = String(name.split(separator: ":", maxSplits: 1)[0])
        if let input = network.inputs.first(where: { $0.name == layer }) { return [nil] + input.shape.extents }
        return [nil] + (network.layers.first { $0.name == layer }?.outputShape.extents ?? [])
    }
}
