import JSON
import NN
import Testing

/// `Dense` layers whose kernel is the table of an embedding.
struct SharedTableTests {
    private static let owners = [
        #"{"type": "Embedding", "name": "words", "input_dim": 5, "output_dim": 3}"#,
        #"{"type": "TokenAndPositionEmbedding", "name": "words", "vocabulary_size": 5, "sequence_length": 4, "#
            + #""embedding_dim": 3}"#,
        #"{"type": "TokenAndPositionEmbedding", "name": "words", "vocabulary_size": 5, "sequence_length": 4, "#
            + #""embedding_dim": 3, "tie_weights": false}"#,
    ]

    private func model(_ layers: String...) throws -> Network { try network([4], layers[0], layers[1]) }

    private func faults(_ layers: String, inputs: String = "[4]") throws -> [String] {
        let text = "{\"name\": \"m\", \"input_shape\": \(inputs), \"layers\": [\(layers)]}"
        let error = try #require(throws: FaultyInput.self) { try network(text) }
        return error.faults.map(\.description)
    }

    /// The sum of all results times numbers of their own, and its gradients by weights.
    private func gradients(_ network: Network, _ input: Tensor, _ weights: [Tensor]) throws -> [String: [Float]] {
        var trial = try NetworkTrial(network, samples: input, weights: weights)
        let shape = trial.graph.shape(of: trial.applied.output)
        var numbers = TestNumbers(7)
        let weighting = try trial.graph.input("cotangent", shape: shape)
        trial.numbers[weighting] = numbers.list(shape.volume)
        let product = try trial.graph.multiply(trial.applied.output, weighting)
        let total = try trial.graph.sum(product, axes: Array(0..<shape.rank))
        let found = try trial.graph.gradients(of: total, withRespectTo: trial.weights)
        let computed = try trial.evaluate(found + [trial.applied.output])
        var named = Dictionary(uniqueKeysWithValues: zip(network.parameters.map(\.name), computed))
        named["result"] = computed.last
        return named
    }

