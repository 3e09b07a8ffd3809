import Foundation
import GRDB
import ModelStore
import Synchronization
import Testing

@Suite(.onEachEngine) struct QueueTests {
    @Test func `a job reads back as it was accepted`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.dataset("d")
        let new = NewJob(
            model: "m",
            dataset: "d",
            request: #"{"epochs":2}"#,
            progress: #"{"epoch":0}"#,
            priority: 3
        )

        let job = try bench.store.jobs.enqueue(new)

        #expect(try bench.another().jobs.find(job.id) == job)
        #expect(job.state == .queued)
        #expect((job.model, job.dataset) == ("m", "d"))
        #expect((job.request, job.progress) == (#"{"epochs":2}"#, #"{"epoch":0}"#))
        #expect(job.priority == 3)
        #expect(job.startedAt == nil && job.finishedAt == nil && job.version == nil)
        #expect(try bench.store.jobs.events(of: job.id).map(\.data) == [#"{"state":"queued"}"#])
    }

    @Test func `a job for what does not exist is refused`() throws {
        let bench = try Bench()
        try bench.model()

        expectRefusal(.notFound) { try bench.job(model: "none") }
        expectRefusal(.notFound) { try bench.job(dataset: "none") }
        expectRefusal(.notFound) {
            try bench.store.jobs.enqueue(NewJob(model: "m", initialVersion: 1, request: "{}"))
        }
        expectRefusal(.invalid) { try bench.store.jobs.enqueue(NewJob(model: "m", request: "{")) }
        #expect(try bench.store.jobs.list().jobs.isEmpty)
    }

    @Test func `the queue refuses one job more than it holds, and takes it once one has left`() throws {
        var options = StoreOptions()
        options.queueLimit = 2
        let bench = try Bench(options: options)
        try bench.model()
        _ = try bench.job()
        _ = try bench.job()

        expectRefusal(.queueFull) { try bench.job() }
        _ = try bench.claim()

        #expect(try bench.job().state == .queued)
        #expect(try bench.store.jobs.counts()[.queued] == 2)
    }

    @Test func `an empty queue has nothing to claim`() throws {
        #expect(try Bench().store.jobs.claim(by: "w") == nil)
    }

    @Test func `higher priority goes first, then age`() throws {
        let bench = try Bench()
        try bench.model()
        let ids = try [0, 5, 0, 5].map { try bench.job(priority: $0).id }

        let order = try (0..<4).map { try bench.claim(by: "w\($0)").job.id }

        #expect(order == [ids[1], ids[3], ids[0], ids[2]])
    }

    @Test func `a model with many jobs does not keep another one waiting`() throws {
        let bench = try Bench()
        try bench.model("busy")
        try bench.model("other")
        for _ in 0..<3 { _ = try bench.job(model: "busy") }
        _ = try bench.job(model: "other")

        let order = try (0..<4).map { try bench.claim(by: "w\($0)").job.model }

        #expect(order == ["busy", "other", "busy", "busy"])
    }

    @Test func `one worker alone serves models in turn`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        for model in ["a", "a", "a", "b", "b"] { _ = try bench.job(model: model) }

        let order = try (0..<5).map { _ in
            let claim = try bench.claim()
            _ = try bench.store.jobs.fail(claim.lease, error: "{}")
            return claim.job.model
        }

        #expect(order == ["a", "b", "a", "b", "a"])
    }

    @Test func `a model whose jobs wait for a time gives way, and is back in its turn when the time comes`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        let first = try bench.job(model: "a", priority: 5).id
        _ = try bench.store.jobs.retry(bench.claim().lease, error: "{}")
        let second = try bench.job(model: "a").id
        let third = try bench.job(model: "b", priority: 1).id

        #expect(try bench.claim(by: "w2").job.id == third)
        #expect(try bench.claim(by: "w3").job.id == second)
        #expect(try bench.store.jobs.claim(by: "w4") == nil)
        bench.clock.advance(milliseconds: 1000)
        #expect(try bench.claim(by: "w4").job.id == first)
    }

    @Test func `workers of two stores on one folder never get the same job`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        for index in 0..<40 { _ = try bench.job(model: index.isMultiple(of: 2) ? "a" : "b") }
        let stores = [bench.store, try bench.another()]
        let claimed = Mutex<[JobID]>([])
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            do {
                while let claim = try stores[worker % 2].jobs.claim(by: "w\(worker)") {
                    claimed.withLock { $0.append(claim.job.id) }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }

        #expect(failures.withLock { $0 }.isEmpty)
        #expect(claimed.withLock { $0 }.count == 40)
        #expect(Set(claimed.withLock { $0 }).count == 40)
    }

    @Test func `the same idempotency key gets the first answer again and makes no second job`() throws {
        let bench = try Bench()
        try bench.model()
        let key = AnswerKey(route: "POST /train", key: "k1", body: [1])
        func train() throws -> StoredAnswer {
            try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}"), once: key) { job in
                StoredAnswer(status: 202, location: "/jobs/\(job.id)", body: "{\"id\":\"\(job.id)\"}")
            }
        }

        let first = try train()
        let second = try train()

        #expect(!first.isRepeated && second.isRepeated)
        #expect((first.status, first.location, first.body) == (second.status, second.location, second.body))
        #expect(try bench.store.jobs.list().jobs.count == 1)
    }

    @Test(.onSQLite) func `a key is known again by the digest that earlier programs stored`() throws {
        let bench = try Bench()
        try bench.model()
        let digest = "3eae1e6c7797d77860644aca9dcb4f305e777600c79b1f8d66c4b253ae5e4083"
        try bench.raw { database in
            let answer = "INSERT INTO answers VALUES ('POST /train', 'k', ?, 202, '/jobs/1', '{}', 1700000000000, 0)"
            try database.execute(sql: answer, arguments: [digest])
        }
        try bench.renew(.answers)

        let key = AnswerKey(route: "POST /train", key: "k", body: Array(#"{"model":"m"}"#.utf8))

        #expect(try bench.store.answers.find(key)?.isRepeated == true)
    }

    @Test func `a key used with another request is refused, and free again once it is forgotten`() throws {
        let bench = try Bench()
        let first = AnswerKey(route: "POST /models", key: "k", body: [1])
        let other = AnswerKey(route: "POST /models", key: "k", body: [2])
        func make(_ name: String, _ key: AnswerKey) throws -> StoredAnswer {
            try bench.store.models.insert(name: name, definition: "{}", once: key) { model in
                StoredAnswer(status: 201, location: "/models/\(model.name)", body: "{}")
            }
        }
        _ = try make("a", first)

        expectRefusal(.keyReused) { try make("b", other) }
        expectRefusal(.notFound) { try bench.store.models.find("b") }
        bench.clock.advance(milliseconds: 1001)
        #expect(try bench.store.answers.prune(olderThanMilliseconds: 1000) == 1)

        #expect(try make("b", other).location == "/models/b")
    }

    @Test func `a refused request is not remembered under its key`() throws {
        let bench = try Bench()
        let key = AnswerKey(route: "POST /train", key: "k", body: [1])
        func train() throws -> StoredAnswer {
            try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}"), once: key) { _ in
                StoredAnswer(status: 202, body: "{}")
            }
        }
        expectRefusal(.notFound) { try train() }
        try bench.model()

        #expect(try train().isRepeated == false)
    }
}
