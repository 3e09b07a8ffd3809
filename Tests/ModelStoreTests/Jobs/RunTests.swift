import GRDB
import ModelStore
import Testing

@Suite(.onEachEngine) struct RunTests {
    @Test func `success stores the version, the metrics and the end of the job together`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let claim = try bench.claim()
        bench.clock.advance(milliseconds: 5_000)

        let job = try bench.store.jobs.succeed(
            claim.lease,
            version: .sample(metrics: #"{"loss":1}"#),
            progress: #"{"epoch":3}"#,
            metrics: #"{"test_loss":2}"#
        )

        let version = try bench.store.versions.find(model: "m")
        #expect(job.state == .succeeded)
        #expect(job.version == 1 && version.number == 1)
        #expect(job.weightsSHA256 == version.weightsSHA256)
        #expect(version.job == job.id)
        #expect((job.metrics, job.progress) == (#"{"test_loss":2}"#, #"{"epoch":3}"#))
        #expect(job.startedAt == claim.job.createdAt)
        #expect(job.finishedAt?.milliseconds == claim.job.createdAt.milliseconds + 5_000)
        #expect(try bench.states(of: job.id) == ["queued", "running", "succeeded"])
    }

    @Test(.onSQLite) func `when the end of the job can't be written, the version isn't either`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let claim = try bench.claim()
        try bench.raw {
            try $0.execute(
                sql: """
                    CREATE TRIGGER stop BEFORE UPDATE OF state ON jobs WHEN new.state = 'succeeded'
                    BEGIN SELECT raise(ABORT, 'stopped'); END
                    """
            )
        }

