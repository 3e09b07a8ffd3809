import ModelStore
import Testing

@Suite(.onEachEngine) struct NodeTableTests {
    /// How long a lease lasts here, in milliseconds.
    private static let lease = StoreOptions().leaseMilliseconds

    private static func states(_ bench: Bench) throws -> [String] {
        try bench.store.nodes.cluster().nodes.map { "\($0.node.id) \($0.node.state.rawValue)" }
    }

    @Test func `a node is up while it shows itself, lost after a lease and gone after ten`() throws {
        let bench = try Bench()
        try bench.store.nodes.keep(.sample("a"))
        bench.clock.advance(milliseconds: 1)
        try bench.store.nodes.keep(.sample("b"))
        bench.clock.advance(milliseconds: Self.lease - 1)
        try bench.store.nodes.keep(.sample("b"))

        #expect(try Self.states(bench) == ["a lost", "b up"])
        bench.clock.advance(milliseconds: 9 * Self.lease - 1)
        #expect(try Self.states(bench) == ["a lost", "b lost"])
        bench.clock.advance(milliseconds: 1)
        try bench.store.nodes.keep(.sample("b"))
        #expect(try Self.states(bench) == ["b up"])
        #expect(try bench.count("nodes") == 1)
    }

    @Test func `a node tells what it is, what it holds and since when`() throws {
        let bench = try Bench()
        try bench.model()
        let began = try bench.job().createdAt
        try bench.store.nodes.keep(.sample("a", workers: 3))
        bench.clock.advance(milliseconds: 500)
        let claim = try bench.claim(by: "a")
        var draining = Node.sample("a", workers: 3)
        draining.state = .draining
        try bench.store.nodes.keep(draining)
        bench.clock.advance(milliseconds: 1_000)

        let cluster = try bench.store.nodes.cluster()

        let found = try #require(cluster.nodes.first)
        #expect(found.node == draining && found.busy == 1)
        #expect(found.startedAt == began && found.seenAt.milliseconds == began.milliseconds + 500)
        #expect(
            cluster.leases == [
                StoredLease(job: claim.job.id, node: "a", pid: 17, token: 1, milliseconds: Self.lease - 1_000)
            ]
        )
    }

    @Test func `the last thing that a node does is to leave, and what it holds is anybody's from then on`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        try bench.store.nodes.keep(.sample("a"))
        _ = try bench.claim(by: "a")

        try bench.store.nodes.remove("a")

        #expect(try Self.states(bench) == [])
        #expect(try bench.store.jobs.claim(by: "b")?.job.id == id)
    }

    @Test func `a row of a dead node stays as long as its job waits, so that its death can be told`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        try bench.store.nodes.keep(.sample("a"))
        _ = try bench.claim(by: "a")
        bench.clock.advance(milliseconds: 20 * Self.lease)
        try bench.store.nodes.keep(.sample("b"))

        #expect(try Self.states(bench) == ["b up"])
        #expect(try bench.store.nodes.processes().contains("process of a"))
        var asked: [String] = []
        let claim = try bench.store.jobs.claim(by: "b") { process in
            asked.append(process)
            return #"{"detail":"it was killed"}"#
        }

        #expect(claim == nil && asked == ["process of a"])
        #expect(try bench.store.jobs.find(id).error == #"{"detail":"it was killed"}"#)
        try bench.store.nodes.keep(.sample("b"))
        #expect(try bench.store.nodes.processes() == ["process of b"])
    }

    @Test func `a claim counts, names its node and is a sign of life, also of one that is long gone`() throws {
        let bench = try Bench()
        try bench.model()
        let job = try bench.job()
        #expect(job.claims == 0 && job.node == nil)
        let first = try bench.claim(by: "yard.1")
        #expect(!first.isTakenOver)
        bench.clock.advance(milliseconds: Self.lease)
        let second = try bench.claim(by: "yard.2")

        #expect(second.isTakenOver && second.lease.token == 2)
        #expect(second.job.claims == 2 && second.job.node == "yard.2")
        #expect(try Self.states(bench) == ["yard.1 lost", "yard.2 up"])
        let starts = try bench.store.jobs.events(of: job.id).map(\.data).filter { $0.contains("running") }
        #expect(
            starts == [
                #"{"state":"running","node":"yard.1","claim":1}"#, #"{"state":"running","node":"yard.2","claim":2}"#,
            ]
        )
        let ended = try bench.store.jobs.succeed(second.lease, version: .sample(), metrics: "{}")
        #expect(ended.claims == 2 && ended.node == "yard.2")
        #expect(try bench.store.nodes.cluster().leases.isEmpty)
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `who was cut off from the store takes what is free, and nothing from nodes that may be cut off as well`()
        throws
    {
        let bench = try Bench()
        try bench.model()
        let orphan = try bench.job().id
        _ = try bench.claim(by: "a")
        bench.clock.advance(milliseconds: Self.lease)
        #expect(try bench.store.jobs.claim(by: "b", takingOver: false) == nil)
        let released = try bench.job().id
        let lease = try #require(try bench.store.jobs.claim(by: "c", takingOver: false)).lease
        try bench.store.jobs.release(lease)

        #expect(try bench.store.jobs.claim(by: "b", takingOver: false)?.job.id == released)
        #expect(try bench.store.jobs.claim(by: "b", takingOver: false) == nil)
        #expect(try bench.store.jobs.claim(by: "b")?.job.id == orphan)
    }

    @Test func `a job that its node does not run, though the store says so, is taken up as one of a dead node`() throws
    {
        var options = StoreOptions()
        options.maximumLapses = 2
        let bench = try Bench(options: options)
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim(by: "a").lease
        #expect(try bench.store.jobs.leases(of: "a") == [lease])

        try bench.store.jobs.forsake(lease)

        #expect(try bench.store.jobs.leases(of: "a").isEmpty)
        #expect(try bench.store.nodes.cluster().leases.isEmpty)
        expectRefusal(.leaseLost) { try bench.store.jobs.record(lease, [.progress("{}")]) }
        let second = try #require(try bench.store.jobs.claim(by: "b", takingOver: false))
        try bench.store.jobs.forsake(lease)
        #expect(try bench.store.jobs.leases(of: "b") == [second.lease])
        try bench.store.jobs.forsake(second.lease)
        #expect(try bench.store.jobs.claim(by: "b") == nil)
        #expect(try bench.store.jobs.find(id).error?.contains("died 2 times") == true)
    }

    @Test func `a cancel that came before a node could take over is not forgotten`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim(by: "a").lease
        _ = try bench.store.jobs.cancel(id)
        try bench.store.jobs.release(lease)

        #expect(try bench.store.jobs.claim(by: "b", takingOver: false) == nil)
        #expect(try bench.store.jobs.find(id).state == .cancelled)
    }

    @Test func `a restored backup knows no nodes, and its jobs are anybody's`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        _ = try bench.claim(by: "a")
        let backup = bench.folder.path + "/backup.tar"
        let other = bench.folder.path + "/restored"
        try bench.store.backup(to: backup)

        _ = try Store.restore(backup, to: other)

        let restored = try Store.open(at: other, clock: bench.clock.clock)
        #expect(try restored.nodes.cluster() == Cluster(nodes: [], leases: []))
        #expect(try restored.jobs.claim(by: "b")?.isTakenOver == false)
    }
}
