import JSON
import Testing

/// Every read of `ObjectReader` and its words, and what surrounds it.
struct ReadingTests {
    enum Unit: String, CaseIterable {
        case metre = "m"
        case inch = "in"
    }

    /// `#expect(found == expected)` for a read, which changes the reader and so cannot stand within the macro.
    private func expect<Value: Equatable>(
        _ found: Value,
        is expected: Value,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    /// The faults that `body` finds in the JSON object `text`.
    private func faults(_ text: String, _ body: (inout ObjectReader) -> Void) throws -> [String] {
        var faults = Faults()
        faults.read(try JSONDocument(parsing: text).root, body)
        return faults.list.map(\.description)
    }

    @Test func `values of every kind are read`() throws {
        let document = try JSONDocument(
            parsing: """
                {"i": 5, "d": 0.5, "b": true, "s": "x", "c": "same", "u": "in", "t": [3, 4], "n": [1, 2], "w": ["a"],
                 "o": {"i": 1}, "a": [{"i": 1}, {"i": 2}], "v": [null]}
                """
        )
        try document.root.read { reader in
            expect(reader.int("i"), is: 5)
            expect(reader.double("d"), is: 0.5)
            expect(reader.bool("b"), is: true)
            expect(reader.string("s"), is: "x")
            expect(reader.choice("c", among: ["valid", "same"]), is: "same")
            expect(reader.choice("u", Unit.self), is: .inch)
            expect(reader.choice("u", default: Unit.metre), is: .inch)
            expect(reader.tuple("t", of: 2, in: 1...9), is: [3, 4])
            expect(reader.ints("n"), is: [1, 2])
            expect(reader.strings("w", default: []), is: ["a"])
            expect(reader.object("o") { $0.int("i") }, is: 1)
            expect(reader.optionalObject("o") { $0.int("i") }, is: 1)
            expect(reader.array("a") { value, faults in faults.read(value) { $0.int("i") } }, is: [1, 2])
            expect(reader.value("v")?.source, is: "[null]")
            expect(reader.optionalInt("i"), is: 5)
            expect(reader.optionalDouble("d"), is: 0.5)
            expect(reader.optionalBool("b"), is: true)
            expect(reader.optionalString("s"), is: "x")
            expect(reader.optionalChoice("c", among: ["same"]), is: "same")
            expect(reader.optionalTuple("i", of: 2, in: 1...9), is: [5, 5])
            expect(reader.int("i", in: 1...5, default: 1), is: 5)
        }
    }

    @Test func `absent keys give the default or nil`() throws {
        try JSONDocument(parsing: #"{"null": null}"#).root.read { reader in
            expect(reader.int("i", default: 7), is: 7)
            expect(reader.double("d", default: 0.5), is: 0.5)
            expect(reader.bool("b", default: true), is: true)
            expect(reader.string("s", default: "z"), is: "z")
            expect(reader.choice("c", among: ["a", "b"], default: "b"), is: "b")
            expect(reader.choice("u", default: Unit.inch), is: .inch)
            expect(reader.tuple("t", of: 2, in: 1...9, default: [2, 2]), is: [2, 2])
            expect(reader.strings("w", default: ["k"]), is: ["k"])
            expect(reader.optionalInt("null"), is: nil)
            expect(reader.optionalDouble("null"), is: nil)
            expect(reader.optionalBool("x"), is: nil)
            expect(reader.optionalString("null"), is: nil)
            expect(reader.optionalChoice("x", among: ["a"]), is: nil)
            expect(reader.optionalTuple("null", of: 2, in: 1...9), is: nil)
            expect(reader.optionalObject("null") { $0.int("i") }, is: nil)
            expect(reader.optionalValue("null"), is: nil)
        }
    }

    @Test func `absent required keys are each a fault, and stand-ins are allowed values`() throws {
        let found = try faults("{}") { reader in
            expect(reader.int("i", in: 3...9), is: 3)
            expect(reader.double("d", in: .above(0, through: 1)), is: 0)
            expect(reader.bool("b"), is: false)
            expect(reader.string("s"), is: "")
            expect(reader.choice("c", among: ["valid", "same"]), is: "valid")
            expect(reader.choice("u", Unit.self), is: .metre)
            expect(reader.tuple("t", of: 3, in: 2...4), is: [2, 2, 2])
            expect(reader.ints("n", in: 1...9, count: 2...3), is: [1, 1])
            expect(reader.object("o") { $0.int("i", in: 8...9) }, is: 8)
            expect(reader.array("a", count: 1...Int.max) { _, _ in 0 }, is: [])
            expect(reader.value("v"), is: nil)
        }

        #expect(
            found == [
                #"/i: missing; expected an integer from 3 to 9"#,
                #"/d: missing; expected a number above 0, at most 1"#,
                #"/b: missing; expected true or false"#,
                #"/s: missing; expected a string"#,
                #"/c: missing; expected one of "valid", "same""#,
                #"/u: missing; expected one of "m", "in""#,
                #"/t: missing; expected an integer from 2 to 4 or an array of 3"#,
                #"/n: missing; expected an array of 2 to 3"#,
                #"/o: missing; expected an object"#,
                #"/a: missing; expected an array of at least 1"#,
                #"/v: missing; expected a value"#,
            ]
        )
    }

