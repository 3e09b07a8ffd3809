/// What attention computes on its way, for who looks inside.
struct AttentionTrace {
    /// How well each key answers each query, before masks and softmax, `[N, …, Tq, Tv]`.
    let scores: Value
    /// The shares of the keys, of the same shape.
    let shares: Value
    /// Which keys each query sees.
    let seen: SeenKeys
}

/// Scores and weights of an attention layer for a row.
public final class AttentionView: Sendable {
    private let plan: WatchingPlan

    /// Compiles the view.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: The rows with which it answers one.
    ///   - place: The layer's place; it is one of `layers(of:)`.
    /// - Throws: What keeps it from being compiled.
    public init(_ network: Network, rows: Int, layer place: Int) throws {
        plan = try WatchingPlan(network, rows: rows) { graph, results throws(ShapeError) in
            guard let trace = results[place].attention else { preconditionFailure("a layer without attention") }
            return [trace.scores, try trace.seen.whereSomeSeen(trace.shares, in: &graph)]
        }
    }

    /// The places of a network's attention layers.
    public static func layers(of network: Network) -> [Int] {
        network.nodes.indices.filter { network.nodes[$0].layer is any AttendingLayer }
    }

    /// Scores and weights, `[Tq, Tv]`, or `[heads, Tq, Tv]`.
    public func run(_ row: [Float], _ model: InferenceModel) -> (scores: Tensor, weights: Tensor) {
        let found = plan.run(row, model).map { tensor in
            // Where axes beside the attended ones are part of the batch, the row has the first of its rows.
            tensor.slice(0, axis: 0)
        }
        return (found[0], found[1])
    }
}
