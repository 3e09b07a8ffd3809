import JSON
import NN
import Testing

/// Which inputs hold indices, and what becomes of those that aren't there.
struct IndexRuleTests {
    @Test(arguments: [
        ([#"{"type": "Embedding", "input_dim": 7, "output_dim": 2}"#], [7]),
        ([#"{"type": "Flatten"}"#, #"{"type": "Embedding", "input_dim": 7, "output_dim": 2}"#], [7]),
        (
            [
                #"{"type": "Reshape", "target_shape": [3, 2]}"#, #"{"type": "Permute", "dims": [2, 1]}"#,
                #"{"type": "Activation", "activation": "linear"}"#,
                #"{"type": "TimeDistributed", "layer": {"type": "Embedding", "input_dim": 7, "output_dim": 2}}"#,
            ], [7]
        ),
        ([#"{"type": "Rescaling", "scale": 2}"#, #"{"type": "Embedding", "input_dim": 7, "output_dim": 2}"#], []),
        ([#"{"type": "Masking"}"#, #"{"type": "Embedding", "input_dim": 7, "output_dim": 2}"#], []),
        ([#"{"type": "Dense", "units": 2}"#], []),
    ])
    func `an input has a rule where its numbers are looked up as they are`(layers: [String], counts: [Int]) throws {
        let list = layers.joined(separator: ", ")
        let network = try network(#"{"name": "m", "input_shape": [2, 3], "layers": [\#(list)]}"#)

        #expect(network.indexRules.map(\.count) == counts)
    }

    @Test func `of several tables the smallest counts, and each input has its own`() throws {
        let network = try network(
            """
            {"name": "m", "layers": [
              {"type": "InputLayer", "name": "a", "shape": [3]}, {"type": "InputLayer", "name": "b", "shape": [3]},
              {"type": "InputLayer", "name": "c", "shape": [6]},
              {"type": "Concatenate", "name": "both", "inputs": ["a", "b"]},
              {"type": "Embedding", "name": "large", "input_dim": 9, "output_dim": 2, "inputs": ["both"]},
              {"type": "Embedding", "name": "small", "input_dim": 4, "output_dim": 2, "inputs": ["b"]},
              {"type": "Flatten", "name": "one", "inputs": ["large"]},
              {"type": "Flatten", "name": "two", "inputs": ["small"]},
              {"type": "Concatenate", "inputs": ["one", "two", "c"]}]}
            """
        )

        #expect(network.indexRules.map(\.input) == [0, 1])
        #expect(network.indexRules.map(\.layer) == ["large", "small"])
        #expect(network.indexRules.map(\.count) == [9, 4])
        let rule = network.indexRules[1]
        #expect([0, 3, -0.0].allSatisfy { rule.allows($0) })
        #expect([4, -1, 0.5, .nan, .infinity, -.infinity].allSatisfy { !rule.allows($0) })
        #expect(rule.problem(with: "4") == #""small" looks up indices from 0 to 3, found 4"#)
    }

    private func computed() throws -> Network {
        try network(
            [1],
            #"{"type": "Rescaling", "scale": 2}"#,
            #"{"type": "Embedding", "name": "table", "input_dim": 4, "output_dim": 2}"#,
            #"{"type": "Flatten"}"#,
            #"{"type": "Dense", "units": 1}"#
        )
    }

    @Test func `an index that isn't there is never answered by a number`() throws {
        let trial = try NetworkTrial(computed(), samples: Tensor([5, 1], [1, 2, -0.5, 0.75, 1.5]))

        let answers = try trial.evaluate([trial.applied.output])[0]

        #expect(answers.map(\.isFinite) == [true, false, false, false, true])
    }

    @Test(arguments: [(0, "training"), (1, "validation")])
    func `a run that comes to such an index ends and names it`(validationRows: Int, _: String) throws {
        let data = TensorData(inputs: Tensor([3, 1], [1, 0, 9]), targets: Tensor([3, 1], [0, 0, 0]))
        let session = try TrainingSession(
            network: computed(),
            options: options("mse", #""shuffle": false, "validation_rows": \#(validationRows)"#),
            data: data,
            threads: 1
        )

        let error = try #require(throws: TrainingError.self) { try session.run() }

        #expect(error.description == #"row 2: "table" looks up indices from 0 to 3, found 18.0"#)
    }
}
