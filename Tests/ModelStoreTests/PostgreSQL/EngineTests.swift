import ModelStore
import PrivatePostgreSQL
import SQL
import Testing

/// What a store on a PostgreSQL tells of that, and whose clock it goes by.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct EngineTests {
    private static let hour: Int64 = 3_600_000

    /// The URL of a place whose clock is an hour ahead.
    private func placeAhead() throws -> String {
        let place = try PrivateServer.shared.get().newPlace() + "%2Cpg_catalog"
        let database = try PostgreSQLDatabase(PostgreSQLAddress(place))
        defer { database.close() }
        try database.write { connection in
            try connection.execute(
                sql: """
                    CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
                    AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$
                    """
            )
        }
        return place
    }

    @Test func `it tells which server it lies in, which schema that has, and how far its clock is ahead`() throws {
        let address = try StoreAddress(placeAhead())
        let store = try Store.open(on: address, cache: ScratchFolder().path)

        let engine = store.engine

        #expect(engine.name == "postgresql" && !engine.notifies)
        #expect(try engine.schema == Store.migrate(address, isChecking: true).newest)
        #expect(engine.server.first?.isNumber == true && !engine.server.contains(" "))
        let machine = StoreClock.system.wall().milliseconds
        #expect(abs(engine.clockOffset - Self.hour) < 60_000)
        try store.nodes.keep(.sample("a"))
        let seen = try #require(try store.nodes.cluster().nodes.first).seenAt
        #expect(seen.milliseconds >= machine + Self.hour - 60_000)
    }

    @Test func `nothing is told of a server that has not answered yet`() throws {
        let server = try PrivateServer()
        let address = try StoreAddress(server.newPlace())
        try server.tell("kill")
        var options = StoreOptions()
        options.mayBeAway = true

        let engine = try Store.open(on: address, cache: ScratchFolder().path, options: options).engine

        #expect(engine.name == "postgresql" && engine.schema == "" && engine.server == "" && engine.clockOffset == 0)
    }

    @Test func `what a node of one machine holds is seen from another one, whatever its boot and its clock`() throws {
        let url = try PrivateServer.shared.get().newPlace()
        let address = try StoreAddress(url)
        let (first, second) = (
            try Store.open(on: address, cache: ScratchFolder().path),
            try Store.open(on: address, cache: ScratchFolder().path)
        )
        _ = try first.models.insert(name: "m", definition: "{}")
        let id = try first.jobs.enqueue(NewJob(model: "m", request: "{}")).id
        try first.nodes.keep(.sample("a"))
        try second.nodes.keep(.sample("b"))
        let lease = try #require(try first.jobs.claim(by: "a")).lease

        // Which of them began first is told by clocks of their own, set by the database's to some milliseconds.
        let nodes = try second.nodes.cluster().nodes.map(\.node)
        #expect(nodes.sorted { $0.id < $1.id } == [.sample("a"), .sample("b")])
        let held = try #require(try second.nodes.cluster().leases.first)
        #expect(held.job == id && held.node == "a" && held.token == 1)
        #expect((1...StoreOptions().leaseMilliseconds).contains(held.milliseconds))
        #expect(try second.jobs.claim(by: "b") == nil)
        try second.nodes.endLeases { node, process in node == "a" && process == "process of a" }
        #expect(try second.jobs.claim(by: "b")?.isTakenOver == true)
        expectRefusal(.leaseLost) { try first.jobs.record(lease, [.progress("{}")]) }
    }
}
