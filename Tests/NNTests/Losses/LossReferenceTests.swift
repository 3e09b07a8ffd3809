import JSON
import NN
import Testing

/// Every loss against Keras: the loss of each sample, and the gradients of their sum.
struct LossReferenceTests {
    static let rows = Reference.cases("losses.json.gz") + Reference.cases("vocabulary_losses.json.gz")

    @Test func `there are reference numbers`() {
        #expect(Self.rows.count >= 45)
    }

    @Test(arguments: rows)
    func `a loss and its gradients are Keras's`(row: ReferenceCase) throws {
        var trial = try NetworkTrial(row)
        let targets = try row.tensor("target")
        let loss = try loss(row.value("loss"))
        let target = try trial.graph.input("target", shape: targets.shape)
        trial.numbers[target] = targets.values

        let losses = try loss.append(to: &trial.graph, prediction: trial.applied, target: target)
        let total = try trial.graph.sum(losses, axes: [0])
        let gradients = try trial.graph.gradients(of: total, withRespectTo: trial.variables.map(\.value))
        let computed = try trial.evaluate([losses] + gradients)

        let expected = try row.tensor("losses")
        #expect(trial.graph.shape(of: losses) == expected.shape)
        #expect(relativeError(computed[0], expected.values) < 1e-5)
        for (variable, numbers) in zip(trial.variables, computed.dropFirst()) {
            let expected = try Tensor(reference: #require(row.value("gradients")[variable.name]))
            #expect(relativeError(numbers, expected.values) < 1e-4, "\(variable.name)")
        }
    }
}

/// A loss from its JSON.
func loss(_ json: JSONValue) throws -> Loss {
    var faults = Faults()
    let loss = Loss(json, &faults)
    try faults.check()
    return try #require(loss)
}
