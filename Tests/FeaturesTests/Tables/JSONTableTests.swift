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

    /// `RIFF…WAVE` and the first bytes of a PNG file.
    private static let (sound, picture) = ("UklGRiQAAABXQVZF", "iVBORw0KGgo=")

    @Test func filesInBase64AreColumnsOfPicturesOrSounds() throws {
        let table = try table(
            #"[{"p":{"b64":"\#(Self.picture)"},"s":{"b64":"data:audio/wav;base64,\#(Self.sound)"},"n":1},{"n":2}]"#
        )
        #expect(table.columns.map(\.type) == [.image, .sound, .integer])
        #expect(table.columns.map(\.missing) == [1, 1, 0])
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        #expect(try table.values("p") == ColumnValues(.files([png, []]), missing: [false, true]))
        let columns = try self.table(#"{"p":[{"b64":"\#(Self.picture)"}],"n":[1]}"#)
        #expect(try columns.values("p") == ColumnValues(.files([png])))
    }

    @Test(arguments: [
        (
            #"[{"p":{"b64":"iVBORw0KGgo="}},{"p":{"b64":"UklGRiQAAABXQVZF"}}]"#,
            "record 2, column \"p\": some rows have a picture"
        ),
        (#"[{"p":{"b64":"AAAA"}}]"#, "record 1, column \"p\": expected a picture (JPEG, PNG, WebP) or a sound (WAV)"),
        (#"[{"p":{"b64":"R0lGODlh"}}]"#, "a GIF picture isn't read"),
        (#"[{"p":{"b64":"!"}}]"#, "record 1, column \"p\": expected a file in base64"),
        (#"[{"p":{"b64":"iVBORw0KGgo="}},{"p":"a.png"}]"#, "some rows have a file"),
    ])
    func filesThatAreNoneAreRefused(_ text: String, _ words: String) throws {
        let error = #expect(throws: DatasetFormatError.self) { _ = try table(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
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
