/// What an optimizer remembers of the weights of a network, so that a training goes on where another one stood.
public struct OptimizerState: Sendable {
    /// How many updates there were.
    public let updates: Int
    /// What it remembers, slot by slot, each like the weights, in the network's order.
    let slots: [[Tensor]]

    /// The state of an optimizer; nil where a tensor isn't like its weight.
    ///
    /// - Parameters:
    ///   - optimizer: Whose state it is.
    ///   - network: Whose weights it has moved.
    ///   - updates: How many updates there were.
    ///   - tensor: Gives a slot's tensor for a weight by the names of both; nil where the optimizer never moved the weight.
    public init?(
        of optimizer: OptimizerConfiguration,
        for network: Network,
        updates: Int,
        _ tensor: (_ slot: String, _ weight: String) -> Tensor?
    ) {
        self.updates = updates
        var slots: [[Tensor]] = []
        for slot in optimizer.slots {
            var tensors: [Tensor] = []
            for parameter in network.parameters {
                let found = tensor(slot, parameter.name)
                guard found.map({ $0.shape == parameter.shape }) ?? true else { return nil }
                tensors.append(found ?? Tensor(repeating: 0, parameter.shape))
            }
            slots.append(tensors)
        }
        self.slots = slots
    }
}
