import Foundation
import GRDB
import ModelStore
import Testing

/// What becomes of rows in which a text or a number has changed since they were written.
struct RowDamageTests {
    /// A change past the store, what the check says of it, and a read that must not give what it made.
    struct Change: CustomTestStringConvertible {
        let sql: String
        let text: String
        var isRepairable = true
        let read: @Sendable (Store) throws -> Void

        var testDescription: String { sql }
    }

    static let key = AnswerKey(route: "POST /models", key: "k", body: [1])

    /// A store with one row of each kind, each with something to change.
    static func furnished() throws -> Bench {
        let bench = try Bench()
        _ = try bench.store.models.insert(name: "m", definition: #"{"activation":"relu"}"#, once: key) { _ in
            StoredAnswer(status: 201, body: #"{"name":"m"}"#)
        }
        _ = try bench.job(priority: 1)
        let lease = try bench.claim().lease
        try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: #"{"loss":1}"#)])
        var new = NewVersion.sample(1, metrics: #"{"loss":1}"#)
        new.front = #"{"words":["a"]}"#
        new.optimizer = VersionTableTests.remembered
        _ = try bench.store.jobs.succeed(lease, version: new, metrics: #"{"loss":1}"#)
        _ = try bench.store.versions.insert(.sample(2), model: "m")
        _ = try bench.store.aliases.set("stable", model: "m", version: 1)
        _ = try bench.dataset("d")
        _ = try bench.job(dataset: nil)
        return bench
    }

    static let changes = [
        Change(
            sql: "UPDATE models SET definition = replace(definition, 'relu', 'selu')",
            text: #"model "m": "#,
            isRepairable: false
        ) { _ = try $0.models.find("m") },
        Change(sql: "UPDATE versions SET metrics = '{\"loss\":3}' WHERE number = 1", text: #"version 1 of "m": "#) {
            _ = try $0.versions.find(model: "m", number: 1)
        },
        Change(sql: "UPDATE versions SET options = '{\"a\":1}' WHERE number = 2", text: #"version 2 of "m": "#) {
            _ = try $0.versions.weights(model: "m", number: 2)
        },
        Change(sql: "UPDATE versions SET front = '{\"words\":[\"b\"]}' WHERE number = 1", text: #"version 1 of "m": "#)
        {
            _ = try $0.versions.find(model: "m", number: 1)
        },
        Change(sql: "UPDATE versions SET front = NULL WHERE number = 1", text: #"version 1 of "m": "#) {
            _ = try $0.versions.find(model: "m", number: 1)
        },
        Change(sql: "UPDATE aliases SET number = 2", text: #"alias "stable" of "m": "#) {
            _ = try $0.versions.find(model: "m", reference: "stable")
        },
        Change(sql: "UPDATE datasets SET target = '{\"kind\":\"values\"}'", text: #"dataset "d": "#) {
            _ = try $0.datasets.find("d")
        },
        Change(sql: "UPDATE datasets SET schema = '{\"columns\":[]}'", text: #"dataset "d": "#) {
            _ = try $0.datasets.find("d")
        },
        Change(sql: "UPDATE datasets SET validation_rows = 1", text: #"dataset "d": "#) {
            _ = try $0.datasets.open("d")
        },
        Change(sql: "UPDATE datasets SET rows = 5", text: #"dataset "d": "#) { _ = try $0.datasets.open("d") },
        Change(sql: "UPDATE jobs SET request = '{\"epochs\":2}' WHERE id = 2", text: "job 2: ") {
            _ = try $0.jobs.find(JobID(number: 2))
        },
        Change(sql: "UPDATE jobs SET priority = 3 WHERE id = 1", text: "job 1: ") {
            _ = try $0.jobs.find(JobID(number: 1))
        },
        Change(sql: "UPDATE jobs SET metrics = '{\"loss\":3}' WHERE id = 1", text: "the result of job 1: ") {
            _ = try $0.jobs.find(JobID(number: 1))
        },
        Change(sql: "UPDATE epochs SET metrics = '{\"loss\":3}'", text: "epoch 1 in the history of job 1: ") {
            _ = try $0.jobs.epochs(of: JobID(number: 1))
        },
        Change(sql: "UPDATE job_events SET data = '{\"loss\":3}' WHERE kind = 'epoch'", text: "of job 1: ") {
            _ = try $0.jobs.events(of: JobID(number: 1))
        },
        Change(sql: "UPDATE answers SET body = '{}'", text: "the answer to an Idempotency-Key on POST /models: ") {
            _ = try $0.answers.find(key)
        },
        Change(sql: "UPDATE models SET row_crc32 = NULL", text: #"model "m": "#, isRepairable: false) {
            _ = try $0.models.list()
        },
        Change(
            sql: "UPDATE version_tensors SET tensor_id = (SELECT tensor_id FROM version_tensors WHERE version_id = 2)",
            text: #"weights of "m" version 1: "#
        ) { _ = try $0.versions.weights(model: "m", number: 1) },
        Change(
            sql: "UPDATE version_tensors SET shape = '[6]' WHERE part = 'optimizer'",
            text: #"weights of "m" version 1: "#
        ) { _ = try $0.versions.optimizerState(model: "m", number: 1) },
    ]

    @Test(arguments: changes)
    func `a changed row is never read, the check names it, and a repair removes it where that is all`(
        change: Change
    )
        throws
    {
        let bench = try Self.furnished()
        #expect(try bench.store.check().findings.isEmpty)

        try bench.raw { try $0.execute(sql: change.sql) }

        let message = expectRefusal(.corrupt) { try change.read(bench.store) }
        #expect(message.contains("damaged") || message.contains("digest"), "\(message)")
        let found = try bench.store.check()
        #expect(!found.isClean)
        #expect(found.findings.contains { $0.text.contains(change.text) }, "\(found.findings)")
        #expect(try bench.store.check(repairing: true).isClean == change.isRepairable)
        #expect(try bench.store.check().findings.isEmpty == change.isRepairable)
    }

    @Test func `a damaged model can be deleted and made anew, a damaged dataset uploaded again`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.dataset("d")
        _ = try bench.dataset("e")
        try bench.raw {
            try $0.execute(sql: "UPDATE models SET definition = '{}'; UPDATE datasets SET kind = 'images'")
        }

        try bench.store.models.delete("m")
        try bench.model()
        _ = try bench.dataset("d")
        try bench.store.datasets.delete("e")

        #expect(try bench.store.check().findings.isEmpty)
        #expect(try bench.store.datasets.open("d").rows == 4)
        #expect(bench.folder.files().count == 1)
    }

    @Test func `a waiting job whose request is damaged fails with that reason, and the next one is claimed`() throws {
        let bench = try Bench()
        try bench.model()
        let (damaged, sound) = (try bench.job(), try bench.job())
        try bench.raw {
            try $0.execute(
                sql: "UPDATE jobs SET request = '{\"epochs\":2}' WHERE id = ?",
                arguments: [damaged.id.number]
            )
        }

        let claim = try bench.claim()

        #expect(claim.job.id == sound.id)
        let job = try bench.store.jobs.find(damaged.id)
        #expect(job.state == .failed)
        #expect(job.error?.contains("job \(damaged.id): what is stored of it is damaged") == true)
        #expect(try bench.states(of: damaged.id).last == "failed")
        _ = try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: "{}")
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `a store whose schema has changed is refused and named, before anything is done by it`() throws {
        let bench = try Bench()
        try bench.model()
        try bench.raw { database in
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql:
                    "UPDATE sqlite_schema SET sql = replace(sql, 'priority DESC', 'priority  ASC') WHERE name = 'turn_of_new_job'"
            )
        }

        let message = expectRefusal(.corrupt) { try bench.another() }

        #expect(message.contains("its schema is damaged, at trigger turn_of_new_job"))
    }
}
