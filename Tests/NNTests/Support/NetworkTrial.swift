import JSON
import NN
import Testing

/// A network appended to a graph, with its inputs and weights as inputs of that graph.
struct NetworkTrial {
    let network: Network
    var graph = Graph()
    let inputs: [Value]
    let weights: [Value]
    let applied: Applied
    /// The numbers of every input of the graph.
    var numbers: [Value: [Float]] = [:]

    /// Appends a network to an empty graph.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - samples: A batch for each input.
    ///   - values: The weights; the network's first ones where none are given.
    ///   - key: The random key, where the network is to be trained.
    ///   - batchRows: The rows of the whole batch; those of the samples where none are given.
    /// - Throws: Where the samples or weights do not fit the network.
    init(
        _ network: Network,
        samples: Tensor...,
        weights values: [Tensor]? = nil,
        key: [Float]? = nil,
        batchRows: Int? = nil
    ) throws {
        try self.init(network, inputs: samples, weights: values, key: key, batchRows: batchRows)
    }

    init(
        _ network: Network,
        inputs samples: [Tensor],
        weights values: [Tensor]? = nil,
        key: [Float]? = nil,
        batchRows: Int? = nil
    ) throws {
        self.network = network
        var inputs: [Value] = []
        for (index, tensor) in samples.enumerated() {
            let value = try graph.input("samples \(index)", shape: tensor.shape)
            numbers[value] = tensor.values
            inputs.append(value)
        }
        self.inputs = inputs
        var mode = Mode.inference
        if let key {
            let value = try graph.input("key", shape: [4])
            numbers[value] = key
            mode = .training(key: value, batchRows: batchRows ?? samples[0].shape[0])
        }
        var parameters: [Value] = []
        for (parameter, tensor) in zip(network.parameters, values ?? network.initialWeights()) {
            #expect(tensor.shape == parameter.shape)
            let value = try graph.input(parameter.name, shape: parameter.shape)
            numbers[value] = tensor.values
            parameters.append(value)
        }
        weights = parameters
        applied = try network.append(to: &graph, inputs: inputs, parameters: parameters, mode: mode)
    }

    /// The network of a reference case on its samples and weights; trained where the case has new values of weights.
    init(_ row: ReferenceCase) throws {
        let network = try row.network()
        let given = try row.value("weights")
        #expect(given.members.map(\.key) == network.parameters.map(\.name))
        try self.init(
            network,
            inputs: row.tensors("inputs"),
            weights: network.parameters.map { try Tensor(reference: #require(given[$0.name])) },
            key: row.json["updates"] == nil ? nil : [1, 2, 3, 4]
        )
    }

    /// The inputs and the trained weights, as reference numbers name them.
    var variables: [(name: String, value: Value)] {
        inputs.enumerated().map { ("input \($0)", $1) }
            + zip(network.parameters, weights).filter { $0.0.trainable }.map { ($0.name, $1) }
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

extension NetworkTrial {
    /// The sum of every result's numbers, each times a given one, whose gradients reference numbers are of.
    mutating func weighted(by cotangents: [Tensor]) throws -> Value {
        var total: Value?
        for (number, (output, cotangent)) in zip(applied.outputs, cotangents).enumerated() {
            let weighting = try graph.input("cotangent \(number)", shape: cotangent.shape)
            numbers[weighting] = cotangent.values
            let product = try graph.multiply(output.output, weighting)
            let share = try graph.sum(product, axes: Array(0..<cotangent.rank))
            total = try total.map { try graph.add($0, share) } ?? share
        }
        return try #require(total)
    }
}
