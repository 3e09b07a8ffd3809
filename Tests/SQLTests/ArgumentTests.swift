import SQL
import Testing

/// How values find their parameters.
struct ArgumentTests {
    private func one(_ sql: String, _ arguments: Arguments) throws -> String? {
        try SQLiteDatabase(alone: nil).read { try String.one($0, sql: sql, arguments: arguments) }
    }

    @Test func `values without a name are bound in their order, between bytes too`() throws {
        #expect(
            try one("SELECT ? || hex(?) || ? || hex(?)", ["a", [1, 2] as [UInt8], "b", [3] as [UInt8]]) == "a0102b03"
        )
    }

    @Test func `a name stands for the same value wherever it is used, whatever else is given`() throws {
        #expect(try one("SELECT :b || :a || :b", ["a": "1", "b": "2", "c": "3"]) == "212")
    }

    @Test func `of two values for a name the later one counts`() throws {
        var arguments: Arguments = ["a": "1", "b": "2"]
        arguments += ["b": "3"]
        #expect(try one("SELECT :a || :b", arguments + ["a": "0"]) == "03")
    }

    @Test func `null and what is not there are bound as null`() throws {
        let nothing: String? = nil
        #expect(try one("SELECT (? IS NULL) || (? IS NULL)", [nil, nothing]) == "11")
    }

    @Test func `values that don't fit are refused, and nothing is bound in their place`() {
        expectFailure(.unexpected) { try one("SELECT ?", []) }
        expectFailure(.unexpected) { try one("SELECT ?", ["1", "2"]) }
        expectFailure(.unexpected) { try one("SELECT :a || :b", ["a": "1"]) }
        expectFailure(.unexpected) { try one("SELECT 'a'", ["1"]) }
    }

    @Test func `a statement that is kept is bound anew each time`() throws {
        try SQLiteDatabase(alone: nil).read { (connection) throws in
            let sql = "SELECT coalesce(?, 'nothing')"
            #expect(try String.one(connection, sql: sql, arguments: ["first"]) == "first")
            #expect(try String.one(connection, sql: sql, arguments: [nil]) == "nothing")
            expectFailure(.unexpected) { try String.one(connection, sql: sql) }
            #expect(try String.one(connection, sql: sql, arguments: ["last"]) == "last")
        }
    }
}
