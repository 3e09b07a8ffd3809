import JSON
import NN
import Testing

/// What a network answers to rows with targets: the same as the test at the end of a training, and beside it each row's.
struct ScoredRowsTests {
    private func compare(
        _ network: Network,
        _ options: TrainingOptions,
        _ data: TensorData,
        threads: Int = 2
    ) throws -> ScoredRows {
        let session = try trained(network, options, data)
        let expected = try #require(try session.evaluate(data))
        let scored = try #require(
            try ScoredRows.scored(
                by: network,
                weights: session.weights,
                options: options,
                data: data,
                batchSize: min(options.batchSize, data.rows),
                threads: threads
            )
        )
        // To the last digit.
        #expect(scored.measurements == expected)
        return scored
    }

    @Test(arguments: [1, 2]) func `a classifier's loss and accuracy are the training's own`(threads: Int) throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 32, "metrics": ["accuracy", "precision"], "optimizer": "Adam""#
        )
        let scored = try compare(classifier(), options, classes(rows: 101), threads: threads)
        let figures = try #require(ClassifierFigures(scored.outputs[0]))
        #expect(figures.accuracy == scored.measurements.first { $0.name == "accuracy" }?.value)
        let worst = WorstRows(scored.outputs[0]).rows
        #expect(worst.count == WorstRows.limit)
        #expect(zip(worst, worst.dropFirst()).allSatisfy { $0.loss >= $1.loss })
    }

    @Test func `batch normalization and dropout answer as in a test`() throws {
        let network = try network(
            [6],
            #"{"type": "Dense", "units": 9}"#,
            #"{"type": "BatchNormalization"}"#,
            #"{"type": "Activation", "activation": "relu"}"#,
            #"{"type": "Dropout", "rate": 0.5}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        let options = try options("sparse_categorical_crossentropy", #""epochs": 2, "metrics": ["accuracy"]"#)
        _ = try compare(network, options, classes(rows: 90))
    }

    @Test func `a regressor's rows have their own losses`() throws {
        var numbers = TestNumbers(4)
        let inputs = (0..<80).map { _ in numbers.next(in: -1...1) }
        let data = TensorData(inputs: Tensor([40, 2], inputs), targets: Tensor([40], (0..<40).map { Float($0) / 9 }))
        let options = try options("mse", #""epochs": 1, "batch_size": 16, "metrics": ["mae", "mse"]"#)
        let scored = try compare(network([2], #"{"type": "Dense", "units": 1}"#), options, data)
        let figures = try #require(RegressionFigures(scored.outputs[0]))
        let mean = try #require(scored.measurements.first { $0.name == "mae" }).value
        #expect(abs(figures.meanAbsoluteError - mean) < 1e-6)
        let worst = try #require(WorstRows(scored.outputs[0]).rows.first)
        guard case .value(let target) = worst.target?[0], case .value(let answer) = worst.prediction?[0] else {
            Issue.record("a value was expected")
            return
        }
        #expect(abs(worst.loss - (target - answer) * (target - answer)) < 1e-5)
    }

    @Test func `steps that a mask leaves out count nowhere`() throws {
        // Two steps of three count in each row; the last is padding.
        let network = try network(
            [3],
            #"{"type": "Embedding", "input_dim": 5, "output_dim": 4, "mask_zero": true}"#,
            #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
        )
        var (tokens, labels): ([Float], [Float]) = ([], [])
        for row in 0..<20 {
            tokens += [Float(row % 4 + 1), Float(row % 3 + 1), 0]
            labels += [Float(row % 3), Float(row % 2), 2]
        }
        let data = TensorData(inputs: Tensor([20, 3], tokens), targets: Tensor([20, 3], labels), classes: 3)
        let options = try options("sparse_categorical_crossentropy", #""metrics": ["accuracy"]"#)
        let scored = try compare(network, options, data)
        let figures = try #require(ClassifierFigures(scored.outputs[0]))
        let table = figures.table
        #expect(table.support.reduce(0, +) == 40)
        #expect(WorstRows(scored.outputs[0]).rows[0].target?.count == 2)
    }

    @Test func `metrics of logits are those of the probabilities`() throws {
        let network = try network([1], #"{"type": "Activation", "activation": "linear"}"#)
        // A logit of 0.3 is a probability above a half.
        let data = TensorData(inputs: Tensor([4, 1], [0.3, -0.3, 0.1, -2]), targets: Tensor([4], [1, 0, 1, 0]))
        let text = #"{"loss": {"type": "binary_crossentropy", "from_logits": true}, "metrics": ["accuracy", "recall"]}"#
        let scored = try #require(
            try ScoredRows.scored(
                by: network,
                weights: [],
                options: TrainingOptions(JSONDocument(parsing: text).root),
                data: data,
                batchSize: 4,
                threads: 1
            )
        )
        #expect(scored.measurements.first { $0.name == "accuracy" }?.value == 1)
        #expect(scored.measurements.first { $0.name == "recall" }?.value == 1)
        #expect(ClassifierFigures(scored.outputs[0])?.accuracy == 1)
    }

    @Test func `the work ends between two batches where nobody wants it any more`() throws {
        var seen: [Int] = []
        let scored = try ScoredRows.scored(
            by: classifier(),
            weights: classifier().initialWeights(),
            options: options("sparse_categorical_crossentropy"),
            data: classes(rows: 100),
            batchSize: 10,
            threads: 1
        ) { done in
            seen.append(done)
            return done < 30
        }
        #expect(scored == nil)
        #expect(seen == [10, 20, 30])
    }
}
