import JSON
import NN
import Testing

/// Every layer against Keras: the results, the gradients by the inputs and every weight, and new values of weights.
struct LayerReferenceTests {
    static let rows = Reference.cases("layers.json.gz") + Reference.cases("vocabulary_layers.json.gz")

    @Test func `there are reference numbers`() {
        #expect(Self.rows.count >= 305)
    }

    @Test(arguments: rows)
    func `a definition means the same when written and read`(row: ReferenceCase) throws {
        let definition = try row.network().definition
        var json = JSONWriter()
        definition.write(to: &json)

        #expect(try ModelDefinition(JSONDocument(parsing: json.bytes).root) == definition)
    }

    @Test(arguments: rows)
    func `what Keras writes of the model means the same`(row: ReferenceCase) throws {
        let own = try row.network()

        let written = try Network(ModelDefinition(row.value("keras")))

        #expect(written.parameters.map(\.name) == own.parameters.map(\.name))
        #expect(written.parameters.map(\.shape) == own.parameters.map(\.shape))
        #expect(written.parameters.map(\.trainable) == own.parameters.map(\.trainable))
        #expect(written.inputs.map(\.shape) == own.inputs.map(\.shape))
        #expect(written.outputs.map(\.shape) == own.outputs.map(\.shape))
        let trials = try [
            NetworkTrial(row),
            NetworkTrial(
                written,
                inputs: row.tensors("inputs"),
                weights: own.parameters.map { try Tensor(reference: #require(row.value("weights")[$0.name])) },
                key: row.json["updates"] == nil ? nil : [1, 2, 3, 4]
            ),
        ]
        let results = try trials.map { trial in try trial.evaluate(trial.applied.outputs.map(\.output)) }
        #expect(results[0] == results[1])
    }

    @Test(arguments: rows)
    func `a layer gives what Keras gives`(row: ReferenceCase) throws {
        let trial = try NetworkTrial(row)
        let expected = try row.tensors("outputs")
        let outputs = trial.applied.outputs.map(\.output)

        let computed = try trial.evaluate(outputs)

        #expect(outputs.map { trial.graph.shape(of: $0) } == expected.map(\.shape))
        #expect(trial.network.outputs.map { $0.shape.batched(expected[0].shape[0]) } == expected.map(\.shape))
        for (numbers, tensor) in zip(computed, expected) { #expect(relativeError(numbers, tensor.values) < 1e-5) }
    }

    @Test(arguments: rows)
    func `a layer has Keras's gradients`(row: ReferenceCase) throws {
        var trial = try NetworkTrial(row)
        let total = try trial.weighted(by: row.tensors("cotangents"))

        let gradients = try trial.graph.gradients(
            of: total,
            withRespectTo: trial.variables.map(\.value)
        )
        let computed = try trial.evaluate(gradients)

        for (variable, numbers) in zip(trial.variables, computed) {
            let expected = try Tensor(reference: #require(row.value("gradients")[variable.name]))
            if expected.values.contains(where: { abs($0) > 1e-12 }) {
                #expect(relativeError(numbers, expected.values) < 1e-4, "\(variable.name)")
            } else {
                // Of a gradient that is zero, as that of a key's bias is, either precision leaves its own rounding.
                #expect(numbers.allSatisfy { abs($0) < 1e-5 }, "\(variable.name)")
            }
        }
    }

    @Test(arguments: rows.filter { $0.json["updates"] != nil })
    func `a layer moves the weights without a gradient as Keras does`(row: ReferenceCase) throws {
        let trial = try NetworkTrial(row)
        let expected = try row.value("updates")

        let computed = try trial.evaluate(trial.applied.updates.map(\.value))

        var after: [String: [Float]] = [:]
        for (parameter, weight) in zip(trial.network.parameters, trial.weights) where !parameter.trainable {
            after[parameter.name] = trial.numbers[weight]
        }
        for (update, numbers) in zip(trial.applied.updates, computed) {
            after[trial.network.parameters[update.parameter].name] = numbers
        }
        #expect(after.keys.sorted() == expected.members.map(\.key).sorted())
        for (name, numbers) in after {
            let tensor = try Tensor(reference: #require(expected[name]))
            #expect(relativeError(numbers, tensor.values) < 1e-5, "\(name)")
        }
    }
}
