/// The sizes of a recurrent operator, and how its axes lie.
struct RecurrentShape {
    /// The gates of each operator.
    static let gates = ["GRU": 3, "LSTM": 4, "RNN": 1]

    /// The directions, 1 or 2.
    let directions: Int
    /// The extent of the state.
    let units: Int
    /// The features of a step.
    let features: Int
    /// The weights of the inputs, of the states, and the biases.
    let kernel: Constant, recurrent: Constant, bias: Constant?
    /// Whether the batch is the first axis.
    let isBatchFirst: Bool

    /// Reads a node.
    init(_ inference: Inference, _ node: ONNXNode, _ fact: Fact) throws(Refusal) {
        guard let kernel = try inference.constant(node, 1, "W"), let recurrent = try inference.constant(node, 2, "R")
        else {
            throw Refusal("no weights")
        }
        let direction = node.text("direction", default: "forward")
        guard ["forward", "reverse", "bidirectional"].contains(direction) else {
            throw Refusal("direction \"\(direction)\"")
        }
        (directions, isBatchFirst) = (direction == "bidirectional" ? 2 : 1, node.int("layout", default: 0) == 1)
        units = node.int("hidden_size", default: recurrent.shape.last ?? 0)
        let gates = Self.gates[node.type] ?? 1
        let batch = isBatchFirst ? 0 : 1
        guard fact.rank == 3, fact.batch == batch else {
            throw Refusal(
                "a value \(fact.shape.text); expected the batch as axis \(batch)\(isBatchFirst ? "" : " (a Transpose before it, as batch_first=True of PyTorch makes)")"
            )
        }
        guard (1...SlidingWindow.greatest).contains(units), let features = fact.shape[2].known,
            kernel.shape == [directions, gates * units, features],
            recurrent.shape == [directions, gates * units, units]
        else {
            throw Refusal("weights \(kernel.shape) and \(recurrent.shape) for \(fact.shape.text) and \(units) units")
        }
        self.features = features
        bias = try inference.constant(node, 3, "B")
        if let bias, bias.shape != [directions, 2 * gates * units] { throw Refusal("biases \(bias.shape)") }
        (self.kernel, self.recurrent) = (kernel, recurrent)
        for weight in [kernel, recurrent] + (bias.map { [$0] } ?? []) { try inference.check(weight, against: fact) }
        try Self.refuseRest(inference, node, fact)
    }

    private static func refuseRest(_ inference: Inference, _ node: ONNXNode, _ fact: Fact) throws(Refusal) {
        if node.input(4) != nil {
            let steps = fact.shape[node.int("layout", default: 0) == 1 ? 1 : 0]
            var isWhole = false
            switch inference.input(node, 4) {
            case .constant(let lengths): isWhole = lengths.extents?.allSatisfy { $0 == steps } ?? false
            case .splat(_, let length, _): isWhole = steps.known.map(Float.init) == length
            default: break
            }
            guard isWhole else {
                throw Refusal("sequence_lens, for which there is no layer; only whole sequences are read")
            }
        }
        if let peepholes = try node.type == "LSTM" ? inference.constant(node, 7, "P") : nil, peepholes.uniform != 0 {
            throw Refusal("peepholes (P), for which there is no layer")
        }
        if node.attributes["clip"] != nil { throw Refusal("clip, for which there is no layer") }
        if node.int("input_forget", default: 0) != 0 { throw Refusal("input_forget, for which there is no layer") }
    }

    /// What the node gives.
    func results(of fact: Fact, hasCell: Bool) -> [Fact] {
        let (steps, batch) = (fact.shape[isBatchFirst ? 1 : 0], fact.shape[isBatchFirst ? 0 : 1])
        let (one, two) = (Extent(directions), Extent(units))
        let all = fact.with(isBatchFirst ? [batch, steps, one, two] : [steps, one, batch, two])
        let last = fact.with(isBatchFirst ? [batch, one, two] : [one, batch, two])
        return [all, last] + (hasCell ? [last] : [])
    }
}
