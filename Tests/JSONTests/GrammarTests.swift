import JSON
import Testing

/// What RFC 8259 takes and refuses, row by row; the refused rows with what the message must name.
struct GrammarTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "10", "-1.5", "0.0", "1e3", "1E+3", "1.25e-7",
        "123456789012345678901234567890",
        #""""#, #""a""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\uD83D\uDE00""#, #""\u00e9é€😀""#, "\"\u{7F}\"",
        "[]", "[ ]", "[1]", "[[],[[]]]", "{}", "{ }", #"{"":0}"#, #"{"a":{"b":[{"c":null}]}}"#, "\"\u{10FFFF}\"",
        " \t\r\n1 \t\r\n", "[\n1 ,\t2\r]", #"{ "a" : 1 , "b" : 2 }"#,
    ])
    func `a JSON text is taken and writes back what it means`(text: String) throws {
        let document = try JSONDocument(parsing: text)
        var json = JSONWriter()
        json.write(document.root)

        #expect(try JSONDocument(parsing: json.bytes) == document)
        #expect(document.root.source == text.trimmingSpaces)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let text: String
        let offset: Int
        let expected: String
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ offset: Int, _ expected: String) {
            self.text = text
            self.offset = offset
            self.expected = expected
        }
    }

    static let refused: [Refused] = [
        Refused("", 0, "expected a value, found the end of the text"),
        Refused("  ", 2, "expected a value, found the end of the text"),
        Refused("nul", 0, #"expected a value, found "nul""#),
        Refused("True", 0, #"expected a value, found "True""#),
        Refused("NaN", 0, #"expected a value, found "NaN" (JSON has no NaN or Infinity)"#),
        Refused("[1, Infinity]", 4, #"found "Infinity" (JSON has no NaN or Infinity)"#),
        Refused("-Infinity", 1, #"expected a digit after "-", found "Infinity""#),
        Refused("-", 1, #"expected a digit after "-", found the end of the text"#),
        Refused("+1", 0, #"expected a value, found "+1""#),
        Refused(".5", 0, #"expected a value, found ".5""#),
        Refused("1.", 2, #"expected a digit after ".", found the end of the text"#),
        Refused("[1.,2]", 3, #"expected a digit after ".", found ",""#),
        Refused("1e", 2, "expected a digit of the exponent, found the end of the text"),
        Refused("1e+]", 3, #"expected a digit of the exponent, found "]""#),
        Refused("01", 1, #"expected no digit after a leading 0, found "01""#),
        Refused("[-007]", 3, #"expected no digit after a leading 0, found "-007""#),
        Refused("0x10", 1, #"expected the end of the text after the value, found "x10""#),
        Refused("1 2", 2, #"expected the end of the text after the value, found "2""#),
        Refused("{} ,", 3, #"expected the end of the text after the value, found ",""#),
        Refused("[1,]", 3, #"expected a value, found "]""#),
        Refused("[,1]", 1, #"expected a value, found ",""#),
        Refused("[1 2]", 3, #"expected "," or "]", found "2""#),
        Refused("[1", 2, #"expected "," or "]", found the end of the text"#),
        Refused("[", 1, "expected a value, found the end of the text"),
        Refused("[1}", 2, #"expected "," or "]", found "}""#),
        Refused("]", 0, #"expected a value, found "]""#),
        Refused("{", 1, #"expected a key in double quotes or "}", found the end of the text"#),
        Refused("{a:1}", 1, #"expected a key in double quotes or "}", found "a""#),
        Refused(#"{"a":1,}"#, 7, #"expected a key in double quotes, found "}""#),
        Refused(#"{"a" 1}"#, 5, #"expected ":" after the key, found "1""#),
        Refused(#"{"a":}"#, 5, #"expected a value, found "}""#),
        Refused(#"{"a":1 "b":2}"#, 7, #"expected "," or "}", found a string"#),
        Refused(#"{"a":1]"#, 6, #"expected "," or "}", found "]""#),
        Refused("{1:2}", 1, #"expected a key in double quotes or "}", found "1""#),
        Refused("['a']", 1, "JSON strings take double quotes"),
        Refused("[1] // one", 4, #"expected the end of the text after the value, found "/""#),
        Refused(#""abc"#, 4, "expected the closing double quote of a string, found the end of the text"),
        Refused(#""abc\"#, 5, "expected the closing double quote of a string, found the end of the text"),
        Refused("\"a\nb\"", 2, "found the control character 0x0A in a string"),
        Refused("\"\u{0}\"", 1, "found the control character 0x00 in a string"),
        Refused(#""\x41""#, 1, "after a backslash"),
        Refused(#""\u12G4""#, 1, "expected four hexadecimal digits after \\u"),
        Refused(#""\u12""#, 1, "expected four hexadecimal digits after \\u"),
        Refused(#""\uD800""#, 1, "found a lone high surrogate"),
        Refused(#""\uD800\u0041""#, 1, "found a lone high surrogate"),
        Refused(#""\uDC00""#, 1, "found the lone low surrogate"),
        Refused("\u{FEFF}{}", 0, "found a byte order mark"),
        Refused("[\u{A0}1]", 1, "expected a value, found \"\u{A0}\""),
        Refused("[\u{0}]", 1, "expected a value, found the byte 0x00"),
    ]

    @Test(arguments: refused)
    func `a text that breaks the grammar is refused at the byte that breaks it`(row: Refused) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONDocument(parsing: row.text) }

        #expect(error.offset == row.offset)
        #expect(error.detail.contains(row.expected), "\(error.detail)")
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are refused in a string and outside of one`(bytes: [UInt8]) throws {
        let inside = try #require(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
        }
        #expect(inside.detail.contains("expected UTF-8"))
        #expect(inside.offset == 1)
        #expect(throws: JSONSyntaxError.self) { try JSONDocument(parsing: bytes) }
    }

    @Test func `every prefix of a text is refused at its end or before`() throws {
        let text = Array(#"{"a":[1.5e-3,"x\u00e9\n€",true,null,{}],"b":{"c":[[]]}}"#.utf8)
        #expect(throws: Never.self) { try JSONDocument(parsing: text) }

        for length in 0..<text.count {
            let error = try #require(throws: JSONSyntaxError.self) { try JSONDocument(parsing: Array(text[..<length])) }
            #expect(error.offset <= length)
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let isSpace = { (character: Character) in " \t\r\n\r\n".contains(character) || character == "\r\n" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