    @Test(arguments: owners)
    func `a shared table is a kernel, and the gradients of both uses add up`(owner: String) throws {
        let shared = try model(owner, #"{"type": "Dense", "name": "out", "shares": "words", "activation": "tanh"}"#)
        let apart = try model(owner, #"{"type": "Dense", "name": "out", "units": 5, "activation": "tanh"}"#)
        let reverse = "words/token_embedding/reverse_embeddings"
        let isTied = !shared.parameters.contains { $0.name == reverse }
        let table = shared.parameters[0].name
        var numbers = TestNumbers(3)
        let weights = shared.parameters.map { Tensor($0.shape, numbers.list($0.shape.volume)) }
        let input = Tensor([2, 4], [1, 2, 4, 2, 0, 3, 3, 1])
        func turned(_ values: [Float], _ rows: Int, _ columns: Int) -> [Float] {
            (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
        }
        let kernel = isTied ? Tensor([3, 5], turned(weights[0].values, 5, 3)) : weights[1]
        var apartWeights = weights
        apartWeights.insert(kernel, at: weights.count - 1)
        #expect(apart.parameters.map(\.shape) == apartWeights.map(\.shape))

        let one = try gradients(shared, input, weights)
        let two = try gradients(apart, input, apartWeights)

        #expect(one["result"] == two["result"])
        #expect(one["out/bias"] == two["out/bias"])
        let (alone, byKernel) = try (#require(two[table]), #require(two["out/kernel"]))
        if isTied {
            let sum = zip(alone, turned(byKernel, 3, 5)).map(+)
            #expect(relativeError(try #require(one[table]), sum) < 1e-6)
        } else {
            #expect(one[table] == alone)
            #expect(one[reverse] == byKernel)
        }
    }

    @Test(arguments: owners)
    func `weights are listed once, and the definition means the same when written and read`(owner: String) throws {
        let network = try model(owner, #"{"type": "Dense", "shares": "words"}"#)
        var json = JSONWriter()
        network.definition.write(to: &json)
        let again = try Network(ModelDefinition(JSONDocument(parsing: json.bytes).root))

        #expect(network.parameters.last?.name == "dense/bias")
        #expect(!network.parameters.contains { $0.name == "dense/kernel" })
        #expect(network.layers[1].parameterCount == 5)
        #expect(network.outputs[0].shape == [4, 5])
        #expect(again.definition == network.definition)
        #expect(again.parameters == network.parameters)
    }

    @Test func `a layer that shares may be applied again, and one without bias has no weights`() throws {
        let network = try network(
            """
            {"name": "m", "input_shape": [4], "outputs": ["one", "two"], "layers": [
              {"type": "Embedding", "name": "words", "input_dim": 5, "output_dim": 3},
              {"type": "Dense", "name": "one", "shares": "words", "units": 5, "use_bias": false},
              {"type": "Dense", "name": "other", "units": 3, "inputs": ["words"]},
              {"reuse": "one", "name": "two", "inputs": ["other"]}]}
            """
        )

        #expect(network.parameters.map(\.name) == ["words/embeddings", "other/kernel", "other/bias"])
        #expect(network.layers.map(\.parameterCount) == [15, 0, 12, 0])
        let trial = try NetworkTrial(network, samples: Tensor([1, 4], [0, 1, 2, 3]))
        #expect(try trial.evaluate(trial.applied.outputs.map(\.output)).allSatisfy { $0.count == 20 })
    }

    @Test func `what can't be shared is told`() throws {
        let words = Self.owners[0]
        #expect(
            try faults(words + #", {"type": "Dense", "shares": "word"}"#)
                == [#"/layers/1/shares: unknown layer "word"; did you mean "words"? Known: words"#]
        )
        #expect(
            try faults(#"{"type": "Dense", "name": "d", "units": 3}, {"type": "Dense", "shares": "d"}"#)
                == [#"/layers/1/shares: expected an Embedding or a TokenAndPositionEmbedding, "d" is Dense"#]
        )
        #expect(
            try faults(words + #", {"type": "Dense", "shares": "words", "units": 7}"#)
                == [#"/layers/1/units: expected 5, the rows of "words" that it shares, or no units"#]
        )
        #expect(
            try faults(words + #", {"type": "Dense", "units": 2}, {"type": "Dense", "shares": "words"}"#) == [
                #"/layers/2: "dense_1" needs […, 3], as wide as the rows of "words" that it shares, "#
                    + #"but "dense" gives [4, 2]"#
            ]
        )
        #expect(
            try faults(words + #", {"type": "Dense", "shares": "words", "kernel_regularizer": "l2"}"#)
                == [#"/layers/1/kernel_regularizer: the kernel is the table of "words", whose arguments say this"#]
        )
        #expect(
            try faults(words + #", {"type": "TimeDistributed", "layer": {"type": "Dense", "shares": "words"}}"#)
                == ["/layers/1/layer: a layer inside another shares nothing; Dense works on every step by itself"]
        )
        #expect(
            try faults(
                words
                    + #", {"reuse": "words", "name": "again", "inputs": ["words"]}, {"type": "Dense", "shares": "again"}"#
            ).contains(
                #"/layers/2/shares: "again" reuses a layer itself; name the layer that has the weights"#
            )
        )
    }

    @Test func `in a model within a Keras model the name is that of the layer beside it`() throws {
        let network = try network(
            """
            {"class_name": "Sequential", "config": {"name": "m", "layers": [
              {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 4]}},
              {"class_name": "Sequential", "config": {"name": "base", "layers": [
                {"class_name": "Embedding", "config": {"name": "words", "input_dim": 5, "output_dim": 3}},
                {"class_name": "Dense", "config": {"name": "out", "shares": "words"}}]}}]}}
            """
        )

        #expect(network.parameters.map(\.name) == ["base.words/embeddings", "base.out/bias"])
    }

    @Test func `a shared table learns, and the bits of an answer don't depend on what shares its batch`() throws {
        let network = try network(
            [4],
            Self.owners[0],
            #"{"type": "Dense", "units": 3}"#,
            #"{"type": "Dense", "shares": "words", "activation": "softmax"}"#
        )
        let rows = (0..<24).map { row in (0..<4).map { Float((row + $0) % 5) } }
        let data = TensorData(
            inputs: Tensor([24, 4], rows.flatMap { $0 }),
            targets: Tensor([24, 4], rows.flatMap { $0.map { ($0 + 1).truncatingRemainder(dividingBy: 5) } }),
            classes: 5
        )
        let session = try trained(
            network,
            options(
                "sparse_categorical_crossentropy",
                #""epochs": 200, "optimizer": {"type": "Adam", "learning_rate": 0.03}"#
            ),
            data,
            threads: 2
        )
        #expect(try #require(session.history.last).measurements[0].value < 0.1)

        let worker = InferenceModel(try InferencePlans(network), weights: session.weights).makeWorker()
        let together = try worker.predict(data.inputs).values
        for row in 0..<24 {
            let alone = try worker.predict(Tensor([1, 4], rows[row])).values
            #expect(alone.map(\.bitPattern) == together[row * 20..<(row + 1) * 20].map(\.bitPattern))
        }
    }
}
