import JSON
import Testing

struct RoundedIntegerTests {
    private func value(_ text: String) throws -> JSONValue { try JSONDocument(parsing: text).root }

    @Test func `integers that 32 bits don't hold are found, with their place and what becomes of them`() throws {
        let found = try RoundedIntegers(in: value(#"{"x": [[1, 16777217], [-16777219, 16777216]], "y": 123456789012}"#))

        #expect(found.count == 3)
        #expect(found.examples.map(\.pointer) == ["/x/0/1", "/x/1/0", "/y"])
        #expect(found.examples.map(\.float) == [16_777_216, -16_777_220, 123_456_790_528])
        #expect(found.notes[0] == "/x/0/1: 16777217 is taken as 16777216.0, the nearest number of 32 bits")
    }

    @Test(arguments: [
        "16777216", "16777218", "1e9", "16777217.5", "16777217.0", "4294967296", "-1", "\"16777217\"", "null",
    ])
    func `what is held, no integer or no number is none of them`(text: String) throws {
        #expect(try RoundedIntegers(in: value("[\(text)]")).count == 0)
    }

    @Test func `integers past 64 bits are found too, and the rest is counted`() throws {
        let found = try RoundedIntegers(in: value("[123456789012345678901234567890, 16777217, 16777219]"), limit: 1)

        #expect(found.count == 3)
        #expect(found.notes.count == 2)
        #expect(found.notes[1] == "2 more integers are taken as the nearest number")
    }

    @Test func `a number is found by its place, in nested arrays and flat ones`() throws {
        let nested = try value("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]")
        let flat = try value("[1, 2, 3, 4, 5, 6, 7, 8]")
        for place in 0..<8 {
            #expect(try nested.number(at: place, shape: [2, 2, 2])?.int() == place + 1)
            #expect(try flat.number(at: place, shape: [2, 2, 2])?.int() == place + 1)
        }
        #expect(nested.number(at: 5, shape: [2, 2, 2])?.pointer == "/1/0/1")
        #expect(nested.number(at: 8, shape: [2, 2, 2]) == nil)
        #expect(try value("7").number(at: 0, shape: [])?.int() == 7)
    }
}
