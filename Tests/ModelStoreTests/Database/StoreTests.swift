import Foundation
import GRDB
import ModelStore
import Testing

struct StoreTests {
    @Test func `opening makes the folder, and opening again finds what was stored`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a/b"

        let store = try Store.open(at: path)
        _ = try store.models.insert(name: "m", definition: "{}")
        try store.close()

        #expect(try Store.open(at: path).models.list().map(\.name) == ["m"])
    }

    @Test(arguments: [("journal_mode", "wal"), ("auto_vacuum", "2"), ("application_id", "1414682948")])
    func `the file is in WAL mode, gives pages back, and says whose it is`(pragma: String, value: String) throws {
        let bench = try Bench()

        let row = try bench.raw { try Row.fetchOne($0, sql: "PRAGMA \(pragma)") }

        #expect(row?.first.map { "\($0.1.storage.value ?? "")" } == value)
    }

    @Test func `every table is strict`() throws {
        let bench = try Bench()

        let loose = try bench.raw { database in
            try String.fetchAll(
                database,
                sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
            )
        }

        #expect(Set(loose).subtracting(["grdb_migrations", "sqlite_schema", "sqlite_sequence"]) == [])
    }

    @Test func `a newer schema is refused in one line and left alone`() throws {
        let bench = try Bench()
        try bench.store.close()
        try bench.raw { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }

        let message = expectRefusal(.unavailable) { try bench.another() }

        #expect(message.contains("its schema is newer (v999) than this program knows"))
        #expect(!message.contains("\n"))
        #expect(try bench.count("grdb_migrations WHERE identifier = 'v999'") == 1)
    }

    @Test func `a database of another program is refused and left alone`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/trainyard.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE notes (text)") }

        let message = expectRefusal(.unavailable) { try Store.open(at: folder.path) }

        #expect(message == "\(path): it is an SQLite database, but not one of Trainyard's")
        let tables = try DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema")
        }
        #expect(tables == ["notes"])
    }

    @Test func `a file that is no database is refused as damaged`() throws {
        let folder = try ScratchFolder()
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: folder.path + "/trainyard.sqlite"))

        expectRefusal(.corrupt) { try Store.open(at: folder.path) }
    }

    @Test func `a file where the folder should be is refused with its path`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: path))

        let message = expectRefusal(.conflict) { try Store.open(at: path) }

        #expect(message.contains(path))
    }

    @Test func `a probe writes one row, however often it is asked`() throws {
        let bench = try Bench()

        for _ in 0..<3 { #expect(bench.store.isWritable) }

        #expect(try bench.count("probe") == 1)
    }

    @Test func `a database that another process holds for too long is busy, and writable afterwards`() throws {
        var options = StoreOptions()
        options.busyTimeoutMilliseconds = 10
        let bench = try Bench(options: options)
        let other = try DatabaseQueue(path: bench.folder.path + "/trainyard.sqlite")

        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            expectRefusal(.busy) { try bench.model() }
            #expect(!bench.store.isWritable)
            try database.execute(sql: "ROLLBACK")
        }

        #expect(bench.store.isWritable)
        #expect(try bench.model().name == "m")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_826_154_007, "2000-02-29T12:09:14.007Z"),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func `times are written in ISO 8601`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }
}
