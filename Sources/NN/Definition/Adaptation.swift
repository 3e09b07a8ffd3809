/// What one layer learns from the training rows before the first step: the mean and variance of its input's columns.
///
/// Keras's `adapt`. The caller runs `samples` over the training rows, and stores the mean and the (biased) variance of
/// each column in the two parameters. Adaptations are made one after another, since a later layer sees what an earlier
/// one does to the rows.
public struct Adaptation: Sendable, Equatable {
    /// The layer's name.
    public let layer: String
    /// The place of its means in the network's parameters.
    public var mean: Int { firstParameter + rule.mean }
    /// The place of its variances in the network's parameters.
    public var variance: Int { firstParameter + rule.variance }

    let node: Int
    let rule: AdaptationRule
    let firstParameter: Int

    init(layer: String, node: Int, rule: AdaptationRule, firstParameter: Int) {
        self.layer = layer
        self.node = node
        self.rule = rule
        self.firstParameter = firstParameter
    }
}

extension Network {
    /// Appends what an adaptation learns from to a graph.
    ///
    /// - Parameters:
    ///   - adaptation: One of this network's.
    ///   - graph: The graph to append to.
    ///   - inputs: The samples of each input, `[N]` and the input's shape.
    ///   - values: The weights, in the order and with the shapes of `parameters`.
    /// - Returns: A matrix with as many columns as the means have numbers, in their order, and one or more rows a sample.
    /// - Throws: `ShapeError` where an input or a weight has another shape than the network's.
    public func appendSamples(
        of adaptation: Adaptation,
        to graph: inout Graph,
        inputs: [Value],
        parameters values: [Value]
    ) throws(ShapeError) -> Value {
        var pass = ForwardPass(graph: graph, mode: .inference, parameters: values)
        let results = try append(nodes[..<adaptation.node], to: &pass, inputs: inputs, parameters: values)
        let source = nodes[adaptation.node].sources[0]
        let value = self.value(of: source, inputs: inputs, results: results).value
        let shape = pass.graph.shape(of: value)
        let kept = adaptation.rule.keptAxes.map { $0 + 1 }
        let others = shape.extents.indices.filter { !kept.contains($0) }
        let ordered = try pass.graph.transpose(value, permutation: others + kept)
        let columns = kept.map { shape[$0] }.reduce(1, *)
        let matrix = try pass.graph.reshape(ordered, to: [shape.volume / max(columns, 1), columns])
        graph = pass.graph
        return matrix
    }
}
