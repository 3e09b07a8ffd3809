import JSON
import Testing

struct SyntaxErrorTests {
    private func error(_ text: String, maximumDepth: Int = 64) throws -> JSONSyntaxError {
        try #require(throws: JSONSyntaxError.self) { try JSONDocument(parsing: text, maximumDepth: maximumDepth) }
    }

    @Test func `the place is told by line, column, byte and pointer`() throws {
        let error = try error("{\n  \"naïve\": [1,\n    2, ?]}")

        #expect(error.line == 3)
        #expect(error.column == 8)
        #expect(error.offset == 25)
        #expect(error.pointer == "/naïve/2")
        #expect(error.description == #"not JSON at line 3, column 8 (byte 25): expected a value, found "?""#)
    }

    @Test func `columns count scalars, not bytes`() throws {
        #expect(try error("[\"€😀\" x").column == 7)
    }

    @Test(arguments: [
        #"{"a": 1, "b": 2, "a": 3}"#, #"{"a": 1, "\u0061": 2}"#, #"{"x": {"a": [], "a": 1}}"#,
        #"[{"a": 1}, {"a": {}, "a": 1}]"#,
    ])
    func `a key that occurs twice in one object is refused by name`(text: String) throws {
        let error = try error(text)

        #expect(error.detail == #"the key "a" occurs twice in one object"#)
        #expect(error.pointer.hasSuffix("/a"))
    }

    @Test func `a repeated key is told where its second occurrence stands`() throws {
        let error = try error(#"{"x": [0, {"a/b": 1, "c": 2, "a/b": 3}]}"#)

        #expect(error.pointer == "/x/1/a~1b")
        #expect(error.offset == 29)
    }

    @Test func `one repeated key among thousands is found`() throws {
        let members = (0..<5000).map { "\"key\($0)\": \($0)" } + ["\"key4321\": 0"]
        let error = try error("{\(members.joined(separator: ","))}")

        #expect(error.pointer == "/key4321")
    }

    @Test func `the same key in two objects is taken`() throws {
        #expect(try JSONDocument(parsing: #"{"a": {"a": 1}, "b": {"a": 2}}"#).root["b"]?["a"]?.int() == 2)
    }

    @Test func `keys that differ as bytes but not as text are different keys`() throws {
        // e with a combining acute accent, and the composed letter: equal as Swift strings, not as JSON keys.
        let document = try JSONDocument(parsing: "{\"e\u{301}\": 1, \"\u{E9}\": 2}")

        #expect(try document.root["e\u{301}"]?.int() == 1)
        #expect(try document.root["\u{E9}"]?.int() == 2)
    }

    @Test func `nesting as deep as the limit is taken and one deeper is refused`() throws {
        let nest = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }

        #expect(throws: Never.self) { try JSONDocument(parsing: nest(64)) }
        let error = try error(nest(65))
        #expect(error.detail == "arrays and objects nest deeper than 64, the limit")
        #expect(error.offset == 64)
        #expect(try self.error(#"{"a":{"b":{}}}"#, maximumDepth: 2).pointer == "/a/b")
    }

    @Test func `a nest of a million is refused, not a crash`() throws {
        let error = try error(String(repeating: "[{\"a\":", count: 1_000_000), maximumDepth: 512)

        #expect(error.detail == "arrays and objects nest deeper than 512, the limit")
    }

    @Test func `a document at the greatest depth can be written, compared and read as a tensor`() throws {
        let depth = JSONDocument.greatestMaximumDepth
        let text = String(repeating: "[", count: depth) + "1.0" + String(repeating: "]", count: depth)
        let document = try JSONDocument(parsing: text, maximumDepth: depth)
        var json = JSONWriter()
        json.write(document.root)

        #expect(json.text == text)
        #expect(try document.root.readTensor().shape.count == depth)
        #expect(try JSONDocument(parsing: text, maximumDepth: depth) == document)
    }
}
