import JSON
import NN
import Testing

/// What holds between derivatives that different views take.
@Suite struct DerivativeViewTests {
    static let models = [
        #"{"name": "m", "input_shape": [6, 5, 2], "layers": [{"type": "Conv2D", "name": "conv", "filters": 3, "kernel_size": 3, "activation": "tanh"}, {"type": "BatchNormalization"}, {"type": "Flatten"}, {"type": "Dense", "units": 4, "activation": "softmax"}]}"#,
        #"{"name": "m", "input_shape": [6, 3], "layers": [{"type": "GRU", "units": 4, "name": "gru", "return_sequences": true}, {"type": "LSTM", "units": 3}, {"type": "Dense", "units": 2}]}"#,
        #"{"name": "m", "layers": [{"type": "InputLayer", "name": "a", "shape": [4]}, {"type": "InputLayer", "name": "b", "shape": [4]}, {"type": "Multiply", "inputs": ["a", "b"]}, {"type": "Dense", "units": 3, "activation": "sigmoid"}]}"#,
    ]

    @Test(arguments: models)
    func `forward and reverse mode agree by the adjoint identity`(model: String) throws {
        let inspected = try InspectedRow(model)
        let network = inspected.network
        var numbers = TestNumbers(3)
        for variable in [DifferentiationVariable.input(0), .layer(network.layers.count - 2)] {
            let forward = try SensitivityPlan(network, at: variable, layers: [])
            let direction = numbers.list(forward.directionShape.volume)
            let moved = forward.run(inspected.row, along: direction, inspected.model)
            let reverse = try GradientPlan(network, of: Differentiand(output: 0, .output), by: [variable])
            let cotangent = numbers.list(network.outputs[0].shape.volume)
            let found = reverse.run(inspected.row, seed: cotangent, inspected.model)
            let one = dot(cotangent, moved.outputs[0].change.values)
            let other = dot(found.derivatives[0].gradient.values, direction)
            #expect(abs(one - other) < 1e-5 * max(1, abs(one)))
            #expect(found.value.values == moved.outputs[0].value.values)
        }
    }

    @Test func `integrated gradients add up to the difference of the number`() throws {
        let inspected = try InspectedRow(Self.models[0])
        let differentiand = Differentiand(output: 0, .logit)
        let way = try IntegratedGradients(inspected.network, of: differentiand, along: .input(0))
        let end = Tensor(inspected.network.inputShape, inspected.row)
        let baseline = [Float](repeating: 0.1, count: end.volume)
        var errors: [Double] = []
        for steps in [4, 33, 200] {
            let found = try way.run(
                inspected.row,
                to: end,
                from: baseline,
                steps: steps,
                seed: inspected.seed(2, of: 4),
                target: [],
                inspected.model
            ) {}
            errors.append(abs(found.sum - found.difference))
        }
        #expect(errors[1] < 1e-3 && errors[2] < 1e-4)
        #expect(errors[0] > errors[2])
    }

    @Test func `integrated gradients go along an embedding's result, not along indices`() throws {
        let text =
            #"{"name": "m", "input_shape": [5], "layers": [{"type": "Embedding", "input_dim": 9, "output_dim": 3, "name": "words"}, {"type": "GRU", "units": 4}, {"type": "Dense", "units": 1, "activation": "sigmoid"}]}"#
        let inspected = try InspectedRow(text, classes: 9)
        #expect(inspected.network.embedding(ofInput: 0) == 0)
        let byIndices = try GradientPlan(inspected.network, of: Differentiand(output: 0, .logit), by: [.input(0)])
        #expect(byIndices.isReached == [false])
        let variable = DifferentiationVariable.layer(0)
        let plan = try GradientPlan(inspected.network, of: Differentiand(output: 0, .logit), by: [variable])
        let end = plan.run(inspected.row, seed: [1], inspected.model).derivatives[0].value
        let way = try IntegratedGradients(inspected.network, of: Differentiand(output: 0, .logit), along: variable)
        let found = try way.run(
            inspected.row,
            to: end,
            from: [Float](repeating: 0, count: end.volume),
            steps: 64,
            seed: [1],
            target: [],
            inspected.model
        ) {}
        #expect(abs(found.sum - found.difference) < 1e-4)
        #expect(abs(found.difference) > 1e-3)
    }

