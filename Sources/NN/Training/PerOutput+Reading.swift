import JSON

extension PerOutput where Item == Loss {
    /// Reads a loss for every output, or an array or an object with one for each.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        let isOne = value.kind != .object || value["type"] != nil || value["class_name"] != nil
        if value.kind != .array, isOne {
            guard let loss = Loss(value, &faults) else { return nil }
            self = .all(loss)
            return
        }
        guard value.count > 0 else {
            faults.add(value.mismatch("a loss, or one for each output"))
            return nil
        }
        self = .reading(several: value, &faults) { value, faults in Loss(value, &faults) }
        guard !items.isEmpty else {
            faults.add(value.pointer, "expected a loss for one output at least, found none")
            return nil
        }
    }
}

extension PerOutput where Item == Double {
    /// Reads a weight for every output, or an array or an object with one for each.
    init(_ value: JSONValue, _ faults: inout Faults) {
        func weight(_ value: JSONValue, _ faults: inout Faults) -> Double? {
            faults.collect { () throws(Fault) in try value.double(in: .from(0, through: 1e9)) }
        }
        self =
            value.kind == .array || value.kind == .object
            ? .reading(several: value, &faults, weight) : .all(weight(value, &faults) ?? 1)
    }
}

extension PerOutput where Item == [MetricChoice] {
    /// Reads a list of metrics, or an array or an object with a list, or one metric, for each output.
    ///
    /// An array of metrics alone is a list; where a model has several outputs, it holds one for each, as in Keras.
    init(metrics value: JSONValue, _ faults: inout Faults) {
        guard value.kind == .array || value.kind == .object else {
            faults.add(value.mismatch("an array of metrics, or an object with metrics by output"))
            self = .all([])
            return
        }
        let isList = value.kind == .array ? value.elements.allSatisfy(Self.isOne) : Self.isOne(value)
        self =
            isList
            ? .all(Self.choices(value, &faults)) : .reading(several: value, &faults) { Self.choices($0, &$1) }
    }

    /// Whether a value names one metric, alone or with arguments.
    private static func isOne(_ value: JSONValue) -> Bool {
        value.kind == .string || value.kind == .object && (value["type"] != nil || value["class_name"] != nil)
    }

    private static func choices(_ value: JSONValue, _ faults: inout Faults) -> [MetricChoice] {
        var seen = Set<String>()
        let elements = value.kind == .array ? Array(value.elements) : [value]
        return elements.compactMap { element in
            guard let choice = MetricChoice(element, &faults) else { return nil }
            if !seen.insert(choice.name).inserted {
                let remedy = element.kind == .object ? "; give it a \"name\"" : ""
                faults.add(element.pointer, "\"\(choice.name)\" is listed twice\(remedy)")
            }
            return choice
        }
    }
}
