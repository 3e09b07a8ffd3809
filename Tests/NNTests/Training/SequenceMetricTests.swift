import JSON
import NN
import Testing

/// What a network says for each row, what it should say, and what a metric comes to.
struct SaidCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let said: [[Int]]
    let wanted: [[Int]]
    let expected: Double

    init(_ name: String, _ said: [[Int]], wanted: [[Int]], _ expected: Double) {
        (testDescription, self.said, self.wanted, self.expected) = (name, said, wanted, expected)
    }
}

/// Metrics that compare whole sequences, over rows in batches.
struct SequenceMetricTests {
    /// What a step that doesn't count holds, so that `Masking` finds it.
    private static let padding: Float = 99

    /// What a metric comes to where a network gives its input, of batches of so many rows.
    private func value(
        _ metric: String,
        _ loss: String,
        _ data: any TrainingData,
        batch: Int
    ) throws -> Double {
        let masking = #"{"type": "Masking", "mask_value": \#(Self.padding)}"#
        let network = try network(data.inputShape, masking)
        let options = try options(loss, #""metrics": ["\#(metric)"], "batch_size": \#(batch)"#)
        let session = try TrainingSession(network: network, options: options, data: data, threads: 2)
        return try #require(try session.evaluate(data)).last?.value ?? .nan
    }

    /// Rows of which a network says sequences by the loss `ctc`: before each class a blank, the last class twice, and behind
    /// it steps that don't count or are blank.
    private func paths(_ said: [[Int]], _ wanted: [[Int]], classes: Int, counting: Bool) -> TensorData {
        let steps = 2 * max(said.map(\.count).max() ?? 0, wanted.map(\.count).max() ?? 0) + 1
        let width = wanted.map(\.count).max() ?? 0
        var (inputs, targets): ([Float], [Float]) = ([], [])
        for (own, others) in zip(said, wanted) {
            let path = own.flatMap { [0, $0] } + own.suffix(1)
            for step in 0..<steps {
                let shown = step < path.count ? path[step] : 0
                let counts = step < path.count || !counting
                inputs += (0..<classes).map { counts ? ($0 == shown ? 5 : 0) : Self.padding }
            }
            targets += (0..<width).map { $0 < others.count ? Float(others[$0]) : 0 }
        }
        return TensorData(
            inputs: Tensor([said.count, steps, classes], inputs),
            targets: Tensor([said.count, width], targets),
            classes: classes
        )
    }

    /// sacrebleu 2.6.0, `BLEU(tokenize="none")`, of the classes as words.
    static let bleu = [
        SaidCase(
            "equal",
            [[3, 6, 8, 2, 1, 8], [4, 4, 8, 8, 7, 3, 4]],
            wanted: [[3, 6, 8, 2, 1, 8], [4, 4, 8, 8, 7, 3, 4]],
            100.00000000000004
        ),
        SaidCase(
            "some wrong",
            [
                [7, 4, 8, 5, 1, 2, 1, 3], [7, 5, 7, 5, 7, 7, 5, 7], [4, 5, 1, 5, 3, 7, 2, 4, 5], [2, 6, 8, 8, 2, 6, 2],
                [1, 1, 6, 8, 6, 3, 1, 1], [6, 5, 4, 1, 3, 1, 5, 3],
            ],
            wanted: [
                [7, 7, 8, 3, 6, 2, 1, 3], [4, 5, 7, 5, 7, 7, 6, 7], [4, 6, 1, 5, 3, 6, 2, 4, 5], [2, 2, 8, 8, 2, 6, 2],
                [3, 1, 5, 7, 7, 2, 1, 1], [6, 5, 4, 1, 5, 1, 2, 2],
            ],
            36.20256398039974
        ),
        SaidCase(
            "short",
            [[2, 7, 6, 6, 4, 8, 3], [8, 5, 4, 5, 1], [5, 6, 2, 2, 3], [8, 6, 7, 5, 7, 7]],
            wanted: [
                [2, 2, 6, 6, 4, 8, 3, 2, 6], [8, 5, 4, 2, 1, 4, 6], [5, 6, 2, 6, 3, 7, 5], [8, 6, 7, 5, 7, 7, 1, 7],
            ],
            44.82250970369325
        ),
        SaidCase(
            "many wrong",
            [[8, 4, 4, 8], [6, 7, 5, 4], [8, 3, 7, 3], [8, 7, 1, 7, 8], [6, 7, 4, 5]],
            wanted: [[6, 4, 4, 2], [3, 4, 5, 3], [8, 7, 1, 5], [5, 7, 1, 8, 6], [1, 3, 1, 2]],
            10.036327540648152
        ),
        SaidCase(
            "no run of four",
            [[1, 2, 3, 9, 5, 6, 7], [4, 4]],
            wanted: [[1, 2, 3, 4, 5, 6, 7], [4, 5]],
            38.60973950960897
        ),
        SaidCase(
            "no run of three or four",
            [[1, 2, 9, 4, 5], [3, 3, 3]],
            wanted: [[1, 2, 3, 4, 5], [3, 1]],
            23.886069805109173
        ),
        SaidCase(
            "nothing found",
            [[1, 2, 3, 4, 5]],
            wanted: [[6, 7, 8, 6, 7]],
            0.0
        ),
        SaidCase(
            "all too short for runs of four",
            [[1, 2], [3]],
            wanted: [[1, 2], [3, 4]],
            0.0
        ),
        SaidCase(
            "nothing said",
            [[], [1, 2, 3, 4, 5]],
            wanted: [[1, 2], [1, 2, 3, 4, 5]],
            67.03200460356396
        ),
        SaidCase(
            "repetitions",
            [[1, 1, 1, 1, 1, 1]],
            wanted: [[1, 1, 2, 2, 1, 1]],
            22.957488466614336
        ),
        SaidCase(
            "longer than wanted",
            [[1, 2, 3, 4, 5, 6, 7, 8]],
            wanted: [[1, 2, 3, 4]],
            34.57207846419409
        ),
    ]

    @Test(arguments: bleu, [1, 3, 64])
    func `BLEU is sacrebleu's`(row: SaidCase, batch: Int) throws {
        for counting in [true, false] {
            let data = paths(row.said, row.wanted, classes: 10, counting: counting)

            #expect(try abs(value("bleu", "ctc", data, batch: batch) - row.expected) < 1e-9)
        }
    }

    static let errors = [
        SaidCase("one of each", [[1, 2, 3, 4], [5, 6, 6], [7]], wanted: [[1, 3, 4], [5, 7, 6], [7, 8]], 3.0 / 8),
        SaidCase(
            "of unequal length, not the mean of rows",
            [[1], [2, 2, 2, 2]],
            wanted: [[2], [2, 2, 2, 2]],
            1.0 / 5
        ),
        SaidCase("nothing said", [[], []], wanted: [[1, 2], [3]], 1),
        SaidCase("more said than wanted", [[1, 2, 3, 4, 5]], wanted: [[9]], 5),
        SaidCase("all right", [[1, 1, 2], [3]], wanted: [[1, 1, 2], [3]], 0),
    ]

    @Test(arguments: errors, [1, 2])
    func `the rate of errors is over all rows`(row: SaidCase, batch: Int) throws {
        for counting in [true, false] {
            let data = paths(row.said, row.wanted, classes: 10, counting: counting)

            #expect(try abs(value("character_error_rate", "ctc", data, batch: batch) - row.expected) < 1e-12)
            let right = zip(row.said, row.wanted).count { $0 == $1 }
            #expect(
                try abs(value("sequence_accuracy", "ctc", data, batch: batch) - Double(right) / Double(row.said.count))
                    < 1e-12
            )
        }
    }

