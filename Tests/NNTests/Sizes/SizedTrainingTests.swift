import JSON
import NN
import Testing

/// Training on rows of unequal size, held against the same rows padded to one size, whose padding a layer masks.
struct SizedTrainingTests {
    /// What a step that isn't there holds in rows of one size, so that `Masking` finds it.
    private static let padding: Float = -9

    /// Sequences of random lengths with two features a step, with a class each, and a class for each step.
    private struct Sequences {
        let lengths: [Int]
        let steps: [[Float]]
        let labels: [Float]
        let stepLabels: [[Float]]

        init(rows: Int, lengths range: ClosedRange<Int> = 1...20, seed: Int = 3) {
            var numbers = TestNumbers(seed)
            let span = Float(range.count)
            let lengths = (0..<rows).map { _ in
                range.lowerBound + min(Int(numbers.next(in: 0...span)), range.count - 1)
            }
            self.lengths = lengths
            steps = lengths.map { numbers.list($0 * 2, in: -1...1) }
            stepLabels = steps.map { row in
                stride(from: 0, to: row.count, by: 2).map { row[$0] > row[$0 + 1] ? 1 : 0 }
            }
            labels = stepLabels.map { $0.reduce(0, +) * 2 > Float($0.count) ? 1 : 0 }
        }

        /// The rows as they are.
        func ragged(labelsOfSteps: Bool = false) -> RaggedData {
            var (inputs, targets) = (RaggedData.Column(), RaggedData.Column())
            for row in lengths.indices {
                inputs.append(steps[row], shape: [lengths[row], 2])
                if labelsOfSteps {
                    targets.append(stepLabels[row], shape: [lengths[row]])
                } else {
                    targets.append([labels[row]], shape: [])
                }
            }
            return RaggedData(inputs: [inputs], targets: [targets], classes: [2])
        }

        /// The rows in one size.
        func padded(labelsOfSteps: Bool = false) -> TensorData {
            let (rows, longest) = (lengths.count, lengths.max() ?? 0)
            var (inputs, targets) = ([Float](), [Float]())
            for row in lengths.indices {
                let missing = longest - lengths[row]
                inputs += steps[row] + Array(repeating: SizedTrainingTests.padding, count: 2 * missing)
                targets += stepLabels[row] + Array(repeating: 0, count: missing)
            }
            return TensorData(
                inputs: Tensor([rows, longest, 2], inputs),
                targets: labelsOfSteps ? Tensor([rows, longest], targets) : Tensor([rows], labels),
                classes: 2
            )
        }
    }

    private static let recurrent: [String] = [
        #"{"type": "GRU", "units": 7, "name": "a"}"#,
        #"{"type": "LSTM", "units": 5, "name": "a", "return_sequences": true}, {"type": "GlobalAveragePooling1D"}"#,
        #"{"type": "Bidirectional", "name": "a", "layer": {"type": "GRU", "units": 4}}"#,
    ]

    private static let wholeBatch =
        #""epochs": 3, "batch_size": 64, "shuffle": false, "metrics": ["accuracy"], "#
        + #""optimizer": {"type": "SGD", "learning_rate": 0.5}"#

