/// The weights of one version as plans take them: as they were stored, and what was computed from them once.
///
/// Unchecked because the memory is written before the first reader can see it, and only read from then on.
final class PreparedWeights: @unchecked Sendable {
    fileprivate let stored: FloatBuffer
    private let stores: ParameterLayout
    private let prepared: FloatBuffer
    private let places: [Int]

    fileprivate init(stored: FloatBuffer, _ stores: ParameterLayout, prepared: FloatBuffer, places: [Int]) {
        self.stored = stored
        self.stores = stores
        self.prepared = prepared
        self.places = places
    }

    /// The bytes of all.
    var bytes: Int { (stored.count + prepared.count) * MemoryLayout<Float>.stride }

    /// Where an operand lies.
    func pointer(to source: InferenceGraph.Source) -> UnsafeMutablePointer<Float> {
        switch source {
        case .parameter(let place): stored.pointer + stores.entries[place].offset
        case .prepared(let place, _): prepared.pointer + places[place]
        }
    }
}

/// What is computed from the weights of a version before its first answer.
struct WeightPreparation: Sendable {
    private let plan: Plan
    private let parameters: [Value]
    private let results: [Value]
    private let stores: ParameterLayout
    private let layout: ParameterLayout

    /// Compiles the preparing part of a forward pass.
    init(_ graph: InferenceGraph, _ network: Network) throws {
        plan = try Plan(graph.preparation, outputs: [], external: graph.prepared)
        parameters = graph.parameters
        results = graph.prepared
        stores = network.layout
        layout = ParameterLayout(graph.prepared.map { ("", graph.preparation.shape(of: $0), false) })
    }

    /// Computes what plans take from the weights of a version, in the network's order and shapes.
    func prepare(_ weights: [Tensor]) -> PreparedWeights {
        let stored = FloatBuffer(count: stores.count)
        stored.load(weights, layout: stores)
        return prepare(stored)
    }

    /// Computes what plans take from weights as another network with the same parameters has them.
    func prepare(sharing weights: PreparedWeights) -> PreparedWeights {
        precondition(weights.stored.count == stores.count, "weights of another network")
        return prepare(weights.stored)
    }

    private func prepare(_ stored: FloatBuffer) -> PreparedWeights {
        let prepared = FloatBuffer(count: layout.count)
        var memory: [Value: UnsafeMutablePointer<Float>] = [:]
        for (value, entry) in zip(parameters, stores.entries) { memory[value] = stored.pointer + entry.offset }
        for (value, entry) in zip(results, layout.entries) { memory[value] = prepared.pointer + entry.offset }
        if !results.isEmpty { plan.makeRun(memory).run() }
        return PreparedWeights(stored: stored, stores, prepared: prepared, places: layout.entries.map(\.offset))
    }
}
