/// The sum of a value over all replicas that share a batch.
///
/// Each replica sees its own part of the batch; what needs the whole batch, such as batch normalization, adds up here.
/// A plan pauses at such a step until every replica has arrived. The operation is linear and its own adjoint. In a run
/// by itself there is one replica, and the sum is the value.
public struct ReplicaSum: SingleResultPrimitive {
    /// The name in messages.
    public var name: String { "replicaSum" }

    package init() {}

    /// The operand's shape.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { operands[0] }

    /// Forward mode: the sum of the tangents.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.replicaSum(tangent)
    }

    /// Reverse mode: the sum of the cotangents.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.replicaSum(cotangent)]
    }

    /// Where the plan pauses.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation { .exchange }
}

extension Graph {
    /// The sum of a value over all replicas that share a batch.
    public mutating func replicaSum(_ x: Value) throws(ShapeError) -> Value { try append(ReplicaSum(), x) }
}
