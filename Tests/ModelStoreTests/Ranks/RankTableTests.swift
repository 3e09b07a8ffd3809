import ModelStore
import Testing

@Suite(.onEachEngine) struct RankTableTests {
    /// How long a lease lasts here, in milliseconds.
    private static let lease = StoreOptions().leaseMilliseconds

    private static func place(_ bench: Bench, _ node: String) throws -> RankPlace? {
        try bench.store.nodes.keep(.sample(node))
        return try bench.store.ranks.take(by: node, process: 7, shunning: [], where: { true })
    }

    @Test func `idle workers take the places that a leader opens, and no more`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim(by: "a").lease
        #expect(try Self.place(bench, "b") == nil)

        try bench.store.ranks.open(lease, wanted: 3)

        #expect(try bench.store.ranks.take(by: "b", process: 7, shunning: [id], where: { true }) == nil)
        #expect(try bench.store.ranks.take(by: "b", process: 7, shunning: [], where: { false }) == nil)
        let first = try #require(try Self.place(bench, "b"))
        #expect(first.claim.job.id == id && first.claim.lease == lease)
        let second = try #require(try Self.place(bench, "b"))
        #expect(try Self.place(bench, "c") == nil)
        #expect(try bench.store.ranks.places(lease) == [first.member, second.member])
        try bench.store.ranks.leave(second.member)
        #expect(try Self.place(bench, "c") != nil)
        try bench.store.ranks.close(lease)
        #expect(try bench.store.ranks.places(lease).isEmpty)
        #expect(try bench.store.ranks.standing(of: first.member) == .gone)
        #expect(try Self.place(bench, "b") == nil)
    }

    @Test func `a leader calls who is ready, in the order in which they came, to a group of a new number`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim(by: "a").lease
        try bench.store.ranks.open(lease, wanted: 4)
        let (first, second) = (
            try #require(try Self.place(bench, "b")), try #require(try Self.place(bench, "c"))
        )
        #expect(try bench.store.ranks.ready(lease).isEmpty)
        try bench.store.ranks.report(second.member)
        try bench.store.ranks.report(first.member)
        let ready = try bench.store.ranks.ready(lease)
        #expect(ready.map(\.id) == [first.member, second.member] && ready.map(\.node) == ["b", "c"])
        #expect(try bench.store.ranks.standing(of: first.member) == .waiting)

        let call = try #require(try bench.store.ranks.call(ready, lease, key: "k"))

        #expect(call == RankCall(generation: 1, rank: 0, count: 3, key: "k"))
        let called = RankCall(generation: 1, rank: 2, count: 3, key: "k")
        #expect(try bench.store.ranks.standing(of: second.member) == .called(called))
        #expect(try bench.store.ranks.call(ready, lease, key: "k") == nil)
        try bench.store.ranks.name(process: 99, of: second.member)
        let ranks = try bench.store.nodes.cluster().leases.first?.ranks
        #expect(ranks?.map(\.node) == ["b", "c"] && ranks?.map(\.pid) == [7, 99] && ranks?.map(\.rank) == [1, 2])
        try bench.store.ranks.leave("0-1", "address", for: id, 1)
        #expect(try bench.store.ranks.left("0-1", for: id, 1) == "address")
        #expect(try bench.store.ranks.left("0-1", for: id, 2) == nil)

        try bench.store.ranks.disband(lease)
        try bench.store.ranks.report(first.member)

        #expect(try bench.store.nodes.cluster().leases.first?.ranks.isEmpty == true)
        let next = try bench.store.ranks.call(try bench.store.ranks.ready(lease), lease, key: "l")
        #expect(next == RankCall(generation: 2, rank: 0, count: 2, key: "l"))
        #expect(try bench.store.ranks.standing(of: second.member) == .waiting)
        #expect(try bench.store.ranks.left("0-1", for: id, 1) == nil)
        try bench.store.ranks.tell(lease, parallel: #"{"ranks":2}"#, event: #"{"ranks":2,"cause":"began"}"#)
        #expect(try bench.store.jobs.find(id).parallel == #"{"ranks":2}"#)
        let told = try bench.store.jobs.events(of: id).filter { $0.kind == .ranks }.map(\.data)
        #expect(told == [#"{"ranks":2,"cause":"began"}"#])
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `places end with their leader's lease, and the number of a group is never given again`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let old = try bench.claim(by: "a").lease
        try bench.store.ranks.open(old, wanted: 2)
        let place = try #require(try Self.place(bench, "b"))
        try bench.store.ranks.report(place.member)
        #expect(try bench.store.ranks.call(try bench.store.ranks.ready(old), old, key: "k")?.generation == 1)
        bench.clock.advance(milliseconds: Self.lease)
        try bench.store.nodes.keep(.sample("b"))
        #expect(try bench.store.ranks.standing(of: place.member) == .gone)
        #expect(try Self.place(bench, "b") == nil)

        let new = try bench.claim(by: "c").lease

        expectRefusal(.leaseLost) { try bench.store.ranks.open(old, wanted: 2) }
        expectRefusal(.leaseLost) { try bench.store.ranks.call([], old, key: "k") }
        expectRefusal(.leaseLost) { try bench.store.ranks.tell(old, parallel: "{}", event: nil) }
        #expect(try bench.store.ranks.standing(of: place.member) == .gone)
        try bench.store.ranks.open(new, wanted: 2)
        try bench.store.ranks.close(old)
        let heir = try #require(try Self.place(bench, "b"))
        try bench.store.ranks.report(heir.member)
        #expect(try bench.store.ranks.areAlive([heir.member]))
        #expect(try bench.store.ranks.call(try bench.store.ranks.ready(new), new, key: "k")?.generation == 2)
        bench.clock.advance(milliseconds: Self.lease)
        #expect(try !bench.store.ranks.areAlive([heir.member]))
        #expect(try bench.store.ranks.ready(new).isEmpty)
    }

    @Test func `a job that waits for ranks is queued again, and nobody takes it for a while`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim(by: "a").lease

        try bench.store.jobs.postpone(lease, for: "ranks", milliseconds: 500, progress: #"{"waiting_for":"ranks"}"#)

        let job = try bench.store.jobs.find(id)
        #expect(job.state == .queued && job.attempts == 0 && job.progress == #"{"waiting_for":"ranks"}"#)
        let events = try bench.store.jobs.events(of: id)
        #expect(events.last?.data == #"{"state":"queued","waiting_for":"ranks"}"#)
        #expect(try bench.store.jobs.claim(by: "b") == nil)
        bench.clock.advance(milliseconds: 500)
        #expect(try bench.store.jobs.claim(by: "b")?.job.id == id)
        expectRefusal(.leaseLost) {
            try bench.store.jobs.postpone(lease, for: "ranks", milliseconds: 1, progress: "{}")
        }
    }
}
