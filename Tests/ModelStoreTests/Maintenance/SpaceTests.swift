import GRDB
import Foundation
import ModelStore
import Testing

struct SpaceTests {
    @Test func `deleting versions gives the space back, some pages at a time, while others read and write`() throws {
        let bench = try Bench()
        try bench.model("large")
        try bench.model("other")
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<100_000).map { _ in Float(bitPattern: generator.next() & 0x3F7F_FFFF) }
        let tensor = StoredTensor(name: "k", shape: [noise.count], values: noise)
        _ = try bench.store.versions.insert(NewVersion(weights: [tensor], programVersion: "1.0"), model: "large")
        _ = try bench.store.versions.insert(.sample(), model: "other")
        try bench.settle()
        let before = try bench.databaseBytes()

        try bench.store.models.delete("large")
        var rounds = 0
        while try bench.store.reclaimSpace(maximumPages: 20) > 0 {
            rounds += 1
            #expect(try bench.store.versions.weights(model: "other", number: 1) == NewVersion.sample().weights)
            if rounds == 1 { _ = try bench.store.versions.insert(.sample(2), model: "other") }
        }
        try bench.settle()

        #expect(before > 350_000)
        #expect(rounds > 2)
        #expect(try bench.databaseBytes() < before * 3 / 4)
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `retention keeps the newest versions and what is in use, and young jobs`() throws {
        let bench = try Bench()
        try bench.model("a")
        try bench.model("b")
        for seed in 1...4 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "a") }
        _ = try bench.store.versions.insert(.sample(), model: "b")
        _ = try bench.store.aliases.set("stable", model: "a", version: 1)
        let old = try bench.job(model: "a").id
        let waiting = try bench.job(model: "a").id
        let young = try bench.job(model: "b").id
        _ = try bench.store.jobs.cancel(old)
        bench.clock.advance(milliseconds: 10_000)
        _ = try bench.store.jobs.cancel(young)
        var rules = RetentionRules()
        rules.versionsPerModel = 2
        rules.finishedJobsForMilliseconds = 5_000

        let report = try bench.store.applyRetention(rules)

        #expect((report.versions, report.jobs, report.answers) == (1, 1, 0))
        #expect(try bench.store.versions.list(model: "a").map(\.number) == [4, 3, 1])
        #expect(try bench.store.versions.list(model: "b").map(\.number) == [1])
        #expect(try bench.store.jobs.list().jobs.map(\.id) == [young, waiting])
    }

    @Test func `without rules everything stays`() throws {
        let bench = try Bench()
        try bench.model()
        for seed in 1...3 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        _ = try bench.store.jobs.cancel(try bench.job().id)
        bench.clock.advance(milliseconds: 1_000_000_000)

        let report = try bench.store.applyRetention(RetentionRules())

        #expect((report.versions, report.jobs, report.answers) == (0, 0, 0))
        #expect(try bench.store.versions.list(model: "m").count == 3)
    }
}

extension Bench {
    /// Brings everything from the write-ahead log into the database file.
    func settle() throws {
        try raw { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    func databaseBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/trainyard.sqlite")
        return try #require(attributes[.size] as? Int)
    }
}
