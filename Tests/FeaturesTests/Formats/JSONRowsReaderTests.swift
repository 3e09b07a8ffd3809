import JSON
import Features
import Testing

struct JSONRowsReaderTests {
    private func read(
        _ text: String,
        _ parameters: [String: String] = [:],
        into log: RowLog = RowLog()
    ) throws -> ImportedDataset {
        var reader = try JSONRowsReader(try ImportOptions(parameters: parameters))
        for piece in pieces(Array(text.utf8), of: 5) { reader.read(piece) }
        return try reader.finish(into: log)
    }

    private func faults(_ text: String, _ parameters: [String: String] = [:]) throws -> [String] {
        let error = try #require(throws: DatasetFormatError.self) { try read(text, parameters) }
        guard case .fields(let input) = error else { return [error.description] }
        return input.faults.map(\.description)
    }

    @Test func `rows and targets come out with their shapes`() throws {
        let log = RowLog()
        let dataset = try read(#"{"x": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "y": [[0.5, 1], [2, 3]]}"#, into: log)

        #expect(dataset.kind == .arrays)
        #expect(dataset.rows == 2)
        #expect(dataset.inputShape == [2, 2])
        #expect(dataset.targetShape == [2])
        #expect(log.inputs == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(log.targets == [0.5, 1, 2, 3])
    }

    @Test func `bare numbers are rows of one and words are classes in both parts`() throws {
        let log = RowLog()
        let dataset = try read(
            #"{"x": [1, 2], "y": ["no", "yes"], "x_test": [3, 4, 5], "y_test": ["yes", "no", "eh"]}"#,
            into: log
        )

        #expect(dataset.inputShape == [1])
        #expect(dataset.rows == 2)
        #expect(dataset.testRows == 3)
        #expect(dataset.target == TargetSummary.classes(3, labels: ["eh", "no", "yes"]))
        #expect(log.targets == [1, 2])
        #expect(log.testInputs == [3, 4, 5])
        #expect(log.testTargets == [2, 1, 0])
    }

    @Test func `a shape is given to the rows`() throws {
        #expect(try read(#"{"x": [[1, 2, 3, 4]], "y": [1.5]}"#, ["shape": "2,2,1"]).inputShape == [2, 2, 1])
        #expect(
            try faults(#"{"x": [[1, 2, 3, 4]], "y": [1.5]}"#, ["shape": "3"])
                == ["query parameter shape: expected extents whose product is 4, as the rows are [4], found [3]"]
        )
    }

    @Test(arguments: [
        (#"{}"#, ["/x: missing; expected a value", "/y: missing; expected a value"]),
        (
            #"{"x": [], "y": []}"#,
            [
                "/x: expected at least one row with a number in it, found an empty array",
                "/y: expected at least one row with a number in it, found an empty array",
            ]
        ),
        (
            #"{"x": [[1, 2], [3]], "y": [1, null]}"#,
            [
                "/x/1: expected an array of 2, like those before it, found an array of 1",
                "/y/1: expected a number, found null",
            ]
        ),
        (#"{"x": [1, 2, 3], "y": [1, 2]}"#, ["/y: expected 3 rows, as many as in x, found 2"]),
        (#"{"x": [1, 2], "y": ["a", [2]]}"#, ["/y/1: expected a word, as other targets are, found an array of 1"]),
        (
            #"{"x": [1, 2], "y": [1, 2], "Z": 0}"#,
            ["/Z: unknown key \"Z\"; did you mean \"x\"? Known: x, y, x_test, y_test"]
        ),
        (
            #"{"x": [1e39], "y": [1]}"#,
            ["/x/0: expected a number within ±3.4e38, the range of 32-bit floats, found 1e39"]
        ),
        (#"{"x": 5, "y": [1]}"#, ["/x: expected an array of rows, found 5"]),
        (
            #"{"x": [[1]], "y": [1.5], "x_test": [[1, 2]], "y_test": [[1, 2]]}"#,
            [
                "/x_test: expected rows of the shape [1], as in x, found [2]",
                "/y_test: expected targets of the shape [], as in y, found [2]",
            ]
        ),
        (#"{"x": [1], "y": [1], "x_test": [1]}"#, ["/y_test: missing; expected a value"]),
        (#"[1]"#, ["expected an object, found an array of 1"]),
    ])
    func `every fault is told with its pointer`(text: String, sentences: [String]) throws {
        #expect(try faults(text) == sentences)
    }

    @Test func `what is asked to be a class and is none is told with its pointer`() throws {
        #expect(
            try faults(#"{"x": [1, 2, 3], "y": [1, 1.5, -2]}"#, ["target_kind": "class"]) == [
                "/y/1: expected a class, an integer from 0 to 65535, found 1.5",
                "/y/2: expected a class, an integer from 0 to 65535, found -2",
            ]
        )
    }

    @Test func `a body that is not JSON is told with its line`() throws {
        let error = try #require(throws: DatasetFormatError.self) { try read("{\"x\": [1,]}") }

        #expect(error.description == #"not JSON at line 1, column 10 (byte 9): expected a value, found "]""#)
    }

    @Test func `nothing reaches the sink of a body with faults`() throws {
        let log = RowLog()
        _ = try? read(#"{"x": [[1], [2]], "y": [1, null]}"#, into: log)

        #expect(log.inputs.isEmpty && log.targets.isEmpty)
    }

    @Test func `rows inside another body carry their whole pointer`() throws {
        let document = try JSONDocument(parsing: #"{"data": {"x": [[1], ["a"]], "y": [1, 2]}}"#)
        let data = try #require(document.root["data"])
        let error = try #require(throws: DatasetFormatError.self) { try JSONRowsReader.read(data, into: RowLog()) }

        #expect(error.description == "/data/x/1/0: expected a number, found \"a\"")
    }
}
