import Synchronization

/// The plans with which a network answers batches of any size, shared by all its versions and all threads.
///
/// A batch runs in the smallest bucket that holds it, the rest of the bucket filled with zeros. The bits of an answer do
/// not depend on what shared its batch: libraries choose kernels by the number of rows, and kernels that add in another
/// order give other bits, so a bucket is used only after it was seen to give the same bits as the largest one, for rows
/// at any place. Where it doesn't, its batches run in the next larger bucket that does.
public final class InferencePlans: Sendable {
    /// The network that answers.
    public let network: Network
    /// What is computed from each version's weights before its first answer.
    let preparation: WeightPreparation
    /// The most rows that run at once; larger batches are cut.
    public let greatestBucket: Int

    private let agreement: BucketAgreement
    private let sources: [InferenceGraph.Source]
    private let compiled: Mutex<[Int: Bucket]>

    /// What is known about a bucket.
    private enum Bucket {
        /// It gives the reference's bits.
        case usable(InferencePlan)
        /// It gives others.
        case deviating
    }

    /// The numbers in all layers' results, and those in its rows, that one run may hold: 4 MiB, of which the arena, reusing
    /// memory, takes a part that stays in the second-level cache.
    private static let greatestActivations = 1 << 20

    /// Compiles the largest bucket; the others follow when they are first needed.
    ///
    /// - Throws: `ShapeError` or `KernelError` where the network can't be compiled.
    public init(_ network: Network, greatestBucket limit: Int = 32) throws {
        precondition(limit > 0 && limit & (limit - 1) == 0, "buckets are powers of two")
        self.network = network
        var bucket = limit
        let numbers = max(network.activations, network.inputShape.volume)
        while bucket > 1, bucket * numbers > Self.greatestActivations { bucket /= 2 }
        var found: (plan: InferencePlan, agreement: BucketAgreement)?
        var graph = try InferenceGraph(network, rows: bucket)
        var preparation = try WeightPreparation(graph, network)
        while found == nil {
            let plan = try InferencePlan(graph, BatchLayout(network, rows: bucket))
            if let agreement = BucketAgreement(with: plan, of: network, preparation) {
                found = (plan, agreement)
            } else {
                bucket /= 2
                graph = try InferenceGraph(network, rows: bucket)
                preparation = try WeightPreparation(graph, network)
            }
        }
        guard let (plan, agreement) = found else { preconditionFailure("a bucket of one row agrees with itself") }
        greatestBucket = bucket
        self.agreement = agreement
        self.preparation = preparation
        sources = plan.sources
        compiled = Mutex([bucket: .usable(plan)])
    }

    /// The plan of the smallest usable bucket for a number of rows from 1 to `greatestBucket`.
    func plan(for rows: Int) throws -> InferencePlan {
        var bucket = 1
        while bucket < rows { bucket *= 2 }
        while true {
            if case .usable(let plan) = try known(bucket) { return plan }
            bucket *= 2
        }
    }

    /// The bytes that a worker takes for its inputs and, once it has used every bucket compiled so far, its arenas.
    public var workerBytes: Int {
        let arenas = compiled.withLock { compiled in
            compiled.values.reduce(0) { sum, bucket in
                if case .usable(let plan) = bucket { sum + plan.runBytes } else { sum }
            }
        }
        return arenas + greatestBucket * network.inputShape.volume * MemoryLayout<Float>.stride
    }

    /// What a run for so many rows does, one line a step.
    package func steps(rows: Int) throws -> [String] { try plan(for: rows).plan.steplist }

    /// The buckets that give the same bits as the largest one; compiles all.
    package func usableBuckets() throws -> [Int] {
        try (0...greatestBucket.trailingZeroBitCount).map { 1 << $0 }.filter { bucket in
            if case .usable = try known(bucket) { true } else { false }
        }
    }

    private func known(_ bucket: Int) throws -> Bucket {
        try compiled.withLock { compiled in
            if let bucket = compiled[bucket] { return bucket }
            let plan = try InferencePlan(
                InferenceGraph(network, rows: bucket),
                BatchLayout(network, rows: bucket)
            )
            let agrees = plan.sources == sources && agreement.holds(for: plan)
            let found = agrees ? Bucket.usable(plan) : .deviating
            compiled[bucket] = found
            return found
        }
    }
}
