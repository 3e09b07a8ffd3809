import Testing

@testable import Features

/// JSON in each of the forms that pandas writes.
struct JSONTableTests {
    private func table(_ text: String, schema: String? = nil) throws -> TypedTable {
        var options = TableUploadOptions()
        options.form = .json
        return try TableUploads.table(Array(text.utf8), options, schema: schema)
    }

    @Test(arguments: [
        #"[{"a":1,"w":"x"},{"a":2,"w":"y"},{"a":3,"w":"x"}]"#,
        #"{"a":{"0":1,"1":2,"2":3},"w":{"0":"x","1":"y","2":"x"}}"#,
        #"{"columns":["a","w"],"index":[0,1,2],"data":[[1,"x"],[2,"y"],[3,"x"]]}"#,
        #"{"0":{"a":1,"w":"x"},"1":{"a":2,"w":"y"},"2":{"a":3,"w":"x"}}"#,
        #"{"schema":{"fields":[]},"data":[{"a":1,"w":"x"},{"a":2,"w":"y"},{"a":3,"w":"x"}]}"#,
        #"{"a":[1,2,3],"w":["x","y","x"]}"#,
        "{\"a\":1,\"w\":\"x\"}\r\n\n{\"a\":2,\"w\":\"y\"}\n{\"a\":3,\"w\":\"x\"}",
        "\u{FEFF} [ {\"a\" : 1, \"w\":\"x\"} ,\n{\"a\":2,\"w\":\"y\"},{\"w\":\"x\", \"a\":3}] \n",
    ])
    func orientsAreTheSameTable(_ text: String) throws {
        let table = try table(text)
        #expect(table.columns.map(\.name) == ["a", "w"])
        #expect(
            try table.allValues() == [ColumnValues(.integers([1, 2, 3])), ColumnValues(.strings(["x", "y", "x"]))]
        )
    }

    @Test func valuesHaveColumnsByTheirPlace() throws {
        let table = try table("[[1.5,\"x\"],[2,\"y\"]]")
        #expect(table.columns.map(\.name) == ["column_1", "column_2"])
        #expect(try table.allValues() == [ColumnValues(.numbers([1.5, 2])), ColumnValues(.strings(["x", "y"]))])
    }

    @Test func nestedObjectsAreFlattened() throws {
        let table = try table(#"[{"p":{"x":1,"y":{"z":2}}},{"p":{"x":3}}]"#)
        #expect(table.columns.map(\.name) == ["p.x", "p.y.z"])
        #expect(try table.values("p.y.z") == ColumnValues(.integers([2, 0]), missing: [false, true]))
    }

    @Test func columnsThatComeLateAreWholeInTheirBlock() throws {
        var text = ""
        for row in 0..<9000 { text += row < 8999 ? "{\"a\":\(row)}\n" : "{\"a\":0,\"late\":\"w\",\"b\":[1,2]}\n" }
        var options = TableUploadOptions()
        options.form = .jsonLines
        let table = try TableUploads.table(Array(text.utf8), options)
        #expect(table.columns.map(\.type) == [.integer, .category, .array])
        #expect(table.columns.map(\.missing) == [0, 8999, 8999])
        guard case .strings(let words) = try table.values("late")?.content else {
            Issue.record("no words")
            return
        }
        #expect(words.last == "w")
    }

    @Test(arguments: [
        (#"[{"a":1},{"a":NaN}]"#, "write null"), (#"[{"a":[1,2]},{"a":[1]}]"#, "record 2, column \"a\""),
        (#"[{"a":[1,"x"]}]"#, "record 1, column \"a\""), (#"[{"a":1},[2]]"#, "record 2"), ("[[1,2],[3]]", "record 2"),
        (#"{"columns":["a","a"],"data":[[1,2]]}"#, "\"a\""), ("[]", "none"), ("[{}]", "no member"),
        ("[1] x", "expected the end"),
    ])
    func refusals(_ text: String, _ words: String) {
        let error = #expect(throws: DatasetFormatError.self) { try table(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func textIsOneRowOrOneALine() throws {
        var options = try TableUploads.options("text/plain")
        let text = Array("To be,\r\nor not\n\nto be".utf8)
        #expect(
            try TableUploads.table(text, options).allValues() == [ColumnValues(.strings(["To be,\r\nor not\n\nto be"]))]
        )
        options.rowsAreLines = true
        let lines = try TableUploads.table(text, options, pieces: 1)
        #expect(lines.columns.map(\.type) == [.text])
        #expect(
            try lines.allValues()
                == [ColumnValues(.strings(["To be,", "or not", "", "to be"]), missing: [false, false, true, false])]
        )
    }
}