    @Test(arguments: models)
    func `differences agree with derivatives, and the same seed gives the same bits`(model: String) throws {
        let inspected = try InspectedRow(model)
        var faults = Faults()
        let loss = try #require(Loss(JSONDocument(parsing: "\"mse\"").root, &faults))
        let shape = inspected.network.outputs[0].shape
        let rule = try loss.rule(for: .values(shape: shape), output: shape)
        let check = try GradientCheck(inspected.network, of: Differentiand(output: 0, .loss(loss, rule)))
        let options = GradientCheck.Options(samples: 8, step: 0.01, steps: [1, 0.1, 0.01, 1e-6], seed: 5)
        let target = [Float](repeating: 0.4, count: shape.volume)
        let found = try check.run(inspected.row, target: target, options, inspected.model) {}
        for tensor in found.tensors { #expect(tensor.error < GradientCheck.tolerance, "\(tensor.name)") }
        #expect(abs(found.forward - found.reverse) < 1e-5 * max(1, abs(found.reverse)))
        #expect(abs(found.numerical - found.reverse) < 0.02 * max(0.01, abs(found.reverse)))
        #expect(found.curve.map(\.step) == [1, 0.1, 0.01, 1e-6])
        let again = try check.run(inspected.row, target: target, options, inspected.model) {}
        #expect(again.reverse.bitPattern == found.reverse.bitPattern)
        #expect(
            again.tensors.flatMap { $0.elements.map(\.numerical) }
                == found.tensors.flatMap { $0.elements.map(\.numerical) }
        )
        #expect(check.elementCount(samples: 2) <= 2 * inspected.network.trainableParameters.count)
    }

    @Test(arguments: NetworkGraphView.Level.allCases, [false, true])
    func `a graph's derivatives are those of the gradients`(level: NetworkGraphView.Level, expanded: Bool) throws {
        let inspected = try InspectedRow(Self.models[1])
        let network = inspected.network
        let view = try NetworkGraphView(
            network,
            level: level,
            expanding: expanded ? [0] : [],
            hasValues: true,
            of: Differentiand(output: 0, .output),
            limit: 5000
        )
        let found = view.run(inspected.row, seed: [0, 1], target: [], inspected.model)
        #expect(found.count == view.nodes.count)
        for node in view.nodes { #expect(node.operands.allSatisfy { $0 < node.id }) }
        let plan = try GradientPlan(
            network,
            of: Differentiand(output: 0, .output),
            by: [.input(0)] + network.trainableParameters.map { .parameter($0) }
        )
        let right = plan.run(inspected.row, seed: [0, 1], inspected.model)
        let input = try #require(view.nodes.first { $0.layer == "input" })
        let own = try #require(found[input.id].derivative)
        #expect(zip(own.values, right.derivatives[0].gradient.values).allSatisfy { abs($0 - $1) < 1e-5 })
        guard level == .operations else { return }
        #expect(view.nodes.contains { $0.operation == "gru" } != expanded)
        let kernel = try #require(view.nodes.first { $0.layer == "gru/kernel" })
        let byKernel = try #require(found[kernel.id].derivative)
        #expect(zip(byKernel.values, right.derivatives[1].gradient.values).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func `more nodes than may be are refused with their number`() throws {
        let inspected = try InspectedRow(Self.models[1])
        let error = #expect(throws: NodeLimit.self) {
            try NetworkGraphView(
                inspected.network,
                level: .operations,
                expanding: [0, 1],
                hasValues: false,
                of: nil,
                limit: 50
            )
        }
        #expect((error?.count ?? 0) > 50)
    }

    @Test func `attention's weights are shares of the keys that a query sees`() throws {
        let text =
            #"{"name": "m", "input_shape": [5], "layers": [{"type": "Embedding", "input_dim": 9, "output_dim": 4, "name": "x", "mask_zero": true}, {"type": "MultiHeadAttention", "name": "att", "num_heads": 2, "key_dim": 3, "inputs": ["x", "x"], "use_causal_mask": true}, {"type": "GlobalAveragePooling1D"}]}"#
        let inspected = try InspectedRow(text, row: [3, 1, 8, 0, 0])
        let place = try #require(AttentionView.layers(of: inspected.network).first)
        let view = try AttentionView(inspected.network, rows: try inspected.rows, layer: place)
        let found = view.run(inspected.row, inspected.model)
        #expect(found.scores.shape == [2, 5, 5] && found.weights.shape == [2, 5, 5])
        for head in 0..<2 {
            for query in 0..<5 {
                let own = (0..<5).map { found.weights.values[head * 25 + query * 5 + $0] }
                #expect(abs(own.reduce(0, +) - (query < 3 ? 1 : 0)) < 1e-6)
                for key in 0..<5 where key > query || key > 2 { #expect(own[key] == 0) }
            }
        }
    }
}
