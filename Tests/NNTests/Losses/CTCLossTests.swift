import Foundation
import JSON
import NN
import Testing

/// Connectionist temporal classification against PyTorch 2.13.0 and Keras 3.15.1 on TensorFlow 2.21.0, whose numbers
/// `ctc_loss.json.gz` holds, and against the definition.
struct CTCLossTests {
    /// What a step that doesn't count holds in place of its logits, so that `Masking` finds it.
    private static let padding: Float = 99

    static let rows = Reference.cases("ctc_loss.json.gz")

    private func numbers(_ json: JSONValue?) throws -> Tensor {
        let json = try #require(json)
        let values = try #require(json["data"]).elements.map { value throws -> Float in
            (try? value.string()) == "inf" ? .infinity : try value.float()
        }
        return Tensor(Shape(try #require(json["shape"]).ints()), values)
    }

    /// The losses of rows of logits, and the gradient of their sum.
    private func lossAndGradient(
        _ logits: Tensor,
        _ labels: Tensor,
        mask: [Bool]? = nil,
        options: String = "",
        ending layer: String? = nil
    ) throws -> (losses: [Float], gradient: [Float]) {
        var input = logits
        if let mask {
            var values = input.values
            for place in values.indices where !mask[place / input.shape.last] { values[place] = Self.padding }
            input = Tensor(input.shape, values)
        }
        let masking = #"{"type": "Masking", "mask_value": \#(Self.padding)}"#
        let ending = layer ?? #"{"type": "Activation", "activation": "linear"}"#
        let network = try network([logits.shape[1], logits.shape[2]], masking, ending)
        var faults = Faults()
        let definition = try JSONDocument(parsing: #"{"type": "ctc"\#(options)}"#)
        let loss = try #require(Loss(definition.root, &faults))
        let rule = try loss.rule(
            for: .labels(classes: logits.shape[2], shape: [labels.shape[1]]),
            output: network.outputs[0].shape
        )
        #expect(rule.shape == [labels.shape[1]])
        var trial = try NetworkTrial(network, samples: input)
        let target = try trial.graph.input("labels", shape: labels.shape)
        trial.numbers[target] = labels.values
        let losses = try loss.append(to: &trial.graph, prediction: trial.applied.outputs[0], target: target)
        let total = try trial.graph.sum(losses, axes: [0])
        let gradient = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]])
        let found = try trial.evaluate([losses] + gradient)
        return (found[0], found[1])
    }

    @Test func `there are reference numbers`() { #expect(Self.rows.count == 15) }

    @Test(arguments: rows.filter { $0.json["loss"] == nil })
    func `losses and gradients are PyTorch's`(row: ReferenceCase) throws {
        let input = try row.value("input")
        var (logits, labels) = try (numbers(input["logits"]), numbers(input["targets"]))
        let (steps, classes) = (logits.shape[1], logits.shape[2])
        // The blank is class 0 here: another one goes to the front, with its logits and what is expected of them.
        let blank = try #require(row.value("arguments")["blank"]).int()
        func blankFirst(_ tensor: Tensor) -> Tensor {
            let order = [blank] + (0..<classes).filter { $0 != blank }
            return Tensor(
                tensor.shape,
                tensor.values.indices.map { tensor.values[$0 / classes * classes + order[$0 % classes]] }
            )
        }
        let lengths = try #require(input["target_lengths"]).ints()
        let counts = try #require(input["input_lengths"]).ints()
        let width = labels.shape[1]
        labels = Tensor(
            labels.shape,
            labels.values.indices.map { place in
                guard place % width < lengths[place / width] else { return 0 }
                return labels.values[place] + (Int(labels.values[place]) < blank ? 1 : 0)
            }
        )
        logits = blankFirst(logits)
        let mask = (0..<logits.shape[0] * steps).map { $0 % steps < counts[$0 / steps] }
        let zeroesInfinity = try #require(row.value("arguments")["zero_infinity"]).bool()
        let expected = try row.value("expected")

        let found = try lossAndGradient(
            logits,
            labels,
            mask: mask.allSatisfy { $0 } ? nil : mask,
            options: #", "zero_infinity": \#(zeroesInfinity)"#
        )

        let tolerance = Float(try row.value("tolerance").double())
        for (loss, wanted) in try zip(found.losses, numbers(expected["loss_each"]).values) {
            #expect(loss == wanted || abs(loss - wanted) < tolerance / 10)
        }
        let gradient = try blankFirst(numbers(expected["gradient_of_sum_by_logits"])).values
        #expect(gradient.count == found.gradient.count)
        for (own, wanted) in zip(found.gradient, gradient) { #expect(abs(own - wanted) < tolerance / 10) }
    }

    @Test(arguments: rows.filter { $0.json["loss"] != nil })
    func `losses and gradients are Keras's`(row: ReferenceCase) throws {
        let (logits, labels) = try (numbers(row.value("input")["y_pred"]), numbers(row.value("input")["y_true"]))
        let expected = try row.value("expected")

        for ending in [nil, #"{"type": "Activation", "activation": "softmax"}"#, #"{"type": "Softmax"}"#] {
            let found = try lossAndGradient(logits, labels, ending: ending)

            for (loss, wanted) in try zip(found.losses, numbers(expected["loss_each"]).values) {
                #expect(abs(loss - wanted) < 1e-5)
            }
            let share = 1 / Float(logits.shape[0])
            for (own, wanted) in try zip(found.gradient, numbers(expected["gradient_of_loss_by_y_pred"]).values) {
                #expect(abs(own * share - wanted) < 1e-5)
            }
        }
    }

    /// The loss and its gradient by the logits, from the definition, in float64 logarithms.
    private func defined(_ logits: [[Double]], _ labels: [Int]) -> (loss: Double, gradient: [[Double]]) {
        func logSum(_ values: [Double]) -> Double {
            let greatest = values.max() ?? -.infinity
            guard greatest > -.infinity else { return greatest }
            return greatest + log(values.reduce(0) { $0 + exp($1 - greatest) })
        }
        let logarithms = logits.map { row in row.map { $0 - logSum(row) } }
        let path = [0] + labels.flatMap { [$0, 0] }
        func mayPass(_ state: Int) -> Bool { state > 1 && path[state] != 0 && path[state] != path[state - 2] }
        var forward = [path.indices.map { $0 == 0 ? 0.0 : -.infinity }]
        for row in logarithms {
            let last = forward[forward.count - 1]
            forward.append(
                path.indices.map { state in
                    var ways = [last[state]]
                    if state > 0 { ways.append(last[state - 1]) }
                    if mayPass(state) { ways.append(last[state - 2]) }
                    return logSum(ways) + row[path[state]]
                }
            )
        }
        var backward = path.indices.map { $0 >= path.count - 2 ? 0.0 : -.infinity }
        let total = logSum(Array(forward[logits.count].suffix(2)))
        var gradient = logarithms.map { $0.map { exp($0) } }
        for step in logits.indices.reversed() {
            for state in path.indices {
                gradient[step][path[state]] -= exp(forward[step + 1][state] + backward[state] - total)
            }
            let following = path.indices.map { backward[$0] + logarithms[step][path[$0]] }
            backward = path.indices.map { state in
                var ways = [following[state]]
                if state + 1 < path.count { ways.append(following[state + 1]) }
                if state + 2 < path.count, mayPass(state + 2) { ways.append(following[state + 2]) }
                return logSum(ways)
            }
        }
        return (-total, gradient)
    }

    /// Steps, classes, labels and how far the logits go: from even ones to those of which float64 holds no product.
    static let sizes: [(Int, Int, Int, Float)] = [
        (1, 3, 1, 2), (40, 5, 12, 1), (60, 20, 25, 10), (80, 4, 30, 100), (80, 4, 30, 1000), (300, 3, 120, 5),
        (12, 3, 0, 300), (700, 6, 150, 0.1), (250, 4, 100, 400),
    ]

    @Test(arguments: sizes)
    func `losses and gradients are those of the definition`(
        steps: Int,
        classes: Int,
        labels: Int,
        range: Float
    ) throws {
        var random = TestNumbers(steps + labels)
        // Some steps don't count, in the middle too.
        let mask = (0..<steps).map { _ in steps == 1 || random.next(in: 0...1) < 0.9 }
        let logits = random.list(steps * classes, in: -range...range)
        let wanted = (0..<labels).map { _ in min(Int(random.next(in: 1...Float(classes))), classes - 1) }
        let padded = wanted.map(Float.init) + [0, 0]

        let found = try lossAndGradient(
            Tensor([1, steps, classes], logits),
            Tensor([1, labels + 2], padded),
            mask: mask.allSatisfy { $0 } ? nil : mask
        )

        let counted = (0..<steps).filter { mask[$0] }
        let (loss, gradient) = defined(
            counted.map { step in (0..<classes).map { Double(logits[step * classes + $0]) } },
            wanted
        )
        #expect(loss.isFinite)
        #expect(abs(Double(found.losses[0]) - loss) < 2e-6 * max(1, loss))
        // Logarithms of such probabilities in float32 are only so exact.
        let exactness = 1e-5 * Double(max(1, range))
        var expected = [Double](repeating: 0, count: steps * classes)
        for (row, step) in zip(gradient, counted) {
            expected.replaceSubrange(step * classes..<(step + 1) * classes, with: row)
        }
        for (own, wanted) in zip(found.gradient, expected) { #expect(abs(Double(own) - wanted) < exactness) }
    }

    /// The likeliest path begins with a step that float64 holds as 0 beside the others, which end even lower.
    static let treacherous: [[Float]] = [
        [0, -750, -750, -400, -400, 0, 0, -400, -400], [0, -400, -400, 0, -400, -400, -400, 0, -400, 0, -750, -750],
    ]

    @Test(arguments: treacherous)
    func `no path is lost that counts in the end`(logits: [Float]) throws {
        for labels in [[1, 2], [2, 1]] {
            let found = try lossAndGradient(
                Tensor([1, logits.count / 3, 3], logits),
                Tensor([1, 2], labels.map(Float.init))
            )

            let steps = (0..<logits.count / 3).map { step in logits[step * 3..<(step + 1) * 3].map(Double.init) }
            let (loss, gradient) = defined(steps, labels)
            #expect(abs(Double(found.losses[0]) - loss) < 1e-3)
            for (own, wanted) in zip(found.gradient, gradient.flatMap { $0 }) {
                #expect(abs(Double(own) - wanted) < 1e-4)
            }
        }
    }

    @Test func `zeros among the labels are none of them`() throws {
        let logits = Tensor([1, 5, 4], TestNumbers.first(20))

        let found = try lossAndGradient(logits, Tensor([1, 5], [0, 2, 0, 3, 0]))
        let wanted = try lossAndGradient(logits, Tensor([1, 2], [2, 3]))

        #expect(found.losses == wanted.losses)
        #expect(found.gradient == wanted.gradient)
    }

    @Test(arguments: [2, 0.1, 400] as [Float])
    func `a number that is none isn't hidden`(range: Float) throws {
        var random = TestNumbers(3)
        var values = random.list(9 * 4, in: -range...range)
        values[13] = .nan

        let found = try lossAndGradient(Tensor([1, 9, 4], values), Tensor([1, 2], [1, 2]))

        #expect(found.losses[0].isNaN)
    }

    @Test func `a row without a step says nothing, surely`() throws {
        let logits = Tensor([1, 3, 3], TestNumbers.first(9))
        let mask = [false, false, false]

        let nothing = try lossAndGradient(logits, Tensor([1, 1], [0]), mask: mask)
        let something = try lossAndGradient(logits, Tensor([1, 1], [1]), mask: mask)

        #expect(nothing.losses == [0])
        #expect(something.losses == [.infinity])
        #expect(nothing.gradient + something.gradient == [Float](repeating: 0, count: 18))
    }

    @Test func `results and targets that don't fit are refused with what would`() throws {
        var faults = Faults()
        let loss = try #require(Loss(JSONDocument(parsing: #""CTC""#).root, &faults))
        func told(_ target: TargetDescription, _ output: Shape) -> String? {
            do {
                _ = try loss.rule(for: target, output: output)
                return nil
            } catch { return error.description }
        }

        #expect(told(.labels(classes: 5, shape: [3]), [8, 5]) == nil)
        #expect(told(.labels(classes: 5, shape: []), [8, 5]) == nil)
        #expect(
            told(.labels(classes: 5, shape: [3]), [5])
                == #""ctc" needs a result of [steps, classes], class 0 being the blank, but the network gives [5]; let it "#
                + #"give a number a class for each step ("return_sequences": true in its recurrent layers)"#
        )
        #expect(
            told(.values(shape: [3], look: .fractions), [8, 5])
                == #""ctc" needs a row of labels from 1, zeros behind the last, as [3, 1, 4, 0, 0], but the data has "#
                + "numbers from 0 to 1, [3] a sample"
        )
        #expect(
            told(.labels(classes: 6, shape: [3]), [8, 5])
                == #""ctc" needs a row of labels from 1, zeros behind the last, as [3, 1, 4, 0, 0], and a class more for "#
                + "the blank, but the network gives [8, 5] and the data has labels of 6 classes, [3] a sample; give the "
                + "last layer at least 6 units"
        )
    }

    @Test func `a run learns to say labels, rows weighed`() throws {
        // Each step shows a class or nothing; the labels are what is shown, repetitions once.
        var random = TestNumbers(5)
        var (inputs, labels): ([Float], [Float]) = ([], [])
        for _ in 0..<24 {
            let first = Int(random.next(in: 1...3.99))
            let second = Int(random.next(in: 1...3.99))
            let shown = [0, first, first, 0, second, 0, 0]
            for step in shown { inputs += (0..<4).map { $0 == step ? 1 : random.next(in: 0...0.2) } }
            labels += [Float(first), Float(second), 0]
        }
        let data = TensorData(
            inputs: Tensor([24, 7, 4], inputs),
            targets: Tensor([24, 3], labels),
            classes: 4,
            weights: Tensor([24], (0..<24).map { $0 == 0 ? 0 : 1 })
        )
        let network = try network(
            [7, 4],
            #"{"type": "GRU", "units": 12, "return_sequences": true}"#,
            #"{"type": "Dense", "units": 4}"#
        )
        let options = try options(
            "ctc",
            #""epochs": 60, "batch_size": 8, "optimizer": {"type": "adam", "learning_rate": 0.03}"#
        )

        let session = try trained(network, options, data, threads: 2)

        let losses = session.history.map { $0.measurements[0].value }
        #expect(losses[0] > 2)
        #expect(losses[59] < 0.1)
    }

    static let refused = [
        (#""class_weight": {"1": 2}"#, "/class_weight: needs one class a row or a step, found targets of [3] a row"),
        (
            #""metrics": ["accuracy"]"#,
            #"/metrics/0: "accuracy" needs a target for each step, and the loss compares whole sequences; there are "#
        ),
        (
            #""metrics": ["confusion_matrix"]"#,
            #"/metrics/0: "confusion_matrix" needs a target for each step, and the loss compares whole sequences; "#
        ),
    ]

    @Test(arguments: refused)
    func `what looks at steps doesn't go with it`(field: String, fault: String) throws {
        let network = try network([7, 4], #"{"type": "Dense", "units": 4}"#)
        let data = TensorData(
            inputs: Tensor([1, 7, 4], TestNumbers.first(28)),
            targets: Tensor([1, 3], [1, 2, 0]),
            classes: 4
        )

        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(network: network, options: options("ctc", field), data: data, threads: 1)
        }

        #expect(error.faults.count == 1)
        #expect(error.faults[0].description.hasPrefix(fault), "\(error.faults[0])")
    }

    @Test func `a weight for each step is refused`() throws {
        let network = try network([7, 4], #"{"type": "Dense", "units": 4}"#)
        let data = TensorData(
            inputs: Tensor([1, 7, 4], TestNumbers.first(28)),
            targets: Tensor([1, 3], [1, 2, 0]),
            classes: 4,
            weights: Tensor([1, 7], [1, 1, 1, 1, 1, 1, 1])
        )

        let error = try #require(throws: FaultyInput.self) {
            try TrainingSession(network: network, options: options("ctc"), data: data, threads: 1)
        }

        #expect(
            error.faults.map(\.description) == [
                #"/data/sample_weight: "ctc" is of whole rows, expected a number a row, found [7] a row"#
            ]
        )
    }
}

extension TestNumbers {
    /// The first numbers of a sequence.
    fileprivate static func first(_ count: Int) -> [Float] {
        var numbers = TestNumbers(1)
        return numbers.list(count)
    }
}
