import JSON
import NN
import Testing

/// Models with several inputs and outputs: what they learn, answer and refuse.
struct SeveralOutputsTests {
    /// Two inputs, a classifier and two values; wide enough that a batch is cut.
    private static let model = """
        {"name": "two", "seed": 3, "layers": [
          {"type": "InputLayer", "name": "image", "shape": [10, 10, 1]},
          {"type": "InputLayer", "name": "extra", "shape": [40]},
          {"type": "Normalization", "name": "scaled", "inputs": ["extra"]},
          {"type": "Conv2D", "name": "conv", "filters": 8, "kernel_size": 3, "inputs": ["image"]},
          {"type": "BatchNormalization", "name": "norm"},
          {"type": "Flatten", "name": "flat"},
          {"type": "Concatenate", "name": "both", "inputs": ["flat", "scaled"]},
          {"type": "Dropout", "name": "drop", "rate": 0.2},
          {"type": "Dense", "name": "class", "units": 3, "activation": "softmax"},
          {"type": "Dense", "name": "value", "units": 2, "inputs": ["drop"]}],
         "outputs": ["class", "value"]}
        """

    private static let losses = #"{"class": "sparse_categorical_crossentropy", "value": "mse"}"#

    private func data(rows: Int, extra: Int = 40, classes: Int? = 3, seed: Int = 5) -> MultiTensorData {
        var numbers = TestNumbers(seed)
        return MultiTensorData(
            inputs: [
                Tensor([rows, 10, 10, 1], numbers.list(rows * 100)),
                Tensor([rows, extra], numbers.list(rows * extra, in: 3...9)),
            ],
            targets: [
                Tensor([rows], (0..<rows).map { Float($0 % 3) }),
                Tensor([rows, 2], numbers.list(rows * 2)),
            ],
            classes: [classes, nil]
        )
    }

    private func options(_ loss: String = losses, _ fields: String = "") throws -> TrainingOptions {
        try TrainingOptions(
            JSONDocument(parsing: "{\"loss\": \(loss), \"batch_size\": 64\(fields.isEmpty ? "" : ", ")\(fields)}").root
        )
    }

    @Test func `a row holds one input after the other, and a result one output after the other`() throws {
        let network = try network(Self.model)

        #expect(network.inputs.map(\.name) == ["image", "extra"])
        #expect(network.inputShape == [140])
        #expect(network.outputs.map(\.name) == ["class", "value"])
        #expect(network.outputShape == [5])
    }

    @Test func `the bits depend neither on threads nor on where the run was cut`() throws {
        let network = try network(Self.model)
        let options = try options(
            Self.losses,
            #""epochs": 2, "optimizer": "adam", "validation_split": 0.25, "loss_weights": {"value": 3}, "#
                + #""metrics": {"class": ["accuracy", "confusion_matrix"], "value": "mae"}"#
        )
        let data = data(rows: 170)
        let alone = try trained(network, options, data)
        let team = try trained(network, options, data, threads: 3)
        let cut = try TrainingSession(network: network, options: options, data: data, threads: 2)
        #expect(try cut.run { session, _ in session.progress.step == 2 ? .pause : .proceed } == .paused)
        let rest = try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: 1,
            resuming: TrainingCheckpoint(decoding: cut.checkpoint().encoded())
        )
        #expect(try rest.run() == .finished)

