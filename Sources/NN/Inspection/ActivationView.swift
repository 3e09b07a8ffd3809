/// What layers give for a row.
public final class ActivationView: Sendable {
    /// The result of a layer.
    public struct Result: Sendable {
        /// The layer's name, as `lstm:1` for a further result.
        public let name: String
        /// Keras's class name.
        public let type: String
        /// The result, without the batch.
        public let tensor: Tensor
    }

    private let plan: WatchingPlan
    private let names: [(name: String, type: String)]

    /// Compiles the view.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - rows: The rows with which it answers one.
    ///   - places: The layers' places, in the model's order.
    /// - Throws: What keeps it from being compiled.
    public init(_ network: Network, rows: Int, layers places: [Int]) throws {
        var names: [(String, String)] = []
        plan = try WatchingPlan(network, rows: rows) { _, results in
            places.flatMap { place in
                let summary = network.layers[place]
                for number in results[place].values.indices {
                    names.append((number == 0 ? summary.name : "\(summary.name):\(number)", summary.type))
                }
                return results[place].values
            }
        }
        self.names = names
    }

    /// What the layers give for a row.
    public func run(_ row: [Float], _ model: InferenceModel) -> [Result] {
        zip(names, plan.run(row, model)).map { Result(name: $0.name, type: $0.type, tensor: $1.slice(0, axis: 0)) }
    }
}
