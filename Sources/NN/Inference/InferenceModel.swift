/// A network with the weights of one version: what answers are computed from, shared by any number of workers.
public final class InferenceModel: Sendable {
    /// The compiled network.
    public let plans: InferencePlans
    /// The bytes of the weights, and of what was computed from them.
    public var bytes: Int { weights.bytes }

    /// The weights as the plans take them.
    let weights: PreparedWeights

    /// A network that answers with these weights.
    ///
    /// - Parameters:
    ///   - plans: The compiled network.
    ///   - weights: The weights, in the network's order and shapes.
    public init(_ plans: InferencePlans, weights: [Tensor]) {
        self.plans = plans
        self.weights = plans.preparation.prepare(weights)
    }

    /// A network that answers with the weights of another that has the same parameters, which both then share.
    public init(_ plans: InferencePlans, sharing other: InferenceModel) {
        self.plans = plans
        weights = plans.preparation.prepare(sharing: other.weights)
    }

    /// A worker with memory of its own, for one thread at a time.
    public func makeWorker() -> InferenceWorker { InferenceWorker(self) }
}
