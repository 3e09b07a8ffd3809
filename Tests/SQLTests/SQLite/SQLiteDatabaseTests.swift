import Foundation
import SQL
import Testing

/// SQLite's files, and what goes wrong with them.
struct SQLiteDatabaseTests {
    private static let things = "CREATE TABLE things (name TEXT NOT NULL UNIQUE CHECK (json_valid(name))) STRICT"

    @Test func `a reader keeps what it has begun to read while another one writes`() throws {
        let file = try TemporaryFile()
        let database = try SQLiteDatabase(shared: file.path, options: SQLiteOptions())
        try database.write { try $0.execute(sql: Self.things) }

        try database.read { reader in
            #expect(try Int.one(reader, sql: "SELECT count(*) FROM things") == 0)
            try SQLiteDatabase(alone: file.path).write { try $0.run(sql: "INSERT INTO things VALUES ('1')") }
            #expect(try Int.one(reader, sql: "SELECT count(*) FROM things") == 0)
        }
        #expect(try database.read { try Int.one($0, sql: "SELECT count(*) FROM things") } == 1)
        try database.close()
    }

    @Test func `each connection is prepared, those that read can't write`() throws {
        let file = try TemporaryFile()
        var options = SQLiteOptions()
        options.prepare = { try $0.add(SQLiteFunction("twice") { Int64.reading($0[0]).map { $0 * 2 } }) }
        let database = try SQLiteDatabase(shared: file.path, options: options)
        try database.write { try $0.execute(sql: Self.things) }

        #expect(try database.write { try Int.one($0, sql: "SELECT twice(4)") } == 8)
        #expect(try database.read { try Int.one($0, sql: "SELECT twice(21)") } == 42)
        #expect(try database.read { try Int.one($0, sql: "SELECT twice('text')") } == nil)
        expectFailure(.readOnly) { try database.read { try $0.run(sql: "INSERT INTO things VALUES ('1')") } }
    }

    @Test func `whoever finds the database locked is asked whether to go on, then gets busy`() throws {
        let file = try TemporaryFile()
        let asked = Tries()
        var options = SQLiteOptions()
        options.goesOn = { asked.note($0) }
        let database = try SQLiteDatabase(shared: file.path, options: options)
        try database.write { try $0.execute(sql: Self.things) }
        let other = try SQLiteDatabase(alone: file.path)

        try other.write { connection in
            try connection.inTransaction {
                let error = expectFailure(.busy) { try database.write { try $0.inTransaction {} } }
                #expect(error?.code == "SQLite 5")
            }
        }
        #expect(asked.seen == [0, 1, 2])
    }

    @Test func `what breaks a rule is told apart`() throws {
        let database = try SQLiteDatabase(alone: nil)
        try database.write { connection in
            try connection.execute(sql: Self.things)
            try connection.run(sql: "INSERT INTO things VALUES ('1')")
            expectFailure(.invalidJSON) { try connection.run(sql: "INSERT INTO things VALUES ('{')") }
            let taken = expectFailure(.unexpected) { try connection.run(sql: "INSERT INTO things VALUES ('1')") }
            #expect(taken?.description == "SQLite 2067 (UNIQUE constraint failed: things.name)")
            expectFailure(.unexpected) { try connection.run(sql: "SELECT nonsense") }
            expectFailure(.tooLarge) { try connection.run(sql: "SELECT zeroblob(1000000001)") }
        }
    }

    @Test func `a file that is no database, one that is damaged and one that can't be opened are told apart`() throws {
        let file = try TemporaryFile()
        try Data(repeating: 65, count: 8192).write(to: URL(filePath: file.path))
        expectFailure(.notADatabase) {
            try SQLiteDatabase(alone: file.path).read { try Int.one($0, sql: "SELECT count(*) FROM sqlite_schema") }
        }
        let damaged = try TemporaryFile()
        let database = try SQLiteDatabase(alone: damaged.path)
        try database.write { try $0.execute(sql: Self.things) }
        try database.close()
        let handle = try FileHandle(forWritingTo: URL(filePath: damaged.path))
        try handle.seek(toOffset: 100)
        try handle.write(contentsOf: Data(repeating: 255, count: 3000))
        try handle.close()
        expectFailure(.corrupt) {
            try SQLiteDatabase(alone: damaged.path).read { try Int.one($0, sql: "SELECT count(*) FROM things") }
        }
        expectFailure(.unavailable) { try SQLiteDatabase(alone: "/nonexistent/folder/file.sqlite") }
    }

    @Test func `the log grows with commits, and is moved into the database`() throws {
        let file = try TemporaryFile()
        let length = SQLiteLogLength()
        let database = try SQLiteDatabase(shared: file.path, options: SQLiteOptions())
        try database.write { connection in
            connection.note(length)
            try connection.execute(sql: Self.things)
            #expect(length.frames > 0)
            let (frames, moved) = try connection.checkpoint(.passive)
            #expect(frames == length.frames)
            #expect(moved == frames)
            try connection.synchronize()
            #expect(try connection.checkpoint(.truncate).frames == 0)
        }
        #expect(try FileManager.default.attributesOfItem(atPath: file.path + "-wal")[.size] as? Int == 0)
        try database.close()
    }
}

/// How often a lock has been asked for; refuses the third time.
private final class Tries: @unchecked Sendable {
    // One thread asks, and waits for the answer; another one looks when that has ended.
    private(set) var seen: [Int] = []

    func note(_ tries: Int) -> Bool {
        seen.append(tries)
        return tries < 2
    }
}
