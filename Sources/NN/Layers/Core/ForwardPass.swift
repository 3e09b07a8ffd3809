/// Whether a network is run or trained, which `Dropout` and its like need to know.
public enum Mode: Sendable, Equatable {
    /// The network answers: nothing is random.
    case inference
    /// The network learns; the value is the random key, a tensor `[4]`.
    case training(key: Value)
}

/// A graph under construction, while the layers of a network append themselves to it one after the other.
struct ForwardPass {
    /// The graph so far.
    var graph: Graph
    /// Whether the network is run or trained.
    let mode: Mode
    /// New values of weights that training updates without a gradient, by their place in the network's parameters.
    var updates: [(parameter: Int, value: Value)] = []

    private var activated: [Value: (kind: ActivationKind, logits: Value)] = [:]
    private var streams = 0

    /// A pass that goes on from a graph.
    init(graph: Graph, mode: Mode) {
        self.graph = graph
        self.mode = mode
    }

    /// Appends an activation function and remembers its argument, from which a loss can be computed more stably.
    mutating func activate(_ value: Value, _ kind: ActivationKind) throws(ShapeError) -> Value {
        guard kind != .linear else { return value }
        let result = try kind.append(to: &graph, value)
        activated[result] = (kind, value)
        return result
    }

    /// The function that made a value and what it was applied to, where `activate` did it.
    func activation(of value: Value) -> (kind: ActivationKind, logits: Value)? { activated[value] }

    /// Uniform numbers in `[0, 1)`, different in every call, while training; nil when the network only answers.
    mutating func randomUniform(_ shape: Shape) throws(ShapeError) -> Value? {
        guard case .training(let key) = mode else { return nil }
        defer { streams += 1 }
        return try graph.randomUniform(key, shape: shape, stream: streams)
    }

    /// Adds a bias along the last axis.
    mutating func addBias(_ bias: Value, to value: Value) throws(ShapeError) -> Value {
        try graph.add(value, graph.broadcast(bias, to: graph.shape(of: value)))
    }
}
