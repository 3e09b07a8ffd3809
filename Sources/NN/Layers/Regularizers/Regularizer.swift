public import JSON

/// What training adds to the loss for the size of a weight, by Keras's names.
public struct Regularizer: Sendable {
    /// What computes the penalty.
    let kind: any RegularizerKind

    init(_ kind: any RegularizerKind) { self.kind = kind }

    /// Appends the penalty of a value to a graph, a scalar.
    public func append(to graph: inout Graph, _ value: Value) throws(ShapeError) -> Value {
        try kind.penalty(of: value, in: &graph)
    }
}

extension Regularizer: Equatable {
    /// Whether both are of the same kind with equal factors.
    public static func == (left: Regularizer, right: Regularizer) -> Bool { left.kind.isEqual(to: right.kind) }
}

extension Regularizer: JSONWritable {
    /// The regularizer that a value names; nil, and faults, where there is none.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        guard let found = Registry.regularizers.read(value, &faults, shared: { _ in }) else { return nil }
        self.init(found.product)
    }

    /// Writes the class name and its factors.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type(of: kind).names[0])
            kind.write(to: &json)
        }
    }
}

/// One kind of regularizer.
protocol RegularizerKind: Configurable {
    /// Appends the penalty of a value, a scalar.
    func penalty(of value: Value, in graph: inout Graph) throws(ShapeError) -> Value
}

extension Registry where Product == any RegularizerKind {
    /// Every regularizer that a layer may name.
    static let regularizers = Registry(
        of: "regularizer",
        [
            .init(names: L1Regularizer.names) { L1Regularizer(reading: &$0) },
            .init(names: L2Regularizer.names) { L2Regularizer(reading: &$0) },
            .init(names: L1L2Regularizer.names) { L1L2Regularizer(reading: &$0) },
        ]
    )
}
