import JSON
import NN
import Testing

/// The confusion matrix, counted over rows whose predictions are known: the network gives back what it is given.
struct ConfusionMatrixTests {
    private func matrix(_ activation: String, _ loss: String, _ data: TensorData) throws -> [[Int]]? {
        let network = try network(data.inputShape, #"{"type": "Activation", "activation": "\#(activation)"}"#)
        let session = try TrainingSession(
            network: network,
            options: options(loss, #""metrics": ["confusion_matrix"], "batch_size": 2"#),
            data: data,
            threads: 1
        )
        let found = try #require(try session.evaluate(data, prefix: "test_"))
        #expect(found.map(\.name) == ["test_loss", "test_confusion_matrix"])
        return found[1].matrix
    }

    @Test func `a row is a true class and a column a predicted one`() throws {
        let data = TensorData(
            inputs: Tensor([5, 3], [9, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0]),
            targets: Tensor([5], [0, 1, 2, 2, 2]),
            classes: 3
        )

        let found = try matrix("softmax", "sparse_categorical_crossentropy", data)

        #expect(found == [[1, 0, 0], [0, 1, 0], [1, 1, 1]])
    }

    @Test func `targets may be vectors, and results sequences`() throws {
        let data = TensorData(
            inputs: Tensor([1, 3, 2], [9, 0, 0, 9, 9, 0]),
            targets: Tensor([1, 3, 2], [1, 0, 1, 0, 1, 0])
        )

        #expect(try matrix("softmax", "categorical_crossentropy", data) == [[2, 1], [0, 0]])
    }

    @Test func `one result is one of two classes`() throws {
        let data = TensorData(
            inputs: Tensor([4, 1], [-2, 2, 3, -1]),
            targets: Tensor([4, 1], [0, 1, 0, 1])
        )

        #expect(try matrix("sigmoid", "binary_crossentropy", data) == [[1, 1], [1, 1]])
    }

    @Test func `an epoch's matrix counts every row, is written as a table and kept by checkpoints`() throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 2, "batch_size": 16, "metrics": ["confusion_matrix", "accuracy"]"#
        )
        let data = classes(rows: 60)
        let session = try trained(classifier(), options, data, threads: 2)

        let record = session.history[1]
        let matrix = try #require(record.measurements.first { $0.name == "confusion_matrix" })
        let table = try #require(matrix.matrix)
        #expect(table.map { $0.reduce(0, +) } == [20, 20, 20])
        let right = Double((0..<3).reduce(0) { $0 + table[$1][$1] })
        #expect(abs(matrix.value - right / 60) < 1e-12)
        var json = JSONWriter()
        json.write(record)
        let written = try JSONDocument(parsing: json.text).root["confusion_matrix"]
        #expect(try written?.elements.map { row in try row.elements.map { try $0.int() } } == table)
        let resumed = try TrainingSession(
            network: classifier(),
            options: options,
            data: data,
            threads: 1,
            resuming: TrainingCheckpoint(decoding: session.checkpoint().encoded())
        )
        #expect(resumed.course == session.course)
    }

    @Test func `more classes than a record can hold are refused`() throws {
        let data = TensorData(
            inputs: Tensor(repeating: 0, [4, 101]),
            targets: Tensor([4], [0, 1, 2, 100]),
            classes: 101
        )

        let error = try #require(throws: FaultyInput.self) {
            try matrix("softmax", "sparse_categorical_crossentropy", data)
        }

        #expect(
            error.description.contains(
                #""confusion_matrix" needs at most 100 classes, but the network tells 101 apart"#
            )
        )
    }
}