    /// The words "ab c", "b" and "c ab" against "ab c", "a b" and "c", as characters.
    private let spelt = (said: [[1, 2, 4, 3], [2], [3, 4, 1, 2]], wanted: [[1, 2, 4, 3], [1, 4, 2], [3]])

    @Test(arguments: [1, 3])
    func `words are parted at the texts' white space`(batch: Int) throws {
        let data = paths(spelt.said, spelt.wanted, classes: 5, counting: true)
        let worded = WordedRows(data: data, words: ["", "a", "b", "c", " "])
        let pieces = WordedRows(data: data, words: ["", "\u{2581}a", "b", "\u{2581}c", "\u{2581}"])
        let tokens = WordedRows(data: data, words: ["", "the", "cat", "sat", "down"])

        #expect(try abs(value("word_error_rate", "ctc", worded, batch: batch) - 2.0 / 5) < 1e-12)
        #expect(try abs(value("character_error_rate", "ctc", worded, batch: batch) - 5.0 / 8) < 1e-12)
        #expect(try abs(value("word_error_rate", "ctc", pieces, batch: batch) - 2.0 / 5) < 1e-12)
        #expect(try abs(value("word_error_rate", "ctc", tokens, batch: batch) - 5.0 / 8) < 1e-12)
        // "cat" for "the down cat", "sat down the cat" for "sat".
        #expect(try abs(value("character_error_rate", "ctc", tokens, batch: batch) - 22.0 / 31) < 1e-12)
    }

