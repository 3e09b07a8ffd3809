import Dispatch
import PrivatePostgreSQL
import SQL
import Synchronization
import Testing

/// A PostgreSQL behind a pooler that gives one of its few connections to each transaction.
@Suite(.enabled(if: PrivateServer.hasPooler, "there is no PgBouncer here"))
struct PoolerTests {
    @Test func `statements do what they say, whichever connection of the server they get, and however they are called`()
        throws
    {
        let place = try PrivateServer.shared.get().newPooledPlace()
        let straight = PostgreSQLDatabase(try PostgreSQLAddress(place.straight))
        try straight.write { try $0.execute(sql: "CREATE TABLE t (a bigint, b text)") }
        let databases = try (0..<3).map { _ in PostgreSQLDatabase(try PostgreSQLAddress(place.pooled)) }
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 6) { worker in
            for number in 0..<40 {
                do {
                    let key = worker * 100 + number
                    try databases[worker % 3].write { connection in
                        try connection.inTransaction {
                            // Statements that differ from program to program, in another order too.
                            let column = (worker + number) % 2 == 0 ? "a, b" : "b, a"
                            let values: Arguments = (worker + number) % 2 == 0 ? [key, "\(key)"] : ["\(key)", key]
                            try connection.run(
                                sql: "INSERT INTO t (\(column)) VALUES (?, ?)",
                                arguments: values
                            )
                        }
                    }
                    let text = try databases[worker % 3].read {
                        try String.one($0, sql: "SELECT b FROM t WHERE a = ?", arguments: [key])
                    }
                    if text != "\(key)" { failures.withLock { $0.append("\(key): \(text ?? "none")") } }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try straight.read { try Int.one($0, sql: "SELECT count(*) FROM t WHERE b = a::text") } == 240)
        #expect(straight.namesStatements)
    }

    @Test func `a statement that a connection has never heard of ends the naming of statements, and is run`() throws {
        let place = try PrivateServer.shared.get().newPooledPlace()
        let databases = try (0..<3).map { _ in PostgreSQLDatabase(try PostgreSQLAddress(place.pooled)) }
        let (database, first, second) = (databases[0], databases[1], databases[2])
        func answer() throws -> Int? {
            try database.read { try Int.one($0, sql: "SELECT ?::bigint + 1", arguments: [41]) }
        }

        // Of the two connections of the server, one knows the statement; then that one is taken, and the other free.
        let releaseFirst = try Self.hold(first)
        #expect(try answer() == 42)
        #expect(database.namesStatements)
        let releaseSecond = try Self.hold(second)
        releaseFirst()

        #expect(try answer() == 42)
        #expect(!database.namesStatements)
        releaseSecond()
    }

    /// Keeps a connection of the server in a transaction; gives what ends it.
    private static func hold(_ database: PostgreSQLDatabase) throws -> () -> Void {
        let (begun, ending, ended) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        let result = Mutex<Result<Void, any Error>>(.success(()))
        DispatchQueue.global().async {
            let outcome = Result {
                try database.write { connection in
                    try connection.inTransaction {
                        _ = try Int.one(connection, sql: "SELECT 1")
                        begun.signal()
                        ending.wait()
                    }
                }
            }
            result.withLock { $0 = outcome }
            begun.signal()
            ended.signal()
        }
        begun.wait()
        try result.withLock { try $0.get() }
        return {
            ending.signal()
            ended.wait()
        }
    }

    @Test func `nobody takes a pooler that passes no notices on for one that does`() throws {
        let place = try PrivateServer.shared.get().newPooledPlace()
        let database = PostgreSQLDatabase(try PostgreSQLAddress(place.pooled))
        func notices(_ url: String) throws -> PostgreSQLNotices {
            PostgreSQLNotices(database: database, listeningAt: try PostgreSQLAddress(url), timeout: .seconds(5))
        }
        let (deaf, hearing) = (try notices(place.pooled), try notices(place.straight))
        defer { for notices in [deaf, hearing] { notices.close() } }
        let heard = DispatchSemaphore(value: 0)
        deaf.listen {}

        hearing.listen { heard.signal() }

        let end = DispatchTime.now() + 20
        while !hearing.isHearing { try #require(heard.wait(timeout: end) == .success) }
        #expect(!deaf.isHearing)
    }
}