    private func open(_ layers: String, head: String) throws -> Network {
        try network(#"{"name": "m", "input_shape": [null, 2], "layers": [\#(layers), \#(head)]}"#)
    }

    private func closed(_ length: Int, _ layers: String, head: String) throws -> Network {
        let masking = #"{"type": "Masking", "mask_value": \#(Self.padding)}"#
        return try network(
            #"{"name": "m", "input_shape": [\#(length), 2], "layers": [\#(masking), \#(layers), \#(head)]}"#
        )
    }

    private func expectAlike(_ one: TrainingSession, _ other: TrainingSession) {
        for (left, right) in zip(one.weights, other.weights) {
            #expect(relativeError(left.values, right.values) < 1e-5)
        }
        for (left, right) in zip(one.history, other.history) {
            for (a, b) in zip(left.measurements, right.measurements) {
                #expect(abs(a.value - b.value) < 1e-5 * max(abs(b.value), 1), "\(a.name)")
            }
        }
    }

    @Test(arguments: recurrent)
    func `rows of unequal length move the weights as the same rows under a mask do`(layers: String) throws {
        let rows = Sequences(rows: 40)
        let head = #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        let options = try options("sparse_categorical_crossentropy", Self.wholeBatch)

        let ragged = try trained(open(layers, head: head), options, rows.ragged(), threads: 2)
        let padded = try trained(closed(rows.lengths.max() ?? 0, layers, head: head), options, rows.padded())

        expectAlike(ragged, padded)
    }

    // Wide enough that the batch is cut into parts, which add up the steps that count.
    @Test func `each step has a target, and as many as the row has steps`() throws {
        let rows = Sequences(rows: 64)
        let (layers, head) = (
            #"{"type": "GRU", "units": 64, "return_sequences": true}"#,
            #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        )
        let options = try options("sparse_categorical_crossentropy", Self.wholeBatch + #", "class_weight": "balanced""#)

        let ragged = try trained(open(layers, head: head), options, rows.ragged(labelsOfSteps: true), threads: 2)
        let padded = try trained(
            closed(rows.lengths.max() ?? 0, layers, head: head),
            options,
            rows.padded(labelsOfSteps: true)
        )

        expectAlike(ragged, padded)
    }

    @Test func `what is validated and tested may be longer than what was learned`() throws {
        let (learned, tested) = (Sequences(rows: 60, lengths: 1...9), Sequences(rows: 30, lengths: 10...50, seed: 8))
        let layers = #"{"type": "GRU", "units": 8}"#
        let head = #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 16, "validation_split": 0.25, "metrics": ["accuracy"]"#
        )

        let session = try trained(open(layers, head: head), options, learned.ragged(), threads: 2)
        let measured = try #require(try session.evaluate(tested.ragged()))

        #expect(session.history.count == 2)
        let fixed = try TrainingSession(
            network: closed(tested.lengths.max() ?? 0, layers, head: head),
            options: options,
            data: tested.padded(),
            threads: 1,
            weights: session.weights
        )
        let expected = try #require(try fixed.evaluate(tested.padded()))
        for (one, other) in zip(measured, expected) { #expect(abs(one.value - other.value) < 1e-5, "\(one.name)") }
    }

    @Test func `a run on rows of unequal length repeats to the bit, on any number of threads and after a cut`() throws {
        let rows = Sequences(rows: 150, lengths: 1...40)
        let network = try open(
            #"{"type": "Dropout", "rate": 0.2}, {"type": "GRU", "units": 8}"#,
            head: #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        )
        let options = try options("sparse_categorical_crossentropy", #""epochs": 3, "batch_size": 16, "seed": 5"#)

        let whole = try trained(network, options, rows.ragged(), threads: 1)
        let team = try trained(network, options, rows.ragged(), threads: 2)
        let cut = try TrainingSession(network: network, options: options, data: rows.ragged(), threads: 1)
        #expect(try cut.run { session, _ in session.progress.step == 4 ? .pause : .proceed } == .paused)
        let rest = try TrainingSession(
            network: network,
            options: options,
            data: rows.ragged(),
            threads: 2,
            resuming: TrainingCheckpoint(decoding: cut.checkpoint().encoded())
        )
        #expect(try rest.run() == .finished)

        #expect(bits(whole.weights) == bits(team.weights))
        #expect(bits(whole.weights) == bits(rest.weights))
        #expect(whole.course == rest.course)
    }

    @Test func `an epoch takes every row once, in full batches, with less than a quarter of padding`() throws {
        let rows = Sequences(rows: 500, lengths: 5...60)
        let data = SizeRecorder(data: rows.ragged())
        let network = try open(
            #"{"type": "GRU", "units": 4}"#,
            head: #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        )
        let options = try options("sparse_categorical_crossentropy", #""epochs": 2, "batch_size": 32"#)

        let session = try trained(network, options, data)

        #expect(session.stepsPerEpoch == 16)
        let gathered = data.gathered
        let epochs = [gathered.prefix(gathered.count / 2), gathered.suffix(gathered.count / 2)]
        for epoch in epochs { #expect(epoch.flatMap(\.rows).sorted() == Array(0..<500)) }
        #expect(epochs[0].map(\.rows) != epochs[1].map(\.rows))
        let real = rows.lengths.reduce(0, +)
        let computed = epochs[0].reduce(0) { $0 + $1.rows.count * $1.length }
        #expect(Double(computed - real) < 0.25 * Double(computed), "\(computed) steps for \(real)")
    }

    @Test func `images of any size go with those of their own size, and nothing is padded`() throws {
        var numbers = TestNumbers(7)
        let sizes: [Shape] = [[9, 7, 1], [12, 5, 1], [9, 7, 1], [6, 6, 1], [12, 5, 1], [9, 7, 1]]
        var (inputs, targets) = (RaggedData.Column(), RaggedData.Column())
        for (row, size) in sizes.enumerated() {
            inputs.append(numbers.list(size.volume), shape: size)
            targets.append([Float(row % 2)], shape: [])
        }
        let data = SizeRecorder(data: RaggedData(inputs: [inputs], targets: [targets], classes: [2]))
        let layers =
            #"[{"type": "Conv2D", "filters": 4, "kernel_size": 3}, {"type": "GlobalMaxPooling2D"}, "#
            + #"{"type": "Dense", "units": 2, "activation": "softmax"}]"#
        let network = try network(#"{"name": "m", "input_shape": [null, null, 1], "layers": \#(layers)}"#)
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 1, "batch_size": 4, "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": 1e-30}"#
        )

        let session = try trained(network, options, data)

        #expect(data.gathered.map(\.rows) == [[3], [1, 4], [0, 2, 5]])
        var losses: [Double] = []
        for (row, size) in sizes.enumerated() {
            let alone = try TrainingSession(
                network: NNTests.network(#"{"name": "m", "input_shape": \#(size), "layers": \#(layers)}"#),
                options: options,
                data: TensorData(
                    inputs: Tensor(size.batched(1), data.row(row, size)),
                    targets: Tensor([1], [Float(row % 2)]),
                    classes: 2
                ),
                threads: 1
            )
            #expect(try alone.run() == .finished)
            losses.append(try #require(alone.history.first?.measurements.first?.value))
        }
        let mean = losses.reduce(0, +) / Double(losses.count)
        let found = try #require(session.history.first?.measurements.first?.value)
        #expect(abs(found - mean) < 1e-5)
    }

    @Test func `a layer that adapts counts no step that isn't there`() throws {
        let rows = Sequences(rows: 30, lengths: 1...12)
        let network = try open(
            #"{"type": "Normalization"}, {"type": "GRU", "units": 3}"#,
            head: #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        )
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 1, "optimizer": {"type": "SGD", "learning_rate": 1e-30}"#
        )

        let session = try trained(network, options, rows.ragged())

        for feature in 0..<2 {
            let all = rows.steps.flatMap { row in stride(from: feature, to: row.count, by: 2).map { Double(row[$0]) } }
            let mean = all.reduce(0, +) / Double(all.count)
            let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
            #expect(abs(Double(session.weights[0].values[feature]) - mean) < 1e-6)
            #expect(abs(Double(session.weights[1].values[feature]) - variance) < 1e-6)
        }
    }

    @Test func `ctc takes recordings of any length`() throws {
        let rows = Sequences(rows: 24, lengths: 8...20)
        var (inputs, targets, padded) = (RaggedData.Column(), RaggedData.Column(), [Float]())
        for row in rows.lengths.indices {
            let labels: [Float] = Array([1, 2, 1].prefix(1 + row % 3))
            inputs.append(rows.steps[row], shape: [rows.lengths[row], 2])
            targets.append(labels, shape: [labels.count])
            padded += labels + Array(repeating: 0, count: 3 - labels.count)
        }
        let layers = #"{"type": "GRU", "units": 6, "return_sequences": true}"#
        let head = #"{"type": "Dense", "units": 3}"#
        let options = try options(
            "ctc",
            #""epochs": 2, "batch_size": 24, "shuffle": false, "optimizer": {"type": "SGD", "learning_rate": 0.1}"#
        )
        let closedData = TensorData(
            inputs: rows.padded().inputs,
            targets: Tensor([24, 3], padded),
            classes: 3
        )

        let ragged = try trained(
            open(layers, head: head),
            options,
            RaggedData(inputs: [inputs], targets: [targets], classes: [3])
        )
        let fixed = try trained(closed(rows.lengths.max() ?? 0, layers, head: head), options, closedData)

        expectAlike(ragged, fixed)
    }

    @Test func `rows that don't fit are told by their number`() throws {
        var (inputs, targets) = (RaggedData.Column(), RaggedData.Column())
        for length in [3, 5, 4] {
            inputs.append(Array(repeating: 0, count: 2 * length), shape: [length, 2])
            targets.append(Array(repeating: 0, count: length == 4 ? 3 : length), shape: [length == 4 ? 3 : length])
        }
        let data = RaggedData(inputs: [inputs], targets: [targets], classes: [2])
        let options = try options("sparse_categorical_crossentropy")
        let head = #"{"type": "Dense", "units": 2, "activation": "softmax"}"#
        func fault(_ network: Network) throws -> String {
            let error = #expect(throws: FaultyInput.self) {
                try TrainingSession(network: network, options: options, data: data, threads: 1)
            }
            return try #require(error).description
        }

        #expect(
            try fault(open(#"{"type": "GRU", "units": 3, "return_sequences": true}"#, head: head)).contains(
                "row 2 has a target of [3], but \"dense\" gives [4, 2]"
            )
        )
        #expect(
            try fault(closed(5, #"{"type": "GRU", "units": 3}"#, head: head)).contains(
                "the data's rows differ in size: the inputs of row 0 are [3, 2], those of row 1 [5, 2]"
            )
        )
        let convolution = #"{"type": "Conv1D", "filters": 2, "kernel_size": 4}, {"type": "GRU", "units": 3}"#
        #expect(
            try fault(open(convolution, head: head)).contains(
                "row 0 of the data is [3, 2], which the model doesn't take"
            )
        )
        let other = try network(#"{"name": "m", "input_shape": [null, 3], "layers": [{"type": "GRU", "units": 2}]}"#)
        #expect(try fault(other).contains("takes [null, 3], and row 0 of the data is [3, 2]"))
    }
}
