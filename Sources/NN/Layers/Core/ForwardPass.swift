/// Whether a network is run or trained, which `Dropout` and its like need to know.
public enum Mode: Sendable, Equatable {
    /// The network answers: nothing is random.
    case inference
    /// The network answers and what it answers is measured: nothing is random, and the penalties of regularizers are
    /// added up; `batchRows` is how many rows the whole batch has, of which the graph may see a part.
    case evaluation(batchRows: Int)
    /// The network learns; `key` is the random key, a tensor `[4]`, and `batchRows` how many rows the whole batch has,
    /// of which the graph may see a part.
    case training(key: Value, batchRows: Int)
}

/// A graph under construction, while the layers of a network append themselves to it one after the other.
struct ForwardPass {
    /// The graph so far.
    var graph: Graph
    /// Whether the network is run or trained.
    let mode: Mode
    /// New values of weights that training updates without a gradient, by their place in the network's parameters.
    private(set) var updates: [(parameter: Int, value: Value)] = []
    /// Scalars that regularizers add to the loss, each this graph's share of its batch.
    private(set) var penalties: [Value] = []
    /// What concerns the layer that appends itself.
    var layer = LayerContext()

    private let places: [Value: Int]
    private var activated: [Value: (kind: ActivationKind, logits: Value)] = [:]
    private var streams = 0

    /// A pass that goes on from a graph with these weights.
    init(graph: Graph, mode: Mode, parameters: [Value] = []) {
        self.graph = graph
        self.mode = mode
        places = Dictionary(parameters.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// How many rows of the layer that appends itself are made of one row of the batch: the steps of a sequence where it
    /// is applied to each.
    var stepsInRow = 1

    /// The rows of the whole batch; nil when the network only answers.
    var batchRows: Int? {
        switch mode {
        case .inference: nil
        case .evaluation(let batchRows), .training(_, let batchRows): batchRows * stepsInRow
        }
    }

    /// Whether the network learns.
    var isTraining: Bool { if case .training = mode { true } else { false } }

    /// Appends an activation function and remembers its argument, from which a loss can be computed more stably.
    mutating func activate(_ value: Value, _ kind: ActivationKind) throws(ShapeError) -> Value {
        guard kind != .linear else { return value }
        let result = try kind.append(to: &graph, value)
        activated[result] = (kind, value)
        return result
    }

    /// The function that made a value and what it was applied to, where `activate` did it.
    func activation(of value: Value) -> (kind: ActivationKind, logits: Value)? { activated[value] }

    /// Gives a weight a new value after the training step, in place of a gradient; the last one given counts.
    mutating func update(_ parameter: Value, to value: Value) {
        guard let place = places[parameter] else { preconditionFailure("an update of what is no parameter") }
        updates.removeAll { $0.parameter == place }
        updates.append((place, value))
    }

    /// The value that a weight will have after the training step, as far as it has been given one; else the weight.
    func latest(_ parameter: Value) -> Value {
        updates.first { $0.parameter == places[parameter] }?.value ?? parameter
    }

    /// Adds a scalar to the loss of a step.
    mutating func penalize(_ penalty: Value) { penalties.append(penalty) }

    /// Uniform numbers in `[0, 1)`, different in every call, while training; nil when the network only answers.
    mutating func randomUniform(_ shape: Shape) throws(ShapeError) -> Value? {
        guard case .training(let key, _) = mode else { return nil }
        defer { streams += 1 }
        return try graph.randomUniform(key, shape: shape, stream: streams)
    }

    /// Normal numbers with mean 0 and deviation 1, different in every call, while training; nil when the network only
    /// answers.
    mutating func randomNormal(_ shape: Shape) throws(ShapeError) -> Value? {
        guard case .training(let key, _) = mode else { return nil }
        defer { streams += 1 }
        return try graph.randomNormal(key, shape: shape, stream: streams)
    }

    /// Adds a bias along the last axis.
    mutating func addBias(_ bias: Value, to value: Value) throws(ShapeError) -> Value {
        try graph.add(value, graph.broadcast(bias, to: graph.shape(of: value)))
    }
}
