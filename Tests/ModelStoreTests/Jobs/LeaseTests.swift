import ModelStore
import Testing

@Suite(.onEachEngine) struct LeaseTests {
    @Test func `a job whose worker is alive is not claimed again`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let claim = try bench.claim(by: "w1")

        bench.clock.advance(milliseconds: 14_000)
        #expect(try bench.renewed(claim.lease) == .proceed)
        bench.clock.advance(milliseconds: 14_000)

        #expect(try bench.another().jobs.claim(by: "w2") == nil)
    }

    @Test func `a job whose lease has lapsed goes to the next worker, and the first one can write no more`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let first = try bench.claim(by: "w1")
        bench.clock.advance(milliseconds: 15_000)

        let second = try #require(try bench.another().jobs.claim(by: "w1"))

        #expect(second.job.id == first.job.id)
        #expect(second.isResumed && !first.isResumed)
        #expect(second.lease.token > first.lease.token)
        let jobs = bench.store.jobs
        expectRefusal(.leaseLost) { try jobs.control(of: first.lease) }
        expectRefusal(.leaseLost) { try jobs.record(first.lease, [.progress("{}")]) }
        expectRefusal(.leaseLost) { try jobs.record(first.lease, [.epoch(number: 1, metrics: "{}")]) }
        expectRefusal(.leaseLost) { try jobs.record(first.lease, [.norms(epoch: 1, "{}")]) }
        expectRefusal(.leaseLost) { try jobs.succeed(first.lease, version: .sample(), metrics: "{}") }
        expectRefusal(.leaseLost) { try jobs.fail(first.lease, error: "{}") }
        expectRefusal(.leaseLost) { try jobs.retry(first.lease, error: "{}") }
        expectRefusal(.leaseLost) { try jobs.finishCancel(first.lease) }
        expectRefusal(.leaseLost) { try jobs.finishPause(first.lease) }
        expectRefusal(.leaseLost) { try jobs.release(first.lease) }
        expectRefusal(.leaseLost) { try bench.store.checkpoints.save(first.lease, position: "{}", parts: []) }
        #expect(try jobs.control(of: second.lease) == .proceed)
        for table in ["versions", "epochs", "epoch_norms", "checkpoints"] { #expect(try bench.count(table) == 0) }
        #expect(try bench.states(of: first.job.id) == ["queued", "running", "running"])
    }

    @Test func `a lease of an earlier boot has lapsed, whatever the steady clock shows`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let first = try bench.claim()

        let second = try bench.another(boot: "boot-2").jobs.claim(by: "w2")

        #expect(second?.job.id == first.job.id)
    }

    @Test func `a job whose worker is known to be dead goes to the next at once, and only that one`() throws {
        let bench = try Bench()
        try bench.model()
        for _ in 0..<2 { _ = try bench.job() }
        let claims = try [bench.claim(by: "dead"), bench.claim(by: "alive")]

        try bench.store.nodes.endLeases { id, _ in id == "dead" }

        let next = try #require(try bench.store.jobs.claim(by: "w"))
        #expect(next.job.id == claims[0].job.id)
        #expect(next.isResumed)
        #expect(try bench.store.jobs.claim(by: "w") == nil)
        #expect(try bench.renewed(claims[1].lease) == .proceed)
    }

    @Test func `setting the wall clock neither ends nor prolongs a lease`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        _ = try bench.claim()

        bench.clock.setWall(back: -3_600_000)
        #expect(try bench.store.jobs.claim(by: "w2") == nil)
        bench.clock.setWall(back: 7_200_000)
        bench.clock.advance(milliseconds: 15_000)

        #expect(try bench.store.jobs.claim(by: "w2") != nil)
    }

    @Test func `a released job is taken up at once, before queued ones, and stays running meanwhile`() throws {
        let bench = try Bench()
        try bench.model()
        let first = try bench.job()
        _ = try bench.job(priority: 9)
        let claims = try [bench.claim(by: "w1"), bench.claim(by: "w2")]
        let mine = try #require(claims.first { $0.job.id == first.id })
        _ = try bench.job(priority: 9)

        try bench.store.jobs.release(mine.lease)

        #expect(try bench.store.jobs.find(first.id).state == .running)
        #expect(try bench.store.jobs.claim(by: "w3")?.job.id == first.id)
    }

    @Test func `a job that kills worker after worker fails in the end, and a checkpoint starts the count anew`() throws
    {
        var options = StoreOptions()
        options.maximumLapses = 3
        let bench = try Bench(options: options)
        try bench.model()
        let job = try bench.job()
        func die() throws -> Claim? {
            let claim = try bench.store.jobs.claim(by: "w")
            bench.clock.advance(milliseconds: 15_000)
            return claim
        }

        _ = try die()
        let second = try #require(try bench.store.jobs.claim(by: "w"))
        try bench.store.checkpoints.save(second.lease, position: "{}", parts: [])
        bench.clock.advance(milliseconds: 15_000)
        for _ in 0..<2 { #expect(try die() != nil) }

        #expect(try die() == nil)
        let ended = try bench.store.jobs.find(job.id)
        #expect(ended.state == .failed)
        #expect(ended.error?.contains("died 3 times") == true)
    }
}
