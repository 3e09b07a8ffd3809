/// A network with the weights of one version: what answers are computed from, shared by any number of workers.
public final class InferenceModel: Sendable {
    /// The compiled network.
    public let plans: InferencePlans
    /// The bytes of the weights.
    public var bytes: Int { weights.buffer.count * MemoryLayout<Float>.stride }

    /// The flat buffer of weights.
    let weights: SharedWeights

    /// Unchecked because the memory is written before the first reader can see it, and only read from then on.
    struct SharedWeights: @unchecked Sendable {
        let buffer: FloatBuffer
    }

    /// A network that answers with these weights.
    ///
    /// - Parameters:
    ///   - plans: The compiled network.
    ///   - weights: The weights, in the network's order and shapes.
    public init(_ plans: InferencePlans, weights: [Tensor]) {
        let buffer = FloatBuffer(count: plans.layout.count)
        buffer.load(weights, layout: plans.layout)
        self.plans = plans
        self.weights = SharedWeights(buffer: buffer)
    }

    /// A worker with memory of its own, for one thread at a time.
    public func makeWorker() -> InferenceWorker { InferenceWorker(self) }
}
