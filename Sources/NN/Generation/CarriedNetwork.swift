/// A network whose `stateful` layers go on from one request to the next: what they remember is a further input and a
/// further result.
///
/// A layer with initial states of its own begins with these at each request, as without `stateful`.
public struct CarriedNetwork: Sendable {
    /// The network: `[inputs, states] → [results, states]`, each a row, with the weights of the whole.
    public let network: Network
    /// How many numbers are remembered of a row.
    public let stateWidth: Int

    /// The network with its memory; nil where no layer is stateful.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public init?(_ whole: Network) throws {
        let shapes = try whole.trace().shapes
        var (inputs, parts) = (whole.inputs, [(Network.Node, LayerSummary, [Shape])]())
        var states: [(NetworkOutput, Network.Source)] = []
        for (index, node) in whole.nodes.enumerated() {
            guard node.sources.count == 1, let layer = node.layer as? any DirectedLayer, let carrying = layer.carrying
            else {
                parts.append((node.taking(node.layer, from: node.sources), whole.layers[index], shapes[index]))
                continue
            }
            var (sources, results) = (node.sources, [shapes[index][0]])
            let taken =
                switch node.sources[0] {
                case .input(let number): whole.inputs[number].shape
                case .layer(let other, let result), .mask(let other, let result): shapes[other][result]
                }
            for state in try layer.stateShapes(over: taken) {
                sources.append(.input(inputs.count))
                inputs.append(NetworkInput(name: "state:\(states.count)", shape: state))
                let output = NetworkOutput(name: "state:\(states.count)", shape: state, activation: .linear)
                states.append((output, .layer(index, result: results.count)))
                results.append(state)
            }
            parts.append((node.taking(carrying, from: sources), whole.layers[index], results))
        }
        guard !states.isEmpty else { return nil }
        stateWidth = states.reduce(0) { $0 + $1.0.shape.volume }
        network = Network(
            partOf: whole,
            parts,
            inputs: inputs,
            outputs: Array(zip(whole.outputs, whole.outputSources)) + states
        )
    }
}
