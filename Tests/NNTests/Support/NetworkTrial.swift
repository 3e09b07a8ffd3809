import JSON
import NN
import Testing

/// A network appended to a graph, with its input and weights as inputs of that graph.
struct NetworkTrial {
    let network: Network
    var graph = Graph()
    let input: Value
    let weights: [Value]
    let applied: Applied
    /// The numbers of every input of the graph.
    var numbers: [Value: [Float]] = [:]

    /// Appends a network to an empty graph.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - samples: A batch of inputs.
    ///   - values: The weights; the network's first ones where none are given.
    ///   - key: The random key, where the network is to be trained.
    /// - Throws: Where the samples or weights do not fit the network.
    init(_ network: Network, samples: Tensor, weights values: [Tensor]? = nil, key: [Float]? = nil) throws {
        self.network = network
        input = try graph.input("samples", shape: samples.shape)
        numbers[input] = samples.values
        var mode = Mode.inference
        if let key {
            let value = try graph.input("key", shape: [4])
            numbers[value] = key
            mode = .training(key: value)
        }
        var parameters: [Value] = []
        for (parameter, tensor) in zip(network.parameters, values ?? network.initialWeights()) {
            #expect(tensor.shape == parameter.shape)
            let value = try graph.input(parameter.name, shape: parameter.shape)
            numbers[value] = tensor.values
            parameters.append(value)
        }
        weights = parameters
        applied = try network.append(to: &graph, input: input, parameters: parameters, mode: mode)
    }

    /// The network of a reference case on its samples and weights.
    init(_ row: ReferenceCase) throws {
        let network = try row.network()
        let given = try row.value("weights")
        #expect(given.members.map(\.key) == network.parameters.map(\.name))
        try self.init(
            network,
            samples: row.tensor("input"),
            weights: network.parameters.map { try Tensor(reference: #require(given[$0.name])) }
        )
    }

    /// The input and the weights, as reference numbers name them.
    var variables: [(name: String, value: Value)] {
        [("input", input)] + zip(network.parameters, weights).map { ($0.name, $1) }
    }

    /// Computes values of the graph.
    func evaluate(_ values: [Value]) throws -> [[Float]] { try NNTests.evaluate(graph, numbers, values) }
}

/// A network from the JSON of its definition.
func network(_ text: String, limits: Limits = .standard) throws -> Network {
    try Network(ModelDefinition(JSONDocument(parsing: text).root), limits: limits)
}

/// A network of one layer on an input.
func network(_ inputShape: Shape, _ layers: String...) throws -> Network {
    try network(
        "{\"name\": \"m\", \"input_shape\": \(inputShape), \"layers\": [\(layers.joined(separator: ", "))]}"
    )
}
