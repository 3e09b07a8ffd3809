import JSON
import NN
import Testing

/// Every layer against Keras: the result, and the gradients by the input and every weight.
struct LayerReferenceTests {
    static let rows = Reference.cases("layers.json")

    @Test func `there are reference numbers`() {
        #expect(Self.rows.count >= 45)
    }

    @Test(arguments: rows)
    func `a layer gives what Keras gives`(row: ReferenceCase) throws {
        let trial = try NetworkTrial(row)
        let expected = try row.tensor("output")

        let output = try trial.evaluate([trial.applied.output])[0]

        #expect(trial.graph.shape(of: trial.applied.output) == expected.shape)
        #expect(trial.network.outputShape.batched(expected.shape[0]) == expected.shape)
        #expect(relativeError(output, expected.values) < 1e-5)
    }

    @Test(arguments: rows)
    func `a layer has Keras's gradients`(row: ReferenceCase) throws {
        var trial = try NetworkTrial(row)
        let cotangent = try row.tensor("cotangent")
        let weighting = try trial.graph.input("cotangent", shape: cotangent.shape)
        trial.numbers[weighting] = cotangent.values
        let product = try trial.graph.multiply(trial.applied.output, weighting)
        let total = try trial.graph.sum(product, axes: Array(0..<cotangent.rank))

        let gradients = try trial.graph.gradients(of: total, withRespectTo: trial.variables.map(\.value))
        let computed = try trial.evaluate(gradients)

        for (variable, numbers) in zip(trial.variables, computed) {
            let expected = try Tensor(reference: #require(row.value("gradients")[variable.name]))
            #expect(relativeError(numbers, expected.values) < 1e-4, "\(variable.name)")
        }
    }
}
