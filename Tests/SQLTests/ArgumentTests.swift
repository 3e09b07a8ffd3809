import SQL
import Testing

/// How values find their parameters.
struct ArgumentTests {
    private func one(_ engine: TestEngine, _ sql: String, _ arguments: Arguments) throws -> String? {
        try engine.write { try String.one($0, sql: sql, arguments: arguments) }
    }

    @Test(arguments: TestEngine.present)
    func `values without a name are bound in their order, between bytes too`(engine: TestEngine) throws {
        try engine.write { (connection) throws in
            let bytes = engine.type(of: .bytes([]))
            try connection.execute(sql: "CREATE TEMP TABLE kept (a text, b \(bytes), c text, d \(bytes), e text)")
            let values: [Value] = [.text("a"), .bytes([1, 2]), .text("c"), .bytes([]), .null]
            let arguments: Arguments = [values[0], values[1], values[2], values[3], values[4]]
            try connection.run(sql: "INSERT INTO kept VALUES (?, ?, ?, ?, ?)", arguments: arguments)

            #expect(try Row.one(connection, sql: "SELECT * FROM kept")?.values == values)
        }
    }

    @Test(arguments: TestEngine.present)
    func `a name stands for the same value wherever it is used, whatever else is given`(engine: TestEngine) throws {
        let sql = "SELECT CAST(:b AS text) || CAST(:a AS text) || CAST(:b AS text)"
        #expect(try one(engine, sql, ["a": "1", "b": "2", "c": "3"]) == "212")
    }

    @Test(arguments: TestEngine.present)
    func `of two values for a name the later one counts`(engine: TestEngine) throws {
        var arguments: Arguments = ["a": "1", "b": "2"]
        arguments += ["b": "3"]
        let sql = "SELECT CAST(:a AS text) || CAST(:b AS text)"
        #expect(try one(engine, sql, arguments + ["a": "0"]) == "03")
    }

    @Test(arguments: TestEngine.present)
    func `null and what is not there are bound as null`(engine: TestEngine) throws {
        let nothing: String? = nil
        let sql = "SELECT coalesce(CAST(? AS text), 'a') || coalesce(CAST(? AS text), 'b')"
        #expect(try one(engine, sql, [nil, nothing]) == "ab")
    }

    @Test(arguments: TestEngine.present)
    func `what looks like a parameter in quotes and comments is none`(engine: TestEngine) throws {
        let sql = """
            SELECT 'it''s :a ?' || CAST(:a AS text) AS "what :a?" -- ? and :b
            /* :c and ? */
            """
        #expect(try one(engine, sql, ["a": "1"]) == "it's :a ?1")
    }

    @Test(arguments: TestEngine.present)
    func `values that don't fit are refused, and nothing is bound in their place`(engine: TestEngine) {
        expectFailure(.unexpected) { try one(engine, "SELECT CAST(? AS text)", []) }
        expectFailure(.unexpected) { try one(engine, "SELECT CAST(? AS text)", ["1", "2"]) }
        expectFailure(.unexpected) { try one(engine, "SELECT CAST(:a AS text) || CAST(:b AS text)", ["a": "1"]) }
        expectFailure(.unexpected) { try one(engine, "SELECT 'a'", ["1"]) }
    }

    @Test(arguments: TestEngine.present)
    func `a statement that is kept is bound anew each time`(engine: TestEngine) throws {
        try engine.write { (connection) throws in
            let sql = "SELECT coalesce(CAST(? AS text), 'nothing')"
            #expect(try String.one(connection, sql: sql, arguments: ["first"]) == "first")
            #expect(try String.one(connection, sql: sql, arguments: [nil]) == "nothing")
            expectFailure(.unexpected) { try String.one(connection, sql: sql) }
            #expect(try String.one(connection, sql: sql, arguments: ["last"]) == "last")
        }
    }
}
