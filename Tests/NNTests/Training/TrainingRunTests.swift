import Foundation
import JSON
import NN
import Synchronization
import Testing

struct TrainingRunTests {
    @Test func `a network learns to tell classes apart`() throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 40, "batch_size": 16, "optimizer": {"type": "Adam", "learning_rate": 0.01}, "#
                + #""metrics": ["accuracy"], "validation_split": 0.25, "seed": 1"#
        )

        let session = try trained(classifier(), options, classes(rows: 240))

        let last = try #require(session.history.last)
        let accuracy = try #require(last.measurements.first { $0.name == "val_accuracy" })
        #expect(accuracy.value > 0.9)
        let test = try #require(try session.evaluate(classes(rows: 300, seed: 2), prefix: "test_"))
        #expect(test.map(\.name) == ["test_loss", "test_accuracy"])
        #expect(test[1].value > 0.9)
    }

    @Test func `a step on a batch in parts moves the weights by the gradient of the whole batch`() throws {
        let network = try network(
            [300],
            #"{"type": "Dense", "units": 256, "activation": "tanh"}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        let data = classes(rows: 128, width: 300)
        let options = try options(
            "sparse_categorical_crossentropy",
            #""batch_size": 128, "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": 1}"#
        )
        var trial = try NetworkTrial(network, samples: data.inputs)
        let target = try trial.graph.input("target", shape: [128])
        trial.numbers[target] = data.targets.values
        let losses = try options.loss.append(to: &trial.graph, prediction: trial.applied, target: target)
        let mean = try trial.graph.mean(losses, axes: [0])
        let values = try trial.graph.gradients(of: mean, withRespectTo: trial.weights)
        let gradients = try trial.evaluate(values)

        let session = try trained(network, options, data, threads: 2)

        for ((before, after), gradient) in zip(zip(network.initialWeights(), session.weights), gradients) {
            let moved = zip(before.values, after.values).map { $0 - $1 }
            // The difference of two weights of about 0.1 is exact to 1e-8, where the gradients are about 1e-3.
            #expect(relativeError(moved, gradient) < 1e-4)
        }
    }

    @Test func `each epoch visits every training row once, in an order of its own`() throws {
        let data = RecordingData(rows: 20)
        let options = try options("mse", #""epochs": 3, "batch_size": 6, "validation_split": 0.25"#)

        _ = try trained(network([1], #"{"type": "Dense", "units": 1}"#), options, data)

        let epochs = data.epochs(of: 20)
        #expect(epochs.count == 3)
        #expect(epochs.allSatisfy { Set($0.prefix(15)) == Set(0..<15) })
        #expect(epochs.allSatisfy { Array($0.suffix(5)) == Array(15..<20) }, "the last rows validate")
        #expect(Set(epochs.map { Array($0.prefix(15)) }).count == 3)
    }

    @Test func `without shuffling the rows come in their order`() throws {
        let data = RecordingData(rows: 10)
        let options = try options("mse", #""epochs": 2, "batch_size": 4, "shuffle": false"#)

        _ = try trained(network([1], #"{"type": "Dense", "units": 1}"#), options, data)

        #expect(data.epochs(of: 10) == [Array(0..<10), Array(0..<10)])
    }

    @Test func `a cancelled run ends after the step in which it was asked to`() throws {
        let options = try options("sparse_categorical_crossentropy", #""epochs": 5, "batch_size": 8"#)
        let session = try TrainingSession(network: classifier(), options: options, data: classes(rows: 48), threads: 2)
        var steps = 0

        let outcome = try session.run { _, _ in
            steps += 1
            return steps == 3 ? .cancel : .proceed
        }

        #expect(outcome == .cancelled)
        #expect(steps == 3)
        #expect(session.progress.step == 3)
        #expect(session.history.isEmpty)
    }

    @Test func `progress tells epoch, step, pace and what is left`() throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 20, "metrics": ["acc"]"#
        )
        let session = try TrainingSession(network: classifier(), options: options, data: classes(rows: 48), threads: 1)
        #expect(session.progress.samplesPerSecond == nil)
        #expect(session.progress.measurements.isEmpty)
        var seen: [TrainingProgress] = []

        _ = try session.run { session, event in
            if event == .step { seen.append(session.progress) }
            return .proceed
        }

        #expect(seen.map(\.epoch) == [1, 1, 1, 2, 2, 2])
        #expect(seen.map(\.step) == [1, 2, 3, 1, 2, 3])
        #expect(seen.allSatisfy { $0.epochs == 2 && $0.steps == 3 })
        #expect(seen.allSatisfy { $0.measurements.map(\.name) == ["loss", "acc"] })
        #expect(seen.allSatisfy { ($0.samplesPerSecond ?? 0) > 0 })
        #expect(seen.dropLast().allSatisfy { ($0.etaSeconds ?? 0) > 0 })
        #expect(seen.last?.etaSeconds == 0)
    }

    @Test func `a loss that is not finite ends the run and says where and what helps`() throws {
        let options = try options("mse", #""epochs": 50, "optimizer": {"type": "SGD", "learning_rate": 1e30}"#)
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1}"#),
            options: options,
            data: RecordingData(rows: 64),
            threads: 1
        )

        let error = try #require(throws: TrainingError.self) { try session.run() }

        guard case .lossNotFinite(let epoch, let step, _, let origin) = error else {
            Issue.record("found \(error)")
            return
        }
        #expect((epoch, step) == (1, 2))
        #expect(origin == nil, "the layer's result is finite, its square isn't")
        #expect(error.description.contains("epoch 1, step 2"))
        #expect(error.description.contains("learning_rate"))
    }

    @Test func `the layer whose result first was not finite is named`() throws {
        let session = try TrainingSession(
            network: network(
                [1],
                #"{"type": "Dense", "units": 1, "name": "first"}"#,
                #"{"type": "Activation", "activation": "exponential", "name": "second"}"#,
                #"{"type": "Dense", "units": 1, "name": "third"}"#
            ),
            options: options("mse"),
            data: TensorData(inputs: Tensor([2, 1], [1, 100]), targets: Tensor([2, 1], [0, 0])),
            threads: 1,
            weights: [Tensor([1, 1], [1]), Tensor([1], [0]), Tensor([1, 1], [1]), Tensor([1], [0])]
        )
        let before = bits(session.weights)

        let error = try #require(throws: TrainingError.self) { try session.run() }

        #expect(
            error == .lossNotFinite(epoch: 1, step: 1, loss: .infinity, origin: "the result of layer \"second\"")
        )
        #expect(error.description.contains("epoch 1, step 1, first in the result of layer \"second\""))
        #expect(bits(session.weights) == before)
    }

    @Test func `an input that is not finite is named by its row`() throws {
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1}"#),
            options: options("mse", #""shuffle": false"#),
            data: TensorData(inputs: Tensor([3, 1], [1, .nan, 2]), targets: Tensor([3, 1], [0, 0, 0])),
            threads: 1
        )

        let error = try #require(throws: TrainingError.self) { try session.run() }

        #expect(error.description.contains("first in the input of row 1"))
    }

    @Test func `a gradient that is not finite ends the run, names its weight and leaves the weights`() throws {
        // The squared error of 1e19 is just finite; its gradient, 1e19 times the input, isn't.
        let data = TensorData(inputs: Tensor([1, 1], [1e20]), targets: Tensor([1, 1], [0]))
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1}"#),
            options: options("mse"),
            data: data,
            threads: 1,
            weights: [Tensor([1, 1], [0.1]), Tensor([1], [0])]
        )
        let before = bits(session.weights)

        let error = try #require(throws: TrainingError.self) { try session.run() }

        #expect(error == .gradientNotFinite(epoch: 1, step: 1, weight: "dense/kernel"))
        #expect(error.description.contains("clipnorm"))
        #expect(bits(session.weights) == before)
    }

    @Test func `a target that the loss does not take ends the run before the step`() throws {
        let targets = Tensor([4], [0, 1, 7, 2])
        let data = TensorData(inputs: Tensor(repeating: 0, [4, 6]), targets: targets, classes: 3)
        let options = try options("sparse_categorical_crossentropy")
        let session = try TrainingSession(network: classifier(), options: options, data: data, threads: 1)
        let before = bits(session.weights)

        let error = try #require(throws: TrainingError.self) { try session.run() }

        #expect(error == .badTarget(row: 2, found: 7, allowed: .labels(below: 3)))
        #expect(error.description == "row 2: the target is 7.0, the loss takes class indices from 0 to 2")
        #expect(bits(session.weights) == before)
    }

    @Test func `rows that can't be read end the run with the reason`() throws {
        let options = try options("mse", #""batch_size": 8"#)
        let session = try TrainingSession(
            network: network([1], #"{"type": "Dense", "units": 1}"#),
            options: options,
            data: RecordingData(rows: 32, failingRow: 20),
            threads: 2
        )

        #expect(throws: RecordingData.Unreadable(row: 20)) { try session.run() }
    }

    @Test(arguments: [
        ("mse", "", ["/loss"]),
        ("sparse_categorical_crossentropy", #""metrics": ["accuracy", "mae"]"#, ["/metrics/1"]),
        (
            "sparse_categorical_crossentropy", #""metrics": ["binary_accuracy", "categorical_accuracy"]"#,
            ["/metrics/0", "/metrics/1"]
        ),
        ("sparse_categorical_crossentropy", #""validation_split": 0.99"#, ["/validation_split"]),
        ("sparse_categorical_crossentropy", #""early_stopping": {}"#, ["/early_stopping/monitor"]),
        ("sparse_categorical_crossentropy", #""early_stopping": {}, "validation_split": 0.3"#, []),
        (
            "sparse_categorical_crossentropy", #""early_stopping": {"monitor": "accuracy"}"#,
            ["/early_stopping/monitor"]
        ),
        (
            "sparse_categorical_crossentropy",
            #""reduce_lr_on_plateau": {"monitor": "loss"}, "optimizer": {"type": "SGD", "learning_rate": "#
                + #"{"type": "CosineDecay", "initial_learning_rate": 1, "decay_steps": 2}}"#,
            ["/reduce_lr_on_plateau"]
        ),
        ("sparse_categorical_crossentropy", #""class_weight": {"3": 2}"#, ["/class_weight"]),
        ("sparse_categorical_crossentropy", #""metrics": ["perplexity", "precision", "f1_score"]"#, []),
        ("sparse_categorical_crossentropy", #""metrics": ["auc", "r2_score"]"#, ["/metrics/0", "/metrics/1"]),
        ("sparse_categorical_crossentropy", #""validation_split": 0.001"#, []),
    ])
    func `options that do not fit network and data are told by pointer`(
        loss: String,
        fields: String,
        pointers: [String]
    ) throws {
        let options = try options(loss, fields)
        let network = try classifier()
        var found: [String] = []

        do throws(FaultyInput) {
            _ = try TrainingSession(network: network, options: options, data: classes(rows: 9), threads: 1)
        } catch {
            found = error.faults.map(\.pointer)
        }

        #expect(found == pointers)
    }

    @Test func `data of another shape than the network's input names both`() throws {
        let options = try options("sparse_categorical_crossentropy")

        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(network: classifier(width: 5), options: options, data: classes(rows: 9), threads: 1)
        }

        #expect(error.description.contains("[6]"))
        #expect(error.description.contains("[5]"))
    }

    @Test func `a row counts as much as its weight says`() throws {
        let data = classes(rows: 12)
        let weights: [Float] = (0..<12).map { $0 < 6 ? 1 : 0 }
        let half = TensorData(
            inputs: Tensor([6, 6], Array(data.inputs.values[..<36])),
            targets: Tensor([6], Array(data.targets.values[..<6])),
            classes: 3
        )
        let weighted = TensorData(
            inputs: data.inputs,
            targets: data.targets,
            classes: 3,
            weights: Tensor([12], weights)
        )
        let network = try network([6], #"{"type": "Dense", "units": 3, "activation": "softmax"}"#)
        let options = try options("sparse_categorical_crossentropy")
        let alone = try TrainingSession(network: network, options: options, data: half, threads: 1)

        let session = try trained(network, options, weighted)

        // Keras divides by the rows, whatever they count.
        let expected = try #require(try alone.evaluate(half)?.first).value / 2
        let found = try #require(session.history.first?.measurements.first).value
        #expect(abs(found - expected) < 1e-6 * expected)
    }

    @Test func `perplexity is e to the cross-entropy`() throws {
        let options = try options("sparse_categorical_crossentropy", #""metrics": ["perplexity"], "epochs": 2"#)

        let session = try trained(classifier(), options, classes(rows: 30))

        let last = try #require(try session.evaluate(classes(rows: 20)))
        #expect(abs(last[1].value - exp(last[0].value)) < 1e-5 * last[1].value)
    }

    @Test func `precision, recall and F1 of class indices are means over the classes`() throws {
        // Of class 0, 2 of 3 are found and nothing else is taken for it; the third is taken for class 1.
        let weights = [Tensor([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]), Tensor([3], [0, 0, 0])]
        let samples: [Float] = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1]
        let data = TensorData(inputs: Tensor([5, 3], samples), targets: Tensor([5], [0, 0, 0, 1, 2]), classes: 3)
        let session = try TrainingSession(
            network: network([3], #"{"type": "Dense", "units": 3, "activation": "softmax"}"#),
            options: options(
                "sparse_categorical_crossentropy",
                #""metrics": ["precision", "recall", "f1_score", "accuracy"]"#
            ),
            data: data,
            threads: 1,
            weights: weights
        )

        let found = try #require(try session.evaluate(data)).dropFirst().map(\.value)

        #expect(abs(found[0] - (1 + 0.5 + 1) / 3) < 1e-12)
        #expect(abs(found[1] - (2.0 / 3 + 1 + 1) / 3) < 1e-12)
        #expect(abs(found[2] - (0.8 + 2.0 / 3 + 1) / 3) < 1e-12)
        #expect(found[3] == 0.8)
    }

    @Test func `frozen weights stay as they are`() throws {
        let network = try network(
            [6],
            #"{"type": "Dense", "units": 5, "activation": "tanh", "trainable": false}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        let options = try options("sparse_categorical_crossentropy", #""epochs": 2, "optimizer": "adam""#)

        let session = try trained(network, options, classes(rows: 30))

        let (before, after) = (bits(network.initialWeights()), bits(session.weights))
        #expect(after[0...1] == before[0...1])
        #expect(after[2] != before[2])
        #expect(after[3] != before[3])
    }

    @Test func `an estimate counts operations, bytes and seconds and changes nothing`() throws {
        let network = try classifier(width: 300, units: 256)
        let options = try options("sparse_categorical_crossentropy", #""epochs": 3, "validation_split": 0.2"#)

        let estimate = try TrainingEstimate(
            network: network,
            options: options,
            data: classes(rows: 200, width: 300),
            threads: 1,
            limit: .milliseconds(20)
        )

        #expect(estimate.operationsPerSample == 3 * network.operations)
        #expect(estimate.peakBytes > 4 * 3 * network.parameterCount)
        #expect(estimate.secondsPerEpoch > 0)
        #expect(estimate.secondsPerEpoch < 60)
    }
}

/// Rows whose input is their number and whose target is 1, which remember in what order they were read.
final class RecordingData: TrainingData {
    let rows: Int
    let inputShape: Shape = [1]
    let target = TargetDescription.values(shape: [1])
    private let failingRow: Int?
    private let read = Mutex<[Int]>([])

    struct Unreadable: Error, Equatable { let row: Int }

    init(rows: Int, failingRow: Int? = nil) {
        self.rows = rows
        self.failingRow = failingRow
    }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) throws {
        if let row = indices.first(where: { $0 == failingRow }) { throw Unreadable(row: row) }
        read.withLock { $0 += indices }
        for (place, row) in indices.enumerated() {
            inputs[place] = Float(row)
            targets[place] = 1
        }
    }

    /// What was read, cut into epochs of so many rows.
    func epochs(of rows: Int) -> [[Int]] {
        let read = read.withLock { $0 }
        return stride(from: 0, to: read.count, by: rows).map { Array(read[$0..<min($0 + rows, read.count)]) }
    }
}
