import SQL
import Testing

/// What statements change, and what is left of it where something fails.
struct WritingTests {
    private struct Refusal: Error {}

    private func write(_ engine: TestEngine, _ body: (any Connection) throws -> Void) throws {
        try engine.write { connection in
            try connection.execute(
                sql: """
                    CREATE TEMP TABLE things (id \(engine.key), name text NOT NULL UNIQUE);
                    CREATE TEMP TABLE others (name text);
                    """
            )
            try body(connection)
        }
    }

    private func names(_ connection: any Connection) throws -> [String] {
        try String.all(connection, sql: "SELECT name FROM things ORDER BY id")
    }

    @Test(arguments: TestEngine.present)
    func `an insert tells the id, or that there was nothing to insert`(engine: TestEngine) throws {
        try write(engine) { (connection) throws in
            let sql = "INSERT INTO things (name) VALUES (?) ON CONFLICT (name) DO NOTHING"
            #expect(try connection.insertIfNew(sql: sql, arguments: ["a"]) == 1)
            #expect(try connection.insertIfNew(sql: sql, arguments: ["b"]) == 2)
            #expect(try connection.insertIfNew(sql: sql, arguments: ["a"]) == nil)
            #expect(try connection.insert(sql: sql, arguments: ["c"]) > 2)
            expectFailure(.unexpected) { try connection.insert(sql: sql, arguments: ["a"]) }
        }
    }

    @Test(arguments: TestEngine.present)
    func `a statement tells how many rows it has changed, and what it returns of them`(engine: TestEngine) throws {
        try write(engine) { connection in
            try connection.run(sql: "INSERT INTO things (name) VALUES ('a'), ('b'), ('c')")
            #expect(connection.changesCount == 3)
            try connection.run(sql: "UPDATE things SET name = name || 'x' WHERE name = ?", arguments: ["none"])
            #expect(connection.changesCount == 0)
            let gone = try String.all(connection, sql: "DELETE FROM things WHERE id > 1 RETURNING name")
            #expect(gone == ["b", "c"])
            #expect(try names(connection) == ["a"])
        }
    }

    @Test(arguments: TestEngine.present)
    func `of rows that one statement changes all are changed, though only the first is wanted`(
        engine: TestEngine
    ) throws {
        try write(engine) { connection in
            try connection.run(sql: "INSERT INTO things (name) VALUES ('a'), ('b')")
            _ = try Row.one(connection, sql: "UPDATE things SET name = name || 'x' RETURNING name")
            #expect(try names(connection) == ["ax", "bx"])
        }
    }

    @Test(arguments: TestEngine.present)
    func `a transaction whose body throws leaves nothing, and its error passes through`(engine: TestEngine) throws {
        try write(engine) { connection in
            let error = failure {
                try connection.inTransaction {
                    try connection.run(sql: "INSERT INTO things (name) VALUES ('a')")
                    throw Refusal()
                }
            }
            #expect(error is Refusal)
            #expect(try names(connection) == [])
            try connection.inTransaction { try connection.run(sql: "INSERT INTO things (name) VALUES ('b')") }
            #expect(try names(connection) == ["b"])
        }
    }

    @Test(arguments: TestEngine.present)
    func `a savepoint whose body throws is undone alone`(engine: TestEngine) throws {
        try write(engine) { connection in
            try connection.inTransaction {
                try connection.inSavepoint { try connection.run(sql: "INSERT INTO things (name) VALUES ('a')") }
                let error = failure {
                    try connection.inSavepoint {
                        try connection.run(sql: "INSERT INTO things (name) VALUES ('b')")
                        try connection.run(sql: "INSERT INTO things (name) VALUES ('a')")
                    }
                }
                #expect(error is SQLError)
                try connection.inSavepoint { try connection.run(sql: "INSERT INTO things (name) VALUES ('c')") }
            }
            #expect(try names(connection) == ["a", "c"])
        }
    }
}
