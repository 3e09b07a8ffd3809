/// What a network's forward pass gave.
public struct Applied: Sendable {
    /// The result, `[N, …]`.
    public let output: Value
    /// The function that gave the result, as the network's `outputActivation`.
    public let activation: ActivationKind
    /// What that function was applied to, from which some losses can be computed more stably; nil for `linear`.
    public let logits: Value?
    /// New values of weights that training updates without a gradient, by their place in the network's parameters.
    public let updates: [(parameter: Int, value: Value)]
}

extension Network {
    /// Appends the forward pass to a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph to append to.
    ///   - input: The samples, `[N]` and the input's shape.
    ///   - values: The weights, in the order and with the shapes of `parameters`.
    ///   - mode: Whether the network is run or trained.
    /// - Returns: The result and what led to it.
    /// - Throws: `ShapeError` where the input or a weight has another shape than the network's.
    public func append(
        to graph: inout Graph,
        input: Value,
        parameters values: [Value],
        mode: Mode
    ) throws(ShapeError) -> Applied {
        precondition(values.count == parameters.count, "\(values.count) values for \(parameters.count) parameters")
        guard graph.shape(of: input).extents.dropFirst().elementsEqual(inputShape.extents) else {
            throw ShapeError(definition.name, "\(graph.shape(of: input)) isn't a batch of \(inputShape)")
        }
        var pass = ForwardPass(graph: graph, mode: mode)
        var results: [Value] = []
        for node in nodes {
            let inputs = node.sources.map { source in
                switch source {
                case .input: input
                case .layer(let place): results[place]
                }
            }
            results.append(try node.layer.append(to: &pass, inputs: inputs, parameters: Array(values[node.parameters])))
        }
        graph = pass.graph
        let output = results.last ?? input
        let activation = pass.activation(of: output)
        return Applied(
            output: output,
            activation: activation?.kind ?? .linear,
            logits: activation?.logits,
            updates: pass.updates
        )
    }
}
