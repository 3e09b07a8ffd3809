public import JSON

/// The optimizers that a request may name.
public enum OptimizerRegistry {
    /// Every optimizer; to add one is to add its line.
    static let types: [any Optimizer.Type] = [
        Adam.self,
        RMSprop.self,
        SGD.self,
    ]

    /// The names of all optimizers, as messages list them.
    public static var names: [String] { types.map { $0.name } }

    /// Reads an optimizer written as a name in any case (`"adam"`), as an object with a `type`, or in Keras's long form
    /// with `class_name` and `config`; nil, and a fault, where it is none of these.
    static func read(_ value: JSONValue, faults: inout Faults) -> (any Optimizer)? {
        switch value.kind {
        case .string:
            guard let type = type(named: value, faults: &faults) else { return nil }
            var defaults = ObjectReader(.emptyObject)
            return type.init(reading: &defaults)
        case .object:
            let isLong = value["class_name"] != nil
            let nameKey = isLong ? "class_name" : "type"
            guard let name = value[nameKey] else {
                faults.add(value.pointer, "missing key \"type\": expected one of \(names.joined(separator: ", "))")
                return nil
            }
            guard let type = type(named: name, faults: &faults) else { return nil }
            return faults.read(value) { reader in
                reader.accept(nameKey)
                guard isLong else { return type.init(reading: &reader) }
                reader.accept("module", "registered_name", "build_config")
                return reader.optionalObject("config") { type.init(reading: &$0) }
                    ?? readDefaults(of: type)
            }
        default:
            faults.add(value.mismatch("the name of an optimizer or an object with its \"type\""))
            return nil
        }
    }

    private static func readDefaults(of type: any Optimizer.Type) -> any Optimizer {
        var defaults = ObjectReader(.emptyObject)
        return type.init(reading: &defaults)
    }

    private static func type(named value: JSONValue, faults: inout Faults) -> (any Optimizer.Type)? {
        guard let name = faults.collect({ () throws(Fault) in try value.string() }) else { return nil }
        if let type = types.first(where: { $0.name.lowercased() == name.lowercased() }) { return type }
        faults.add(value.pointer, Suggestion.unknown("optimizer", name, known: names))
        return nil
    }
}
