import JSON
import NN
import Testing

/// Losses, their gradients and metrics under masks and weights against the numbers of Keras 3.15.1 on TensorFlow, which
/// `masked_losses.json.gz` and `masked_metrics.json.gz` hold.
struct MaskedLossTests {
    /// What a masked step holds in place of its result, so that `Masking` finds it.
    private static let padding: Float = 99

    static let losses = Reference.cases("masked_losses.json.gz").filter { row in
        // The mean over a batch is the one reduction, and no class is ignored.
        row.json["loss"]?["reduction"] == nil && row.json["loss"]?["ignore_class"] == nil
    }

    /// A network that gives its input, but for the steps that a mask leaves out; the input and the mask's steps.
    private func passing(_ row: ReferenceCase) throws -> (network: Network, input: Tensor, mask: [Bool]?) {
        let prediction = try numbers(#require(row.value("input")["y_pred"]))
        let shape = prediction.shape
        let sample = Shape(Array(shape.extents.dropFirst()))
        guard let mask = row.json["mask"] else {
            return (try network(sample, #"{"type": "Activation", "activation": "linear"}"#), prediction, nil)
        }
        let counts = try #require(mask["data"]).elements.map { value in try value.bool() }
        var values = prediction.values
        for (step, isCounted) in counts.enumerated() where !isCounted {
            for place in step * shape.last..<(step + 1) * shape.last { values[place] = Self.padding }
        }
        let masking = #"{"type": "Masking", "mask_value": \#(Self.padding)}"#
        return (try network(sample, masking), Tensor(shape, values), counts)
    }

    private func numbers(_ json: JSONValue) throws -> Tensor {
        let shape = Shape(try #require(json["shape"]).ints())
        return Tensor(shape, try #require(json["data"]).elements.map { value in try value.float() })
    }

    @Test(arguments: losses)
    func `a loss under a mask and its gradient are Keras's`(row: ReferenceCase) throws {
        let (network, input, mask) = try passing(row)
        var faults = Faults()
        let loss = try #require(try Loss(row.value("loss"), &faults))
        var trial = try NetworkTrial(network, samples: input)
        let given = try numbers(#require(row.value("input")["y_true"]))
        let target = try trial.graph.input("target", shape: given.shape)
        trial.numbers[target] = given.values
        var weights: Value?
        if let weight = try row.json["sample_weight"].map(numbers) {
            let own = weight.shape.last == 1 ? Tensor([weight.shape[0]], weight.values) : weight
            let value = try trial.graph.input("weights", shape: own.shape)
            trial.numbers[value] = own.values
            weights = value
        }

        let ofRows = try loss.append(
            to: &trial.graph,
            prediction: trial.applied.outputs[0],
            target: target,
            stepWeights: weights
        )
        let total = try trial.graph.mean(ofRows, axes: [0])
        let gradient = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]])
        let found = try trial.evaluate([total] + gradient)

        let expected = try row.value("expected")
        let wanted = try numbers(#require(expected["loss"])).values[0]
        #expect(abs(found[0][0] - wanted) < 1e-5)
        var wantedGradient = try numbers(#require(expected["gradient_by_y_pred"])).values
        if let mask {
            // Nothing flows into what doesn't count, which Keras says too.
            for place in wantedGradient.indices where !mask[place / input.shape.last] {
                #expect(wantedGradient[place] == 0)
                wantedGradient[place] = 0
            }
        }
        for (place, wanted) in wantedGradient.enumerated() { #expect(abs(found[1][place] - wanted) < 1e-5) }
    }

    static let metrics = Reference.cases("masked_metrics.json.gz").filter { row in
        // Metrics don't see weights, there is no k to choose, and a loss is no metric here.
        row.json["sample_weight"] == nil && row.json["metric"]?["k"] == nil
            && (try? row.json["metric"]?["type"]?.string()) != "CategoricalCrossentropy"
    }

    @Test(arguments: metrics)
    func `a metric under a mask is Keras's`(row: ReferenceCase) throws {
        let (network, input, _) = try passing(row)
        let names = [
            "SparseCategoricalAccuracy": ("sparse_categorical_accuracy", "sparse_categorical_crossentropy"),
            "CategoricalAccuracy": ("categorical_accuracy", "categorical_crossentropy"),
            "BinaryAccuracy": ("binary_accuracy", "binary_crossentropy"), "MeanAbsoluteError": ("mae", "mse"),
            "MeanSquaredError": ("mse", "mse"), "RootMeanSquaredError": ("rmse", "mse"),
        ]
        let name = try #require(row.value("metric")["type"]).string()
        let (metric, loss) = try #require(names[name])
        let target = try numbers(#require(row.value("input")["y_true"]))
        let classes = metric.hasPrefix("sparse") ? input.shape.last : nil
        let data = TensorData(inputs: input, targets: target, classes: classes)
        let session = try TrainingSession(
            network: network,
            options: options(loss, #""metrics": ["\#(metric)"]"#),
            data: data,
            threads: 1
        )

        let found = try #require(try session.evaluate(data)?.last)

        #expect(found.name == metric)
        #expect(try abs(found.value - row.value("expected").double()) < 1e-5)
    }

    @Test func `smoothed labels are smoothed one-hot rows, also under a mask`() throws {
        let network = try network([3, 4], #"{"type": "Masking", "mask_value": 99}"#, #"{"type": "Softmax"}"#)
        var numbers = TestNumbers(5)
        var input = numbers.list(24)
        for place in 4..<8 { input[place] = 99 }
        let labels: [Float] = [0, 3, 2, 1, 1, 3]
        let rows = labels.flatMap { label in (0..<4).map { Float($0) == label ? Float(1) : 0 } }
        func run(_ type: String, _ targets: Tensor) throws -> [[Float]] {
            var faults = Faults()
            let text = #"{"type": "\#(type)_crossentropy", "label_smoothing": 0.3}"#
            let loss = try #require(try Loss(JSONDocument(parsing: text).root, &faults))
            var trial = try NetworkTrial(network, samples: Tensor([2, 3, 4], input))
            let target = try trial.graph.input("target", shape: targets.shape)
            trial.numbers[target] = targets.values
            let losses = try loss.append(to: &trial.graph, prediction: trial.applied, target: target)
            let total = try trial.graph.sum(losses, axes: [0])
            let byInput = try trial.graph.gradients(of: total, withRespectTo: trial.inputs)
            return try trial.evaluate([losses] + byInput)
        }

        let sparse = try run("sparse_categorical", Tensor([2, 3], labels))
        let oneHot = try run("categorical", Tensor([2, 3, 4], rows))

        for (found, wanted) in zip(sparse, oneHot) { #expect(relativeError(found, wanted) < 1e-5) }
        #expect(sparse[1][4..<8].allSatisfy { $0 == 0 })
    }
}
