public import JSON

/// What a weight is forced to be after each update, by Keras's names.
public struct Constraint: Sendable {
    /// What computes the weight.
    let kind: any ConstraintKind

    init(_ kind: any ConstraintKind) { self.kind = kind }

    /// Appends the weight that takes the place of an updated one to a graph, of the same shape.
    public func append(to graph: inout Graph, _ weight: Value) throws(ShapeError) -> Value {
        try kind.constrained(weight, in: &graph)
    }
}

extension Constraint: Equatable {
    /// Whether both are of the same kind with equal bounds.
    public static func == (left: Constraint, right: Constraint) -> Bool { left.kind.isEqual(to: right.kind) }
}

extension Constraint: JSONWritable {
    /// The constraint that a value names; nil, and faults, where there is none.
    init?(_ value: JSONValue, _ faults: inout Faults) {
        guard let found = Registry.constraints.read(value, &faults, shared: { _ in }) else { return nil }
        self.init(found.product)
    }

    /// Writes the class name and its arguments.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", type(of: kind).names[0])
            kind.write(to: &json)
        }
    }
}

/// One kind of constraint.
protocol ConstraintKind: Configurable {
    /// Appends the weight that takes the place of an updated one.
    func constrained(_ weight: Value, in graph: inout Graph) throws(ShapeError) -> Value
}

extension Registry where Product == any ConstraintKind {
    /// Every constraint that a layer may name.
    static let constraints = Registry(
        of: "constraint",
        [
            .init(names: MaxNormConstraint.names) { MaxNormConstraint(reading: &$0) },
            .init(names: MinMaxNormConstraint.names) { MinMaxNormConstraint(reading: &$0) },
            .init(names: NonNegativeConstraint.names) { NonNegativeConstraint(reading: &$0) },
            .init(names: UnitNormConstraint.names) { UnitNormConstraint(reading: &$0) },
        ]
    )
}
