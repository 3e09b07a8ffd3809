import JSON
import NN
import Testing

/// The views inside against numbers of Keras and PyTorch.
@Suite struct ReferenceViewTests {
    static let cases = Reference.cases("views.json.gz")

    @Test func `there are cases`() { #expect(Self.cases.count == 4) }

    @Test(arguments: cases)
    func `layers give what they give in Keras`(reference: ReferenceCase) throws {
        let inspected = try InspectedRow(reference)
        let network = inspected.network
        let view = try ActivationView(network, rows: try inspected.rows, layers: Array(network.layers.indices))
        let found = view.run(inspected.row, inspected.model)
        #expect(found.map(\.name) == network.layers.map(\.name))
        for (own, right) in zip(found, try reference.tensors("activations")) {
            #expect(own.tensor.shape == right.shape)
            #expect(relativeError(own.tensor.values, right.values) < 1e-5, "\(own.name)")
        }
    }

    @Test(arguments: cases)
    func `gradients by input, layer and weights are PyTorch's`(reference: ReferenceCase) throws {
        let inspected = try InspectedRow(reference)
        let network = inspected.network
        for gradient in try reference.value("gradients").elements {
            let kind = try #require(gradient["value"]).string()
            let index = try #require(gradient["index"]).int()
            let layer = try #require(gradient["layer"]).string()
            let variables =
                [DifferentiationVariable.input(0), .layer(try #require(network.place(ofLayer: layer)))]
                + network.trainableParameters.map { .parameter($0) }
            let plan = try GradientPlan(
                network,
                of: Differentiand(output: 0, kind == "logit" ? .logit : .output),
                by: variables
            )
            let seed = inspected.seed(index, of: plan.valueShape.volume)
            let found = plan.run(inspected.row, seed: seed, inspected.model)
            #expect(abs(Double(found.value.values[index]) - (try #require(gradient["number"]).double())) < 1e-5)
            let input = try Tensor(reference: #require(gradient["input"]))
            #expect(relativeError(found.derivatives[0].gradient.values, input.values) < 1e-4)
            let byLayer = try Tensor(reference: #require(gradient["by_layer"]))
            #expect(relativeError(found.derivatives[1].gradient.values, byLayer.values) < 1e-4)
            let weights = Array(try #require(gradient["weights"]).elements)
            #expect(weights.count == network.trainableParameters.count)
            for (own, weight) in zip(found.derivatives.dropFirst(2), weights) {
                let right = try Tensor(reference: weight)
                let name = try #require(weight["name"]).string()
                #expect(relativeError(own.gradient.values, right.values) < 2e-4, "\(name)")
            }
            guard let reference = gradient["grad_cam"] else { continue }
            let cam = GradCAM(
                Tensor(Shape(found.derivatives[1].value.shape.extents.suffix(3)), found.derivatives[1].value.values),
                gradient: Tensor(
                    Shape(found.derivatives[1].value.shape.extents.suffix(3)),
                    found.derivatives[1].gradient.values
                ),
                input: Array(network.inputs[0].shape.extents.prefix(2))
            )
            for (own, name) in [
                (cam.channelWeights, "channel_weights"), (cam.map, "map"), (cam.mapOnInput, "map_on_input"),
            ] {
                let right = try Tensor(reference: #require(reference[name]))
                #expect(own.shape == right.shape)
                #expect(relativeError(own.values, right.values) < 1e-4, "\(name)")
            }
        }
    }

    @Test(arguments: cases.filter { $0.json["gates"] != nil })
    func `gates are those of the formulas`(reference: ReferenceCase) throws {
        let inspected = try InspectedRow(reference)
        let gates = try reference.value("gates")
        let recurrence = try #require(GateView.recurrences(of: inspected.network).first)
        #expect(recurrence.layer == (try gates["layer"]?.string()))
        let view = try GateView(inspected.network, rows: try inspected.rows, of: recurrence)
        let found = view.run(inspected.row, inspected.model)
        for (name, own) in found.gates + found.states {
            let right = try Tensor(reference: #require(gates[name], "\(name)"))
            #expect(own.shape == right.shape)
            #expect(relativeError(own.values, right.values) < 1e-5, "\(name)")
        }
        #expect(found.gates.count + found.states.count == gates.count - 1)
    }
}