    @Test func `words without texts are refused`() throws {
        let data = paths(spelt.said, spelt.wanted, classes: 5, counting: true)

        let error = try #require(throws: FaultyInput.self) { try value("word_error_rate", "ctc", data, batch: 1) }

        #expect(
            error.faults.map(\.description) == [
                #"/metrics/0: "word_error_rate" needs the text of each class, and the data has numbers; there is "#
                    + #""character_error_rate""#
            ]
        )
    }

    /// Rows of three steps with a class each: right, with a wrong step that doesn't count, wrong, and none that counts.
    private func labelled(isSparse: Bool) -> TensorData {
        let said: [[Int?]] = [[0, 1, 1], [2, 1, nil], [0, 0, 2], [nil, nil, nil]]
        let wanted = [[0, 1, 1], [2, 1, 1], [0, 1, 2], [1, 1, 1]]
        let inputs = said.flatMap { $0 }.flatMap { step in
            (0..<3).map { place in step.map { $0 == place ? Float(0.8) : 0.1 } ?? Self.padding }
        }
        let targets = wanted.flatMap { $0 }
        return isSparse
            ? TensorData(
                inputs: Tensor([4, 3, 3], inputs),
                targets: Tensor([4, 3], targets.map(Float.init)),
                classes: 3
            )
            : TensorData(
                inputs: Tensor([4, 3, 3], inputs),
                targets: Tensor([4, 3, 3], targets.flatMap { step in (0..<3).map { $0 == step ? 1 : 0 } })
            )
    }

    @Test(arguments: [(true, 1), (true, 4), (false, 1), (false, 3)])
    func `the steps of a row that count are its sequence`(isSparse: Bool, batch: Int) throws {
        let loss = isSparse ? "sparse_categorical_crossentropy" : "categorical_crossentropy"
        let data = labelled(isSparse: isSparse)

        #expect(try abs(value("sequence_accuracy", loss, data, batch: batch) - 2.0 / 3) < 1e-12)
        #expect(try abs(value("character_error_rate", loss, data, batch: batch) - 1.0 / 8) < 1e-12)
        // No row has four steps, so no run of four is said.
        #expect(try value("bleu", loss, data, batch: batch) == 0)
    }

    @Test func `perplexity of logits is that of their softmax`() throws {
        var random = TestNumbers(4)
        let logits = random.list(5 * 4, in: -3...3)
        let data = TensorData(inputs: Tensor([5, 4], logits), targets: Tensor([5], [0, 1, 2, 3, 3]), classes: 4)
        func perplexity(_ activation: String, _ loss: String) throws -> Double {
            let network = try network([4], #"{"type": "Activation", "activation": "\#(activation)"}"#)
            let options = try TrainingOptions(
                JSONDocument(parsing: #"{"loss": \#(loss), "metrics": ["perplexity"], "batch_size": 2}"#).root
            )
            let session = try TrainingSession(network: network, options: options, data: data, threads: 1)
            return try #require(try session.evaluate(data)).last?.value ?? .nan
        }

        let ofSoftmax = try perplexity("softmax", #""sparse_categorical_crossentropy""#)
        let ofLogits = try perplexity("linear", #"{"type": "sparse_categorical_crossentropy", "from_logits": true}"#)

        #expect(ofSoftmax > 1)
        #expect(abs(ofSoftmax - ofLogits) < 1e-5 * ofSoftmax)
    }

    @Test func `several outputs are measured each by its own sequence and mask`() throws {
        let paths = paths(spelt.said, spelt.wanted, classes: 5, counting: true)
        let labels = labelled(isSparse: true)
        let network = try network(
            """
            {"name": "m", "layers": [
             {"type": "InputLayer", "name": "a", "shape": \(paths.inputShape)},
             {"type": "InputLayer", "name": "b", "shape": \(labels.inputShape)},
             {"type": "Masking", "name": "one", "mask_value": \(Self.padding), "inputs": ["a"]},
             {"type": "Masking", "name": "two", "mask_value": \(Self.padding), "inputs": ["b"]}],
             "outputs": ["one", "two"]}
            """
        )
        let text = #"""
            {"loss": {"one": "ctc", "two": "sparse_categorical_crossentropy"}, "batch_size": 2,
             "metrics": {"one": ["character_error_rate"], "two": ["sequence_accuracy", "accuracy"]}}
            """#
        let three = Tensor([3, 3, 3], Array(labels.inputs.values[..<27]))
        let data = MultiTensorData(
            inputs: [paths.inputs, three],
            targets: [paths.targets, Tensor([3, 3], Array(labels.targets.values[..<9]))],
            classes: [5, 3]
        )
        let session = try TrainingSession(
            network: network,
            options: TrainingOptions(JSONDocument(parsing: text).root),
            data: data,
            threads: 1
        )

        let found = try #require(try session.evaluate(data))

        let named = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.value) })
        #expect(abs(try #require(named["one_character_error_rate"]) - 5.0 / 8) < 1e-12)
        #expect(abs(try #require(named["two_sequence_accuracy"]) - 2.0 / 3) < 1e-12)
        #expect(abs(try #require(named["two_accuracy"]) - 7.0 / 8) < 1e-12)
    }
}

struct EditDistanceTests {
    @Test(arguments: [
        ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("flaw", "lawn", 2), ("same", "same", 0),
        ("ab", "ba", 2),
        ("", "", 0),
    ])
    func `insertions, deletions and replacements are counted`(one: String, other: String, distance: Int) {
        #expect(EditDistance.between(Array(one), Array(other)) == distance)
        #expect(EditDistance.between(Array(other), Array(one)) == distance)
    }
}
