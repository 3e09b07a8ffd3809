import Features
import Testing

struct ImportOptionsTests {
    @Test func `the parameters of a query are read and others are left alone`() throws {
        let options = try ImportOptions(parameters: [
            "target": "a, b", "columns": "c", "window": "32", "stride": "2", "test_split": "x",
        ])

        #expect(options.target == ["a", "b"])
        #expect(options.columns == ["c"])
        #expect(options.series == ImportOptions.Series(window: 32, horizon: 1, stride: 2))
        #expect(try ImportOptions(parameters: [:]) == ImportOptions())
        #expect(try ImportOptions(parameters: ["shape": "8,8,1", "target_kind": "value"]).shape == [8, 8, 1])
    }

    @Test(arguments: [
        (["shape": "8,x"], "query parameter shape: expected an integer from 1 to 2147483647, found \"x\""),
        (["shape": "0"], "query parameter shape: expected an integer from 1 to 2147483647, found \"0\""),
        (["shape": ""], "query parameter shape: expected an integer from 1 to 2147483647, found \"\""),
        (["window": "-1"], "query parameter window: expected an integer from 1 to 1000000, found \"-1\""),
        (["horizon": "2"], "query parameter horizon: needs window too, which makes the table a series"),
        (
            ["window": "2", "shape": "2"],
            "query parameter shape: does not go with window: a window is [records, columns]"
        ),
        (
            ["window": "2", "target_kind": "class"],
            "query parameter target_kind: the targets of a series are values, found \"class\""
        ),
        (
            ["target_kind": "Class"],
            "query parameter target_kind: expected one of [\"class\", \"value\"], found \"Class\""
        ),
        (["target": "a,,b"], "query parameter target: expected column names separated by commas, found \"a,,b\""),
        (["columns": "a,a"], "query parameter columns: names the column \"a\" twice"),
    ])
    func `a parameter that is not understood is refused`(parameters: [String: String], sentence: String) throws {
        let error = try #require(throws: DatasetFormatError.self) { try ImportOptions(parameters: parameters) }

        #expect(error.description == sentence)
    }

    @Test(arguments: ["target", "columns", "window"])
    func `a parameter of tables is refused for arrays`(name: String) throws {
        let options = try ImportOptions(parameters: [name: "1"])
        let expected = DatasetFormatError.option(name, "is for CSV uploads, whose columns have names")

        #expect(throws: expected) { try ArrayUploadReader(options) }
        #expect(throws: expected) { try JSONRowsReader(options) }
    }
}
