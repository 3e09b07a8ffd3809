import JSON
import Testing

struct ValueTests {
    private let document: JSONDocument

    init() throws {
        document = try JSONDocument(
            parsing: #"{"a": [1, "x", [], {"k~/": null}], "t": true, "s": "q\"\u00e9\uD83D\uDE00\n", "o": {"e": {}}}"#
        )
    }

    @Test func `members and elements come in the order of the text`() {
        #expect(document.root.members.map(\.key) == ["a", "t", "s", "o"])
        #expect(document.root["a"]?.elements.map(\.source) == ["1", "\"x\"", "[]", #"{"k~/": null}"#])
        #expect(document.root["a"]?.elements.count == 4)
    }

    @Test func `a value says its kind and how many are in it`() throws {
        let kinds = try #require(document.root["a"]).elements.map(\.kind)

        #expect(kinds == [.number, .string, .array, .object])
        #expect(document.root.count == 4)
        #expect(document.root["t"]?.count == 0)
        #expect(document.root["a"]?[3]?["k~/"]?.isNull == true)
    }

    @Test func `what is not there is nil`() {
        #expect(document.root["b"] == nil)
        #expect(document.root[0] == nil)
        #expect(document.root["a"]?[4] == nil)
        #expect(document.root["a"]?[-1] == nil)
        #expect(document.root["a"]?["a"] == nil)
    }

    @Test func `strings lose their escapes`() throws {
        #expect(try document.root["s"]?.string() == "q\"é😀\n")
        #expect(try JSONDocument(parsing: #""\b\f\r\t\/\\\u0000\u0041""#).root.string() == "\u{8}\u{C}\r\t/\\\u{0}A")
        #expect(try JSONDocument(parsing: #"{"\u0061\n": 1}"#).root["a\n"]?.int() == 1)
    }

    @Test func `every value knows its pointer, escaped`() throws {
        let place = try #require(document.root["a"]?[3]?["k~/"])

        #expect(place.pointer == "/a/3/k~0~1")
        #expect(document.root.pointer == "")
        #expect(document.root["o"]?["e"]?.pointer == "/o/e")
        #expect(JSONPointer.token("a/b~c") == "/a~1b~0c")
    }

    @Test func `a value gives its own text as it came`() {
        #expect(document.root["o"]?.source == #"{"e": {}}"#)
        #expect(document.root["a"]?.source == #"[1, "x", [], {"k~/": null}]"#)
        #expect(document.root["t"]?.source == "true")
        #expect(document.root["a"]?[0]?.source == "1")
    }

    @Test(arguments: [
        ("[1, 2]", "[1,2.0]", true), ("[1, 2]", "[2, 1]", false), (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, true),
        (#"{"a":1}"#, #"{"a":1,"b":2}"#, false), (#""\u0041""#, #""A""#, true), ("1e2", "100", true),
        ("0.1", "0.10", true), ("1", "true", false), ("null", "false", false), ("{}", "[]", false), ("-0", "0", true),
    ])
    func `equality is of what values mean`(left: String, right: String, equal: Bool) throws {
        #expect((try JSONDocument(parsing: left) == JSONDocument(parsing: right)) == equal)
        #expect((try JSONDocument(parsing: right) == JSONDocument(parsing: left)) == equal)
    }

    @Test(arguments: [
        ("\"ten\"", "expected an integer, found \"ten\""), ("null", "expected an integer, found null"),
        ("[]", "expected an integer, found an empty array"), ("[[1],2]", "expected an integer, found an array of 2"),
        ("{}", "expected an integer, found an object"), ("true", "expected an integer, found true"),
        ("1.5", "expected an integer, found 1.5"), ("\"a\\nb\"", "expected an integer, found \"a\\u{a}b\""),
    ])
    func `a mismatch says what was found`(text: String, detail: String) throws {
        let document = try JSONDocument(parsing: "{\"x\": \(text)}")
        let error = try #require(throws: Fault.self) { try document.root["x"]?.int() }

        #expect(error == Fault(pointer: "/x", detail: detail))
        #expect(error.description == "/x: " + detail)
    }

    @Test func `a long string is cut in a message`() throws {
        let document = try JSONDocument(parsing: "\"" + String(repeating: "a", count: 5000) + "\"")

        #expect(document.root.summary == "\"" + String(repeating: "a", count: 60) + "…\"")
    }
}
