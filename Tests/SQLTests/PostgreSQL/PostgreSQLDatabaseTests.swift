import Foundation
import PrivatePostgreSQL
import SQL
import Testing

/// What only a server over a network does.
@Suite(.enabled(if: PrivateServer.isInstalled, "there is no PostgreSQL here"))
struct PostgreSQLDatabaseTests {
    private struct Refusal: Error {}

    private func database(
        _ server: PrivateServer? = nil,
        _ change: (inout PostgreSQLOptions) -> Void = { _ in }
    ) throws -> PostgreSQLDatabase {
        var options = PostgreSQLOptions()
        change(&options)
        return PostgreSQLDatabase(try PostgreSQLAddress((server ?? PrivateServer.shared.get()).url), options: options)
    }

    @Test func `a reader keeps what it has begun to read while another one writes`() throws {
        let database = try database()
        let table = "kept_\(UInt32.random(in: 0...UInt32.max))"
        try database.write { try $0.execute(sql: "CREATE TABLE \(table) (x bigint)") }
        let count = "SELECT count(*) FROM \(table)"

        try database.read { reader in
            #expect(try Int.one(reader, sql: count) == 0)
            try database.write { try $0.run(sql: "INSERT INTO \(table) VALUES (?)", arguments: [1]) }
            #expect(try Int.one(reader, sql: count) == 0)
            expectFailure(.readOnly) { try reader.run(sql: "INSERT INTO \(table) VALUES (2)") }
        }
        #expect(try database.read { try Int.one($0, sql: count) } == 1)
        try database.write { try $0.execute(sql: "DROP TABLE \(table)") }
    }

    @Test func `a connection is used again, and another one is made while it is in use`() throws {
        let database = try database()
        func process(_ connection: any Connection) throws -> Int? {
            try Int.one(connection, sql: "SELECT pg_backend_pid()")
        }
        let first = try database.read(process)
        #expect(try database.read(process) == first)
        let (outer, inner) = try database.read { outer in (try process(outer), try database.read(process)) }
        #expect(outer == first)
        #expect(inner != first)
    }

    @Test func `whoever waits for a connection too long is told so`() throws {
        let database = try database { ($0.connections, $0.timeout) = (1, .milliseconds(200)) }
        try database.write { _ in
            let error = expectFailure(.busy) { try database.read { _ in } }
            #expect(error?.reason.contains("no connection of 1") == true)
        }
    }

    @Test func `sessions that the server has ended are replaced, and what was begun is done again`() throws {
        let database = try database()
        let end = "SELECT pg_terminate_backend(?)"
        let process = try database.read { try Int.one($0, sql: "SELECT pg_backend_pid()") }
        try self.database().write { try $0.run(sql: end, arguments: [process]) }
        #expect(try database.read { try Int.one($0, sql: "SELECT 1::bigint") } == 1)

        var runs = 0
        try database.write { connection in
            try connection.inTransaction {
                runs += 1
                let process = try Int.one(connection, sql: "SELECT pg_backend_pid()")
                if runs == 1 { try self.database().write { try $0.run(sql: end, arguments: [process]) } }
                try connection.run(sql: "SELECT 1")
            }
        }
        #expect(runs == 2)
    }

