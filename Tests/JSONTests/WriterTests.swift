import JSON
import Testing

struct WriterTests {
    @Test func `objects and arrays get their commas`() {
        var json = JSONWriter()
        json.object { json in
            json.field("a", 1)
            json.field("b", [true, false])
            json.field("none", String?.none)
            json.field("left out", ifPresent: Int?.none)
            json.field("there", ifPresent: 2)
            json.key("c")
            json.array { json in
                json.object { _ in }
                json.array { _ in }
                json.null()
                json.write("x")
                json.raw("[1]".utf8)
            }
            json.field("d", ["z": 1, "y": 2])
        }

        #expect(
            json.text == #"{"a":1,"b":[true,false],"none":null,"there":2,"c":[{},[],null,"x",[1]],"d":{"y":2,"z":1}}"#
        )
    }

    @Test func `writing goes on after the bytes that were there`() {
        var json = JSONWriter(appendingTo: Array("data: ".utf8))
        json.write(5)

        #expect(json.text == "data: 5")
    }

    @Test func `strings are escaped where they must be and only there`() throws {
        let text = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}"
        var json = JSONWriter()
        json.write(text)

        #expect(json.text == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u{7F}é😀\u{2028}\"")
        #expect(try JSONDocument(parsing: json.bytes).root.string() == text)
    }

    @Test(arguments: [0, -1, 10, .max, .min, 1_234_567_890_123])
    func `integers are written in full`(integer: Int) {
        var json = JSONWriter()
        json.write(integer)

        #expect(json.text == integer.description)
    }

    @Test func `NaN and infinities become null and are told`() {
        var json = JSONWriter()
        json.write([1.5, Float.nan, .infinity])
        #expect(json.text == "[1.5,null,null]")
        #expect(json.hasNonFinite)

        var finite = JSONWriter()
        finite.write([Double.greatestFiniteMagnitude, .leastNonzeroMagnitude])
        #expect(!finite.hasNonFinite)
        finite.write(-Double.infinity)
        #expect(finite.hasNonFinite)
    }

    @Test func `floats come back bit for bit, and no shorter text would do`() throws {
        var random = SystemRandomNumberGenerator()
        let floats =
            (0..<20_000).map { index in
                index % 2 == 0 ? Float(bitPattern: .random(in: 0...UInt32.max, using: &random)) : .random(in: -1...1)
            }.filter(\.isFinite) + [
                0, -0.0, 1, 1e7, 16_777_216, 1e-5, 123456.79, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            ]
        var json = JSONWriter()
        floats.withUnsafeBufferPointer { json.write($0) }

        let root = try JSONDocument(parsing: json.bytes).root

        #expect(try root.readTensor().values.map(\.bitPattern) == floats.map(\.bitPattern))
        for (value, float) in zip(root.elements, floats) {
            #expect(digits(value.source) <= digits(float.description))
        }
    }

    private func digits(_ text: String) -> Int {
        let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
        return mantissa.reversed().drop { $0 == "0" }.count
    }

    @Test func `doubles come back bit for bit`() throws {
        var random = SystemRandomNumberGenerator()
        let doubles = (0..<10_000).map { _ in Double(bitPattern: .random(in: 0...UInt64.max, using: &random)) }
            .filter(\.isFinite)
        var json = JSONWriter()
        json.write(doubles)

        let read = try JSONDocument(parsing: json.bytes).root.elements.map { try $0.double().bitPattern }

        #expect(read == doubles.map(\.bitPattern))
    }

    @Test(arguments: [
        ([], "0.0"), ([6], "[0.0,1.0,2.0,3.0,4.0,5.0]"), ([2, 3], "[[0.0,1.0,2.0],[3.0,4.0,5.0]]"),
        ([3, 1, 2], "[[[0.0,1.0]],[[2.0,3.0]],[[4.0,5.0]]]"), ([2, 0], "[[],[]]"), ([0], "[]"),
    ])
    func `numbers are nested by their shape`(shape: [Int], text: String) {
        let floats = (0..<shape.reduce(1, *)).map { Float($0) }
        var json = JSONWriter()
        floats.withUnsafeBufferPointer { json.write($0, shape: shape) }

        #expect(json.text == text)
    }

    @Test func `a parsed value is written without spaces, digit for digit`() throws {
        let document = try JSONDocument(parsing: "{ \"a\\u0062\" : [ 1.50 , 1E3, \"\\u00e9\" ] , \"n\" : { } }")
        var json = JSONWriter()
        json.write(document.root)

        #expect(json.text == "{\"ab\":[1.50,1E3,\"\\u00e9\"],\"n\":{}}")
    }
}