        for other in [team, rest] {
            #expect(bits(other.weights) == bits(alone.weights))
            #expect(other.course == alone.course)
        }
        let names = [
            "loss", "class_loss", "value_loss", "class_accuracy", "class_confusion_matrix", "value_mae",
        ]
        #expect(alone.history[0].measurements.map(\.name) == names + names.map { "val_" + $0 })
        let first = Dictionary(uniqueKeysWithValues: alone.history[1].measurements.map { ($0.name, $0.value) })
        let sum = try #require(first["val_class_loss"]) + 3 * #require(first["val_value_loss"])
        #expect(try abs(#require(first["val_loss"]) - sum) < 1e-5 * sum)
    }

    @Test func `a layer learns its input's statistics beside other inputs`() throws {
        let network = try network(Self.model)
        let data = data(rows: 128)
        let session = try trained(network, options(), data)
        let place = try #require(network.parameters.firstIndex { $0.name == "scaled/mean" })

        let means = session.weights[place].values

        #expect(means.allSatisfy { (5...7).contains($0) }, "of numbers between 3 and 9")
        let first = try (0..<128).map { row -> Float in
            var inputs = [Float](repeating: 0, count: 140)
            var targets = [Float](repeating: 0, count: 3)
            try [row].withUnsafeBufferPointer { rows in
                try inputs.withUnsafeMutableBufferPointer { inputs in
                    try targets.withUnsafeMutableBufferPointer { targets in
                        let (x, y) = try (#require(inputs.baseAddress), #require(targets.baseAddress))
                        data.gather(rows, inputs: x, targets: y)
                    }
                }
            }
            return inputs[100]
        }
        #expect(abs(means[0] - first.reduce(0, +) / 128) < 1e-4)
    }

    @Test func `answers are the outputs of the forward pass, whatever the batch`() throws {
        let network = try network(Self.model)
        let weights = network.initialWeights()
        var numbers = TestNumbers(9)
        let images = Tensor([7, 10, 10, 1], numbers.list(700))
        let extras = Tensor([7, 40], numbers.list(280))
        let trial = try NetworkTrial(network, inputs: [images, extras], weights: weights)
        let expected = try trial.evaluate(trial.applied.outputs.map(\.output))
        var rows: [Float] = []
        for row in 0..<7 {
            rows += images.values[row * 100..<(row + 1) * 100]
            rows += extras.values[row * 40..<(row + 1) * 40]
        }
        let worker = try InferenceModel(InferencePlans(network), weights: weights).makeWorker()

        let found = try worker.predict(Tensor([7, 140], rows))
        let alone = try worker.predict(Tensor([1, 140], Array(rows[0..<140])))

        var interleaved: [Float] = []
        for row in 0..<7 {
            interleaved += expected[0][row * 3..<(row + 1) * 3]
            interleaved += expected[1][row * 2..<(row + 1) * 2]
        }
        #expect(relativeError(found.values, interleaved) < 1e-5)
        #expect(bits([alone])[0] == Array(bits([found])[0][0..<5]))
    }

    @Test func `an output without a loss isn't learned, and its own weights stay`() throws {
        let network = try network(Self.model)
        let data = MultiTensorData(
            inputs: [Tensor([96, 10, 10, 1], TestNumbers.list(9600)), Tensor([96, 40], TestNumbers.list(3840))],
            targets: [Tensor([96], (0..<96).map { Float($0 % 3) })],
            classes: [3]
        )

        let session = try trained(
            network,
            options(
                #"{"class": "sparse_categorical_crossentropy", "value": null}"#,
                #""metrics": {"class": "accuracy"}"#
            ),
            data
        )

        #expect(session.history[0].measurements.map(\.name) == ["loss", "class_accuracy"])
        for (place, parameter) in network.parameters.enumerated() {
            let stays = bits([session.weights[place]]) == bits([network.initialWeights()[place]])
            if parameter.name.hasPrefix("value/") { #expect(stays) }
            if parameter.name == "class/kernel" { #expect(!stays) }
        }
    }

    /// What doesn't fit the model, and what is told.
    static let misfits: [(String, String, String)] = [
        (#"{"class": "mse", "values": "mse"}"#, "", #"/loss/values: unknown output "values"; did you mean "value"?"#),
        (#"["mse"]"#, "", #"/loss: expected one entry an output, 2 of them: "class", "value"; found 1"#),
        (
            #"{"class": "sparse_categorical_crossentropy", "value": "sparse_categorical_crossentropy"}"#, "",
            #"/loss/value: output "value": "sparse_categorical_crossentropy" needs class labels"#
        ),
        (Self.losses, #""loss_weights": {"klass": 2}"#, #"/loss_weights/klass: unknown output "klass""#),
        (Self.losses, #""metrics": ["accuracy"]"#, #"/metrics: expected an object by output name, or an entry"#),
        (Self.losses, #""metrics": {"value": ["mae", "sparse_categorical_accuracy"]}"#, "/metrics/value/1: "),
        (Self.losses, #""class_weight": {"0": 2}"#, "/class_weight: goes with one output, but 2 are learned"),
        (
            Self.losses, #""early_stopping": {"monitor": "accuracy"}"#,
            #"/early_stopping/monitor: "accuracy" isn't measured"#
        ),
    ]

    @Test(arguments: misfits)
    func `options that don't fit the outputs are told`(loss: String, fields: String, told: String) throws {
        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(
                network: network(Self.model),
                options: options(loss, fields),
                data: data(rows: 12),
                threads: 1
            )
        }

        #expect(error.faults.contains { $0.description.hasPrefix(told) }, "\(error.faults)")
    }

    @Test func `data that doesn't fit the inputs is told by the input's name`() throws {
        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(
                network: network(Self.model),
                options: options(),
                data: data(rows: 12, extra: 41),
                threads: 1
            )
        }

        #expect(
            error.faults.map(\.description).contains {
                $0.contains(#"the data's rows of "extra" are [41], the model "two" takes [40]"#)
            }
        )
    }

    @Test func `a target that its output's loss doesn't take ends the run with its row`() throws {
        var labels = [Float](repeating: 1, count: 12)
        labels[7] = 3
        let data = MultiTensorData(
            inputs: [Tensor(repeating: 0, [12, 10, 10, 1]), Tensor(repeating: 4, [12, 40])],
            targets: [Tensor([12], labels), Tensor(repeating: -8, [12, 2])],
            classes: [3, nil]
        )
        let session = try TrainingSession(network: network(Self.model), options: options(), data: data, threads: 1)

        #expect(throws: TrainingError.badTarget(row: 7, found: 3, allowed: .labels(below: 3))) { try session.run() }
    }

    @Test func `a batch whose results no machine holds is refused before anything is allocated`() throws {
        let network = try network(
            #"{"name": "m", "input_shape": [1000], "layers": [{"type": "Dense", "units": 1}]}"#,
            limits: Limits(batchActivations: 100)
        )
        let data = TensorData(inputs: Tensor(repeating: 0, [200, 1000]), targets: Tensor(repeating: 0, [200, 1]))

        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(
                network: network,
                options: NNTests.options("mse", #""batch_size": 150"#),
                data: data,
                threads: 1
            )
        }

        #expect(
            error.faults.map(\.description) == [
                "/batch_size: the layers' results for a batch of 150 rows hold 150 (0.6 KiB) numbers; the limit is 100; "
                    + "use a batch_size of at most 100"
            ]
        )
    }

    @Test func `options by output are the same when written and read`() throws {
        let options = try options(
            #"{"class": {"type": "Huber", "delta": 2}, "value": null}"#,
            #""loss_weights": [1, null], "metrics": {"class": ["mae"]}"#
        )
        var json = JSONWriter()
        json.write(options)

        #expect(try TrainingOptions(JSONDocument(parsing: json.text).root) == options)
    }
}

extension TestNumbers {
    /// Numbers of a sequence of their own.
    fileprivate static func list(_ count: Int) -> [Float] {
        var numbers = TestNumbers(count)
        return numbers.list(count)
    }
}
