import JSON
import NN
import Testing

/// A network with weights and a row, to be looked into.
struct InspectedRow {
    let network: Network
    let model: InferenceModel
    let row: [Float]

    /// Random but fixed weights and a row; indices below `classes` where that is given.
    init(_ text: String, classes: Int? = nil, row given: [Float]? = nil) throws {
        network = try NNTests.network(text)
        var numbers = TestNumbers(41)
        let weights = network.initialWeights().map { tensor in
            Tensor(tensor.shape, zip(tensor.values, numbers.list(tensor.volume, in: -0.3...0.3)).map { $0 + $1 })
        }
        model = InferenceModel(try InferencePlans(network), weights: weights)
        let width = network.inputShape.volume
        row =
            given
            ?? (classes.map { classes in (0..<width).map { Float(($0 * 7 + 3) % classes) } } ?? numbers.list(width))
    }

    /// A case of the reference.
    init(_ reference: ReferenceCase) throws {
        network = try reference.network()
        let stored = try Dictionary(
            uniqueKeysWithValues: reference.value("weights").elements.map { weight in
                (try #require(weight["name"]).string(), try Tensor(reference: weight))
            }
        )
        let weights = try network.parameters.map { parameter in
            Tensor(parameter.shape, try #require(stored[parameter.name], "\(parameter.name)").values)
        }
        model = InferenceModel(try InferencePlans(network), weights: weights)
        row = try reference.tensor("row").values
    }

    /// The rows with which one is answered.
    var rows: Int { get throws { try model.rowsOfOne() } }

    /// What the network answers.
    func answer() throws -> [Float] {
        try model.makeWorker().predict(Tensor(network.inputShape.batched(1), row)).values
    }

    /// A seed that picks one number.
    func seed(_ place: Int, of count: Int) -> [Float] { (0..<count).map { $0 == place ? 1 : 0 } }
}