    @Test(arguments: [
        ("0", "expected an integer of at least 1, found 0"), ("1.5", "expected an integer of at least 1, found 1.5"),
        ("null", "expected an integer of at least 1, found null"),
        ("1e20", "expected an integer, found 1e20, which is past 2^53, where JSON numbers stop being exact"),
    ])
    func `an integer out of its range is told with the range`(text: String, detail: String) throws {
        let found = try faults("{\"x\": \(text)}") { _ = $0.int("x", in: 1...JSONValue.exactIntegers.upperBound) }

        #expect(found == ["/x: " + detail])
    }

    @Test(arguments: ["true", "\"1\"", "[1]", "{}", "null"])
    func `a value of another kind is a fault for a default too`(text: String) throws {
        let found = try faults("{\"x\": \(text)}") { reader in
            expect(reader.int("x", in: 0...5, default: 4), is: 4)
            expect(reader.double("x", default: 0.25), is: 0.25)
        }

        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.hasPrefix("/x: expected a") })
    }

    @Test func `faults within arrays and nested objects carry their whole pointer`() throws {
        let found = try faults(#"{"layers": [{"units": 1}, {"unit": 2}, 3], "n": [1, "2", 99], "o": {"p": {"q": 0}}}"#)
        {
            _ = $0.array("layers") { value, faults in faults.read(value) { $0.int("units") } }
            expect($0.ints("n", in: 1...9, count: 1...5), is: [1])
            _ = $0.object("o") { $0.object("p") { $0.bool("q") } }
        }

        #expect(
            found == [
                #"/layers/1/units: missing; expected an integer"#,
                #"/layers/1/unit: unknown key "unit"; did you mean "units"? Known: units"#,
                "/layers/2: expected an object, found 3",
                #"/n/1: expected an integer from 1 to 9, found "2""#,
                "/n/2: expected an integer from 1 to 9, found 99",
                "/o/p/q: expected true or false, found 0",
            ]
        )
    }

    @Test func `a body that is no object is one fault, however many keys are read`() throws {
        let found = try faults("[1]") { reader in
            _ = reader.int("a")
            _ = reader.object("b") { $0.string("c") }
            reader.fault(at: "d", "never told")
        }

        #expect(found == ["expected an object, found an array of 1"])
    }

    @Test func `accepted keys are not unknown, and a rule of the caller's is told at its key`() throws {
        let found = try faults(#"{"a/b": 1, "old": 2}"#) { reader in
            reader.accept("old")
            reader.fault(at: "a/b", "must divide 12")
            expect(reader.has("a/b"), is: true)
            expect(reader.has("c"), is: false)
        }

        #expect(found == ["/a~1b: must divide 12"])
    }

    @Test func `reading stops at the first fault past the limit, however many there would be`() throws {
        let text = "[" + Array(repeating: "0", count: 200_000).joined(separator: ",") + "]"
        let document = try JSONDocument(parsing: "{\"x\": \(text)}")
        let keys = try JSONDocument(parsing: "{" + (0..<20_000).map { "\"k\($0)\": 0" }.joined(separator: ",") + "}")

        let error = try #require(throws: FaultyInput.self) { try document.root.read { $0.ints("x", in: 1...2) } }
        let unknown = try #require(throws: FaultyInput.self) { try keys.root.read { $0.optionalInt("x") } }

        #expect(error.faults.count == Faults.limit)
        #expect(error.omitted == 1)
        #expect(error.description.hasSuffix("/x/99: expected an integer from 1 to 2, found 0; and more"))
        #expect(unknown.faults.count == Faults.limit)
        #expect(unknown.omitted == 1)
    }

    @Test func `no fault goes through the check`() throws {
        var faults = Faults()
        #expect(throws: Never.self) { try faults.check() }
        faults.add("/a", "wrong")

        #expect(throws: FaultyInput(Fault(pointer: "/a", detail: "wrong"))) { try faults.check() }
        #expect(!faults.isEmpty)
    }
}
