import SQL
import Testing

/// What a query answers.
struct RowTests {
    private static let numbers = """
        SELECT column1 AS number, column2 AS name FROM (VALUES (1, 'one'), (2, NULL), (3, 'three')) AS numbers
        """

    @Test(arguments: TestEngine.present)
    func `rows come in order, and are read by the names of their columns when the query is over`(
        engine: TestEngine
    ) throws {
        let rows = try engine.write { try Row.all($0, sql: Self.numbers) }

        #expect(try rows.map { try $0.value("number") as Int } == [1, 2, 3])
        #expect(try rows.map { try $0.value("name") as String? } == ["one", nil, "three"])
        #expect(rows.allSatisfy { $0.columns == ["number", "name"] })
    }

    @Test(arguments: TestEngine.present)
    func `one is the first one, and nil where there is none or it is null`(engine: TestEngine) throws {
        try engine.write { (connection) throws in
            #expect(try Row.one(connection, sql: Self.numbers)?.value("number") == 1)
            #expect(try Row.one(connection, sql: Self.numbers + " LIMIT 0") == nil)
            #expect(try Int.one(connection, sql: Self.numbers) == 1)
            #expect(try Int.one(connection, sql: Self.numbers + " LIMIT 0") == nil)
            #expect(try Int.one(connection, sql: "SELECT CAST(NULL AS bigint)") == nil)
            #expect(try Int.all(connection, sql: Self.numbers) == [1, 2, 3])
        }
    }

    @Test(arguments: TestEngine.present)
    func `a value of another type and a column that is not there are errors that say what was found`(
        engine: TestEngine
    ) throws {
        let row = try #require(
            try engine.write { try Row.one($0, sql: "SELECT 'text' AS a, NULL AS b, \(engine.bytes) AS c") }
        )

        let wrong = expectFailure(.undecodable) { try row.value("a") as Int }
        #expect(wrong?.description == "column a: it is a text of 4 bytes, expected Int")
        let null = expectFailure(.undecodable) { try row.value("b") as String }
        #expect(null?.description == "column b: it is null, expected String")
        let bytes = expectFailure(.undecodable) { try row.value("c") as String }
        #expect(bytes?.description == "column c: it is 2 bytes, expected String")
        let missing = expectFailure(.undecodable) { try row.value("d") as String? }
        #expect(missing?.description == "column d: there is no such column among a, b, c, expected Optional<String>")
    }
}
