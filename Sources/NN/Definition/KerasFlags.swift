import JSON

/// What a call in a Keras model says of its layer beside the tensors: truth values that here are the layer's arguments.
enum KerasFlags {
    /// The arguments that may be given with a call.
    static let names = ["use_causal_mask", "return_attention_scores", "reverse"]

    /// Those that may differ between calls of one layer.
    static let ofOneCall: Set<String> = ["reverse"]

    /// Those of the call whose layer is being read.
    @TaskLocal static var ofCall: [String: Bool] = [:]

    /// Those of a call as Keras writes it.
    static func of(_ node: JSONValue, _ faults: inout Faults) -> [String: Bool] {
        var flags: [String: Bool] = [:]
        for name in names {
            guard let value = node["kwargs"]?[name], !value.isNull else { continue }
            if faults.collect({ () throws(Fault) -> Bool in try value.bool() }) == true { flags[name] = true }
        }
        return flags
    }
}

extension ObjectReader {
    /// A truth value that Keras takes with the call of a layer, false where neither the layer nor its call has it.
    mutating func flagOfCall(_ name: String) -> Bool {
        bool(name, default: KerasFlags.ofCall[name] ?? false)
    }
}