        expectRefusal(.unexpected) { try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: "{}") }

        #expect(try bench.store.jobs.find(claim.job.id).state == .running)
        #expect(try bench.store.models.find("m").newestVersion == 0)
        #expect(try bench.count("tensors") == 0)
        try bench.raw { try $0.execute(sql: "DROP TRIGGER stop") }
        #expect(try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: "{}").version == 1)
    }

    @Test func `progress and epochs show on the job and as events, in order`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease

        try bench.store.jobs.record(lease, [.progress(#"{"step":1}"#, metrics: #"{"loss":3}"#)])
        try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: #"{"epoch":1,"loss":2}"#)])
        try bench.store.jobs.record(lease, [.progress(#"{"step":2}"#)])
        let events = try bench.store.jobs.events(of: id)

        #expect(events.map(\.kind) == [.state, .state, .progress, .epoch, .progress])
        #expect(events.map(\.id) == events.map(\.id).sorted())
        #expect(try bench.store.jobs.events(of: id, after: events[2].id).map(\.data) == events.suffix(2).map(\.data))
        #expect(try bench.store.jobs.events(of: id, limit: 1) == [events[0]])
        let job = try bench.store.jobs.find(id)
        #expect((job.progress, job.metrics) == (#"{"step":2}"#, #"{"loss":3}"#))
        let epochs = try bench.store.jobs.epochs(of: id)
        #expect(epochs.map(\.number) == [1])
        #expect(epochs.map(\.metrics) == [#"{"epoch":1,"loss":2}"#])
    }

    @Test func `an epoch that is run again replaces its metrics and sends no second event`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease

        for loss in ["1", "2"] {
            try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: "{\"loss\":\(loss)}")])
        }

        #expect(try bench.store.jobs.epochs(of: id).map(\.metrics) == [#"{"loss":2}"#])
        #expect(try bench.store.jobs.events(of: id).filter { $0.kind == .epoch }.count == 1)
    }

    @Test func `a cancel reaches the running worker as a flag, and the state changes when it stops`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease

        let asked = try bench.another().jobs.cancel(id)
        #expect((asked.state, asked.requested) == (.running, .cancel))
        #expect(try bench.store.jobs.control(of: lease) == .cancel)
        #expect(try bench.renewed(lease) == .cancel)
        expectRefusal(.conflict) { try bench.store.jobs.pause(id) }
        let ended = try bench.store.jobs.finishCancel(lease)

        #expect((ended.state, ended.requested) == (.cancelled, .proceed))
        expectRefusal(.conflict) { try bench.store.jobs.cancel(id) }
    }

    @Test func `a paused job waits, and goes on as running before the queue`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease

        _ = try bench.store.jobs.pause(id)
        #expect(try bench.store.jobs.control(of: lease) == .pause)
        #expect(try bench.store.jobs.finishPause(lease).state == .paused)
        _ = try bench.job(priority: 9)
        let other = try bench.claim(by: "w2")
        #expect(other.job.id != id)
        _ = try bench.job(priority: 9)
        #expect(try bench.store.jobs.resume(id).state == .running)
        let again = try bench.claim(by: "w3")

        #expect(again.job.id == id && again.isResumed)
        #expect(try bench.states(of: id) == ["queued", "running", "paused", "running", "running"])
    }

    @Test func `a pause that is withdrawn in time does not stop the job`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        _ = try bench.store.jobs.pause(id)

        #expect(try bench.store.jobs.resume(id).requested == .proceed)

        #expect(try bench.store.jobs.control(of: lease) == .proceed)
        #expect(try bench.store.jobs.finishPause(lease).state == .running)
        #expect(try bench.store.jobs.claim(by: "w2")?.job.id == id)
    }

    @Test(arguments: [JobControl.cancel, .pause])
    func `what was asked of a worker that died is done for it`(control: JobControl) throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        _ = try bench.claim()
        _ = try control == .cancel ? bench.store.jobs.cancel(id) : bench.store.jobs.pause(id)
        bench.clock.advance(milliseconds: 15_000)

        #expect(try bench.store.jobs.claim(by: "w2") == nil)

        #expect(try bench.store.jobs.find(id).state == (control == .cancel ? .cancelled : .paused))
    }

    @Test func `a passing failure is retried after waits that double, then it is final`() throws {
        var options = StoreOptions()
        options.maximumAttempts = 3
        let bench = try Bench(options: options)
        try bench.model()
        let id = try bench.job().id

        for wait: Int64 in [1_000, 2_000] {
            let job = try bench.store.jobs.retry(try bench.claim().lease, error: #"{"detail":"disk full"}"#)
            #expect(job.state == .queued)
            #expect(job.error == #"{"detail":"disk full"}"#)
            bench.clock.advance(milliseconds: wait - 1)
            #expect(try bench.store.jobs.claim(by: "w") == nil)
            bench.clock.advance(milliseconds: 1)
        }
        let last = try bench.store.jobs.retry(try bench.claim().lease, error: #"{"detail":"disk full"}"#)

        #expect(last.state == .failed)
        #expect(try bench.store.jobs.find(id).finishedAt != nil)
    }

    @Test func `a retry does not wait for ever when the wall clock is put back`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        _ = try bench.store.jobs.retry(try bench.claim().lease, error: "{}")

        bench.clock.setWall(back: 86_400_000)

        #expect(try bench.store.jobs.claim(by: "w") != nil)
    }

    @Test func `only final jobs can be deleted, and their history goes with them`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: "{}")])

        expectRefusal(.conflict) { try bench.store.jobs.delete(id) }
        _ = try bench.store.jobs.fail(lease, error: "{}")
        try bench.store.jobs.delete(id)

        expectRefusal(.notFound) { try bench.store.jobs.find(id) }
        #expect(try bench.count("job_events") == 0)
        #expect(try bench.count("epochs") == 0)
    }

    @Test(arguments: ["", "0", "01", "+1", "-1", " 1", "1.0", "x", "9223372036854775808"])
    func `what is not a decimal number is no job id`(text: String) {
        #expect(JobID(text) == nil)
    }
}

extension Bench {
    func states(of id: JobID) throws -> [String] {
        try store.jobs.events(of: id).filter { $0.kind == .state }.map {
            String($0.data.dropFirst(#"{"state":""#.count).prefix { $0 != "\"" })
        }
    }
}
