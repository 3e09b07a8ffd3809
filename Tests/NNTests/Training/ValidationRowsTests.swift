import JSON
import NN
import Testing

struct ValidationRowsTests {
    private func options(_ held: String) throws -> TrainingOptions {
        try NNTests.options("sparse_categorical_crossentropy", #""epochs": 2, "batch_size": 8, \#(held)"#)
    }

    @Test func `rows held back by number are those held back by share`() throws {
        let share = try trained(classifier(), options(#""validation_split": 0.25"#), classes(rows: 40))
        let number = try trained(classifier(), options(#""validation_rows": 10"#), classes(rows: 40))

        #expect(bits(share.weights) == bits(number.weights))
        #expect(share.course == number.course)
        #expect(share.history[0].measurements.map(\.name) == ["loss", "val_loss"])
    }

    @Test func `no rows left to train on is told`() throws {
        let error = try #require(throws: FaultyInput.self) {
            try trained(classifier(), options(#""validation_rows": 40"#), classes(rows: 40))
        }

        #expect(error.faults.map(\.description) == ["/validation_rows: 40 of 40 rows leaves none to train on"])
    }
}
