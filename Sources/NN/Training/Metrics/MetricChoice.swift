public import JSON

/// A metric as a request names it: which, with what arguments, and under what name it is in the answers.
public struct MetricChoice: Sendable {
    /// The name in the answers: the one that was given or, for a metric with arguments and none, Keras's.
    public let name: String
    /// Which metric, with its arguments.
    let kind: any MetricKind
    /// The metric's name as it was spelled.
    private let spelling: String
    /// Whether it was named alone.
    private let isPlain: Bool

    /// Reads a metric by name, or as an object with arguments; nil, and a fault, where it isn't known.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        let found = Registry.metrics.read(value, &faults) { reader -> String? in
            reader.accept("dtype")
            return reader.optionalString("name")
        }
        guard let found else { return nil }
        let named = value.kind == .string ? value : value["class_name"] ?? value["type"] ?? value
        spelling = (try? named.string()) ?? ""
        isPlain = value.kind == .string
        kind = found.product
        name = isPlain ? spelling : found.shared ?? type(of: kind).names[0]
    }

    /// The metric for what a network gives, or what it needs instead of that.
    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        guard outcome.target.isAligned || outcome.target.shape.rank > 0 else {
            throw MetricRequirement(
                text: "needs targets that a result can be held against, and the loss compares rows with one another"
            )
        }
        guard outcome.target.isAligned || kind.comparesSequences else {
            let fitting = MetricRegistry.ofSequences.map { "\"\($0)\"" }.joined(separator: ", ")
            throw MetricRequirement(
                text: "needs a target for each step, and the loss compares whole sequences; there are \(fitting)"
            )
        }
        return try kind.metric(for: outcome)
    }
}

extension MetricChoice: Equatable {
    /// Whether both are the same metric under the same name.
    public static func == (left: MetricChoice, right: MetricChoice) -> Bool {
        left.name == right.name && left.kind.isEqual(to: right.kind) && left.isPlain == right.isPlain
    }
}

extension MetricChoice: JSONWritable {
    /// Writes the name alone, or an object with every argument.
    public func write(to json: inout JSONWriter) {
        guard !isPlain else { return json.write(spelling) }
        json.object { json in
            json.field("type", spelling)
            json.field("name", name)
            kind.write(to: &json)
        }
    }
}
