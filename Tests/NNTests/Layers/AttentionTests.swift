import JSON
import NN
import Testing

/// Attention with several heads against Keras 3.15.1 on TensorFlow 2.21.0, whose numbers `attention.json.gz` holds.
struct AttentionReferenceTests {
    static let cases = Reference.cases("attention.json.gz")

    /// What marks a step as padding in the inputs of a case.
    private static let padding: Float = 9

    private static func tensor(_ json: JSONValue) throws -> Tensor {
        let shape = Shape(try #require(json["shape"]).ints())
        let isTruth = try json["dtype"]?.string() == "bool"
        return Tensor(
            shape,
            try #require(json["data"]).elements.map { value in
                isTruth ? try value.bool() ? 1 : 0 : try value.float()
            }
        )
    }

    /// A case as a model, its masks as padded steps that a `Masking` finds.
    private static func trial(_ row: ReferenceCase) throws -> NetworkTrial {
        let call = try row.value("call")
        var layers: [String] = []
        var inputs: [Tensor] = []
        func add(_ name: String, _ tensor: Tensor) {
            inputs.append(tensor)
            layers.append(
                #"{"type": "InputLayer", "name": "\#(name)", "shape": \#(Shape(tensor.shape.extents.dropFirst() + []))}"#
            )
        }
        func masked(_ name: String, as other: String, by mask: String) throws -> String {
            guard let given = call[mask] else { return name }
            let (mask, place) = (try tensor(given), name == "x" ? 0 : 1)
            let width = inputs[place].shape.last
            let values = inputs[place].values.enumerated().map { mask.values[$0 / width] == 0 ? padding : $1 }
            inputs[place] = Tensor(inputs[place].shape, values)
            layers.append(
                #"{"type": "Masking", "name": "\#(other)", "mask_value": \#(padding), "inputs": ["\#(name)"]}"#
            )
            return other
        }
        add("x", try tensor(row.value("input")))
        if let value = row.json["value"] { add("v", try tensor(value)) }
        if let key = row.json["key"] { add("k", try tensor(key)) }
        if let mask = call["attention_mask"] { add("m", try tensor(mask)) }
        let value = row.json["value"] == nil ? "x" : "v"
        var taken = [try masked("x", as: "mq", by: "query_mask"), try masked(value, as: "mv", by: "value_mask")]
        if row.json["key"] != nil { taken.append("k") }
        if call["key_mask"] != nil { taken.append(try masked("x", as: "mk", by: "key_mask")) }
        if call["attention_mask"] != nil { taken += [value, "m"] }
        var arguments = try row.value("layer").members.map { "\"\($0.key)\": \($0.value.source)" }
        if call["use_causal_mask"] != nil { arguments.append(#""use_causal_mask": true"#) }
        let scored = try row.value("expected")["scores"] != nil
        if scored { arguments.append(#""return_attention_scores": true"#) }
        let names = taken.map { "\"\($0)\"" }.joined(separator: ", ")
        layers.append("{\(arguments.joined(separator: ", ")), \"name\": \"attention\", \"inputs\": [\(names)]}")
        let outputs = scored ? #"["attention", "attention:1"]"# : #"["attention"]"#
        let network = try network(
            "{\"name\": \"m\", \"layers\": [\(layers.joined(separator: ", "))], \"outputs\": \(outputs)}"
        )
        let weights = try row.value("weights").elements.map { weight in try tensor(weight) }
        #expect(
            try network.parameters.map(\.name)
                == row.value("weights").elements.map { weight in try "attention/" + #require(weight["path"]).string() }
        )
        return try NetworkTrial(network, inputs: inputs, weights: weights)
    }

    private static func expectClose(
        _ found: [Float],
        _ wanted: Tensor,
        _ name: String,
        where counts: (Int) -> Bool = { _ in true }
    ) {
        #expect(found.count == wanted.values.count, "\(name)")
        let worst = zip(found, wanted.values).enumerated().filter { counts($0.offset) }
            .map { abs($0.element.0 - $0.element.1) }.max()
        #expect((worst ?? .infinity) < 2e-5, "\(name) differs by \(worst ?? .nan)")
    }

    @Test func `there are reference numbers`() { #expect(Self.cases.count == 27) }

    @Test(arguments: cases)
    func `results, scores and gradients are Keras's`(row: ReferenceCase) throws {
        var trial = try Self.trial(row)
        let expected = try row.value("expected")
        let outputs = trial.applied.outputs.map(\.output)
        let found = try trial.evaluate(outputs)
        let defined = try Self.tensor(#require(expected["defined"])).values
        let output = try Self.tensor(#require(expected["output"]))

        #expect(found.allSatisfy { $0.allSatisfy(\.isFinite) })
        Self.expectClose(found[0], output, "output") { defined[$0 / output.shape.last] == 1 }
        if let scores = expected["scores"] { Self.expectClose(found[1], try Self.tensor(scores), "scores") }
        guard let cotangent = row.json["cotangent"] else { return }
        let weighting = try trial.graph.input("cotangent", shape: output.shape)
        trial.numbers[weighting] = try Self.tensor(cotangent).values
        let total = try trial.graph.sum(trial.graph.multiply(outputs[0], weighting), axes: [0, 1, 2])
        let byWhat = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]] + trial.weights)
        let gradients = try trial.evaluate(byWhat)
        Self.expectClose(gradients[0], try Self.tensor(#require(expected["gradient_by_input"])), "gradient by input")
        let wanted = try #require(expected["gradient_by_weights"]).elements.map(Self.tensor)
        for (place, gradient) in gradients.dropFirst().enumerated() {
            Self.expectClose(gradient, wanted[place], trial.network.parameters[place].name)
        }
    }
}

/// What attention layers promise beside Keras's numbers.
struct AttentionTests {
    private static let kinds = [
        #""type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3"#,
        #""type": "GroupQueryAttention", "num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3"#,
        #""type": "Attention""#,
        #""type": "AdditiveAttention""#,
    ]

    /// Words, 0 being padding, that attend to each other.
    private func words(_ kind: String, _ more: String = "", outputs: String = #"["attention"]"#) throws -> Network {
        try network(
            """
            {"name": "m", "input_shape": [5], "outputs": \(outputs), "layers": [
              {"type": "Embedding", "name": "words", "input_dim": 6, "output_dim": 4, "mask_zero": true},
              {\(kind)\(more), "name": "attention", "inputs": ["words", "words"]}]}
            """
        )
    }

    @Test(arguments: kinds, ["", #", "use_causal_mask": true"#])
    func `what stands at padding changes no bit of the rest`(kind: String, more: String) throws {
        let network = try words(kind, more)
        let input = Tensor([2, 5], [1, 2, 3, 0, 0, 4, 5, 0, 1, 2])
        var weights = network.initialWeights()
        let before = try NetworkTrial(network, samples: input, weights: weights)
        let first = try before.evaluate([before.applied.output])[0]
        weights[0] = Tensor(weights[0].shape, Array(repeating: 77, count: 4) + weights[0].values.dropFirst(4))
        let after = try NetworkTrial(network, samples: input, weights: weights)
        let second = try after.evaluate([after.applied.output])[0]

        let width = first.count / 10
        for place in first.indices where input.values[place / width] != 0 {
            #expect(first[place].bitPattern == second[place].bitPattern)
        }
    }

    @Test(arguments: kinds, ["", #", "use_causal_mask": true"#])
    func `a row of padding alone has finite answers and gradients`(kind: String, more: String) throws {
        let network = try words(
            kind,
            more + #", "return_attention_scores": true"#,
            outputs: #"["attention", "attention:1"]"#
        )
        var trial = try NetworkTrial(network, samples: Tensor([2, 5], [0, 0, 0, 0, 0, 4, 5, 0, 1, 2]))
        let outputs = trial.applied.outputs.map(\.output)
        let found = try trial.evaluate(outputs)

        // No bias is other than 0 yet.
        for numbers in found { #expect(numbers.prefix(numbers.count / 2).allSatisfy { $0 == 0 }) }
        let total = try trial.graph.sum(outputs[0], axes: [0, 1, 2])
        let byWhat = try trial.graph.gradients(of: total, withRespectTo: trial.weights)
        let gradients = try trial.evaluate(byWhat)
        #expect(gradients.allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    @Test(arguments: kinds)
    func `the mask behind attention is the query's`(kind: String) throws {
        let trial = try NetworkTrial(words(kind), samples: Tensor([1, 5], [1, 2, 0, 3, 0]))

        let mask = try #require(trial.applied.outputs[0].mask)

        #expect(try trial.evaluate([mask])[0] == [1, 1, 0, 1, 0])
    }

    @Test(arguments: kinds)
    func `a query without a mask attends to what a masked value leaves`(kind: String) throws {
        let network = try network(
            """
            {"name": "m", "outputs": ["attention:1"], "layers": [
              {"type": "InputLayer", "name": "q", "shape": [2, 4]}, {"type": "InputLayer", "name": "v", "shape": [3, 4]},
              {"type": "Masking", "name": "masked", "inputs": ["v"]},
              {\(kind), "return_attention_scores": true, "name": "attention", "inputs": ["q", "masked"]}]}
            """
        )
        let trial = try NetworkTrial(
            network,
            samples: Tensor([1, 2, 4], Array(repeating: 0.5, count: 8)),
            Tensor([1, 3, 4], [1, 2, 3, 4, 0, 0, 0, 0, 4, 3, 2, 1])
        )

        let shares = try trial.evaluate([trial.applied.output])[0]

        for row in stride(from: 0, to: shares.count, by: 3) {
            #expect(shares[row + 1] == 0)
            #expect(abs(shares[row] + shares[row + 2] - 1) < 1e-6)
        }
    }

    @Test(arguments: kinds)
    func `dropout of everything leaves the bias alone, and nothing where the network answers`(kind: String) throws {
        let network = try words(kind, #", "dropout": 1"#)
        let input = Tensor([1, 5], [1, 2, 3, 4, 5])
        let trained = try NetworkTrial(network, samples: input, key: [1, 2, 3, 4])
        let answering = try NetworkTrial(network, samples: input)

        #expect(try trained.evaluate([trained.applied.output])[0].allSatisfy { $0 == 0 })
        #expect(try answering.evaluate([answering.applied.output])[0].contains { $0 != 0 })
    }

    @Test func `first kernels are as wide as the inputs and results of each projection say`() throws {
        let network = try network(
            [2, 30],
            #"{"type": "Dense", "units": 30, "name": "x"}"#,
            #"{"type": "MultiHeadAttention", "num_heads": 5, "key_dim": 7, "inputs": ["x", "x"]}"#
        )
        let weights = Dictionary(
            zip(network.parameters.map(\.name), network.initialWeights()),
            uniquingKeysWith: { first, _ in first }
        )
        // √(6 / (fan in + fan out)), from 30 numbers to 5 · 7 or back.
        let bound = (6.0 / 65).squareRoot()
        for name in ["query", "key", "value", "attention_output"] {
            let values = try #require(weights["multi_head_attention/\(name)/kernel"]).values.map(abs)
            let greatest = Double(try #require(values.max()))
            #expect(greatest <= bound && greatest > 0.98 * bound, "\(name)")
        }
    }

    @Test func `the activity regularizer is for each projection, as in Keras`() throws {
        let text =
            #", "activity_regularizer": "l2", "use_bias": false, "kernel_initializer": {"type": "Constant", "value": 0.5}"#
        let network = try network(
            """
            {"name": "m", "layers": [{"type": "InputLayer", "name": "x", "shape": [1, 1]},
              {"type": "MultiHeadAttention", "num_heads": 1, "key_dim": 1\(text), "inputs": ["x", "x"]}]}
            """
        )
        let trial = try NetworkTrial(network, samples: Tensor([1, 1, 1], [4]), key: [1, 2, 3, 4])

        // Query, key and value are 2, the result is 1.
        let penalty = try trial.evaluate([#require(trial.applied.penalty)])[0][0]
        #expect(abs(penalty - 0.01 * 13) < 1e-6)
    }

    @Test func `a layer without a name is called as Keras's class is`() throws {
        let network = try network(
            [2, 4],
            #"{"type": "Dense", "units": 4, "name": "x"}"#,
            #"{"type": "GroupQueryAttention", "num_query_heads": 2, "num_key_value_heads": 1, "head_dim": 2, "inputs": ["x", "x"]}"#
        )

        #expect(network.layers[1].name == "grouped_query_attention")
        #expect(network.layers[1].type == "GroupQueryAttention")
    }

    /// A layer on three inputs of these shapes.
    private func misfit(_ layer: String, _ shapes: [Shape]) throws -> [String] {
        let inputs = shapes.enumerated().map { #"{"type": "InputLayer", "name": "i\#($0)", "shape": \#($1)}"# }
        let names = shapes.indices.map { "\"i\($0)\"" }
        let error = try #require(throws: FaultyInput.self) {
            try network(
                """
                {"name": "m", "layers": [\(inputs.joined(separator: ", ")),
                  {\(layer), "name": "a", "inputs": [\(names.joined(separator: ", "))]}]}
                """
            )
        }
        return error.faults.map(\.detail)
    }

    @Test func `inputs that don't fit each other are told`() throws {
        let heads = #""type": "MultiHeadAttention", "num_heads": 2, "key_dim": 3"#
        #expect(
            try misfit(heads, [[5, 4], [6, 2], [5, 3]]) == [
                #""a" needs a key with as many steps as the value, but "i0" gives [5, 4] and "i1" gives [6, 2] and "i2" "#
                    + "gives [5, 3]"
            ]
        )
        #expect(
            try misfit(heads, [[5, 4], [6, 2], [6, 3], [6, 5]]).first?.hasPrefix(
                #""a" needs as its fourth input an attention mask [steps of the query, steps of the key], but"#
            ) == true
        )
        #expect(
            try misfit(heads + #", "attention_axes": 2"#, [[5, 4, 3], [6, 2, 3]]).first?.hasPrefix(
                #""a" needs a query and a value with the same axes, alike where none is attended over, but"#
            ) == true
        )
        #expect(
            try misfit(heads + #", "use_causal_mask": true"#, [[5, 4, 3], [6, 2, 3]]).first?.hasPrefix(
                #""a" needs one axis to attend over where use_causal_mask or sliding_window is given, but"#
            ) == true
        )
        #expect(
            try misfit(heads + #", "attention_axes": [3]"#, [[5, 4], [6, 2]]).first?.hasPrefix(
                #""a" needs inputs with the axes [3] between the batch and the last, but"#
            ) == true
        )
        #expect(
            try misfit(
                #""type": "GroupQueryAttention", "head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2"#,
                [[5, 4], [6, 2]]
            ).first?.hasPrefix(#""a" needs a query and a value [steps, width] of the same width, but"#) == true
        )
    }

    @Test(arguments: kinds)
    func `scores that are more than a sample may hold are refused before they are made`(kind: String) throws {
        let told = try misfit(kind + #", "use_causal_mask": true"#, [[60_000, 1], [60_000, 1]])

        #expect(told.count == 1)
        #expect(told.first?.contains("computes [") == true)
    }

    @Test func `calls of a Keras layer that differ in what can't differ here are told`() throws {
        let call = #"{"args": [T, T], "kwargs": {"use_causal_mask": FLAG}}"#.replacing(
            "T",
            with: #"{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}"#
        )
        let text = """
            {"class_name": "Functional", "config": {"name": "m", "layers": [
              {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3, 4]}, "inbound_nodes": []},
              {"class_name": "MultiHeadAttention", "config": {"name": "a", "num_heads": 1, "key_dim": 2},
               "inbound_nodes": [\(call.replacing("FLAG", with: "true")), \(call.replacing("FLAG", with: "false"))]}],
              "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0], ["a", 1, 0]]}}
            """

        let error = try #require(throws: FaultyInput.self) { try network(text) }

        #expect(
            error.faults.map(\.detail) == [
                #"use_causal_mask and return_attention_scores differ between calls of "a"; they must be the same"#
            ]
        )
    }
}