    @Test func `what may have been committed is not done again`() throws {
        let database = try database()
        var runs = 0
        expectFailure(.unavailable) {
            try database.write { connection in
                runs += 1
                try connection.inTransaction { try connection.run(sql: "SELECT 1") }
                try connection.run(sql: "SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(runs == 1)
    }

    @Test func `who rests for long in a transaction that writes loses it, and others go on`() throws {
        let frozen = try database { $0.timeout = .seconds(1) }
        let other = try database { $0.timeout = .seconds(60) }
        let lock = "SELECT pg_advisory_xact_lock(4711, 1)"

        expectFailure(.unavailable) {
            try frozen.write { connection in
                try connection.inTransaction {
                    try connection.execute(sql: lock)
                    try other.write { other in try other.inTransaction { try other.execute(sql: lock) } }
                    try connection.run(sql: "SELECT 1")
                }
            }
        }
    }

    @Test func `a transaction of which a statement has failed is not taken for committed`() throws {
        try database().write { connection in
            try connection.execute(sql: "CREATE TEMP TABLE things (id bigint PRIMARY KEY)")
            expectFailure(.unexpected) {
                try connection.inTransaction {
                    try connection.run(sql: "INSERT INTO things VALUES (1)")
                    _ = failure { try connection.run(sql: "INSERT INTO things VALUES (1)") }
                }
            }
            #expect(try Int.one(connection, sql: "SELECT count(*) FROM things") == 0)
            try connection.inTransaction { try connection.run(sql: "INSERT INTO things VALUES (1)") }
            #expect(try Int.one(connection, sql: "SELECT count(*) FROM things") == 1)
        }
    }

    @Test func `a statement that takes too long ends within its time, and so does all while nobody answers`() throws {
        let server = try PrivateServer()
        let database = try database(server) { $0.timeout = .milliseconds(500) }
        let clock = ContinuousClock()
        #expect(try database.read { try Int.one($0, sql: "SELECT 1::bigint") } == 1)

        try server.tell("freeze")
        let first = clock.measure { expectFailure(.unavailable) { try database.read { _ in } } }
        #expect(first < .seconds(1.5))
        let later = clock.measure { for _ in 0..<10 { expectFailure(.unavailable) { try database.read { _ in } } } }
        #expect(later < .milliseconds(500))
        try server.tell("thaw")
        try wait { (try? database.read { try Int.one($0, sql: "SELECT 1::bigint") }) == 1 }
    }

    @Test func `a server that was killed and comes back is found again without a hand`() throws {
        let server = try PrivateServer()
        let database = try database(server)
        try database.read { _ in }
        try server.tell("kill")
        expectFailure(.unavailable) { try database.read { _ in } }
        #expect(database.outage != nil)
        try server.tell("start")
        try wait { (try? database.read { try Int.one($0, sql: "SELECT 1::bigint") }) == 1 }
        #expect(database.outage == nil)
    }

    @Test func `what breaks a rule is told apart by its code`() throws {
        try database().write { connection in
            try connection.execute(sql: "CREATE TEMP TABLE things (id bigint PRIMARY KEY, body json)")
            try connection.run(sql: "INSERT INTO things VALUES (?, ?)", arguments: [1, "{\"a\": -0.0}"])
            expectFailure(.invalidJSON) {
                try connection.run(sql: "INSERT INTO things VALUES (2, ?)", arguments: ["{"])
            }
            let taken = expectFailure(.unexpected) { try connection.run(sql: "INSERT INTO things VALUES (1, NULL)") }
            #expect(taken?.code == "PostgreSQL 23505")
            expectFailure(.unexpected) { try connection.run(sql: "SELECT nonsense") }
            expectFailure(.busy) { try connection.execute(sql: "SET statement_timeout = '50ms'; SELECT pg_sleep(5)") }
            #expect(try String.one(connection, sql: "SELECT body FROM things") == "{\"a\": -0.0}")
        }
    }

    @Test(arguments: [
        "postgresql://tester:s3cr3t-word@[::1/tests", "postgresql://tester:s3cr3t-word@127.0.0.1/tests?=",
        "postgresql://tester@127.0.0.1/tests?password=s3cr3t-word&nonsense=1",
        "mysql://tester:s3cr3t-word@127.0.0.1/tests",
        "postgresql://tester:s3cr3t-word%zz@127.0.0.1/tests",
        "postgresql://tester:s3cr3t-word@127.0.0.1:s3cr3t-word/tests",
        "postgresql://tester:s3cr3t-word@nowhere.invalid:1,nowhere.invalid:70000/tests",
        "postgresql://tester:s3cr3t-word@nowhere.invalid/tests?sslmode=s3cr3t-word",
        "postgresql://tester:s3cr3t-word@a,b,c/tests?port=1,2",
    ])
    func `a URL that can't be read is refused without its password`(url: String) throws {
        let error = expectFailure(.misused) {
            try PostgreSQLDatabase(PostgreSQLAddress(url)).read { _ in }
        }
        #expect(error?.description.contains("s3cr3t") == false)
    }

    @Test func `a wrong password is refused without being shown`() throws {
        let right = try PrivateServer.shared.get().url
        let password = try #require(right.split(separator: ":").dropFirst(2).first?.split(separator: "@").first)
        let wrong = right.replacing(password, with: "s3cr3t-word")
        let error = expectFailure(.refused) { try PostgreSQLDatabase(PostgreSQLAddress(wrong)).read { _ in } }
        #expect(error?.description.contains("password authentication failed") == true)
        #expect(error?.description.contains("s3cr3t") == false)
    }

    /// Waits until something holds, at most some seconds.
    private func wait(_ condition: () -> Bool) throws {
        let end = ContinuousClock.now + .seconds(10)
        while !condition() {
            guard ContinuousClock.now < end else { throw Refusal() }
            usleep(10_000)
        }
    }
}
