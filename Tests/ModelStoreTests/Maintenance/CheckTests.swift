import Foundation
import GRDB
import ModelStore
import Testing

struct CheckTests {
    /// A store with two versions, a checkpoint and a dataset.
    static func furnished() throws -> Bench {
        let bench = try Bench()
        try bench.model()
        for seed in 1...2 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        _ = try bench.store.aliases.set("stable", model: "m", version: 1)
        _ = try bench.dataset("d")
        _ = try bench.job()
        let lease = try bench.claim().lease
        for step: UInt8 in 1...2 {
            try bench.store.checkpoints.save(lease, position: "{}", parts: CheckpointTests.parts(step))
        }
        return bench
    }

    @Test func `a whole store is clean, and the report counts what was read`() throws {
        let bench = try Self.furnished()

        let report = try bench.store.check()

        #expect(report.isClean)
        #expect(report.findings.isEmpty)
        #expect((report.versions, report.checkpoints, report.datasets) == (2, 2, 1))
    }

    @Test(arguments: Damage.all)
    func `damage is named, a repair mends it, and afterwards the store is clean`(damage: Damage) throws {
        let bench = try Self.furnished()
        try damage.apply(bench)

        let found = try bench.store.check()
        #expect(!found.isClean)
        #expect(found.findings.first?.text.contains(damage.text) == true, "\(found.findings)")
        #expect(try bench.store.check() == found)
        let repaired = try bench.store.check(repairing: true)

        #expect(repaired.isClean)
        #expect(repaired.findings.map(\.text) == found.findings.map(\.text))
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `a damaged dataset that an unfinished job uses is reported and kept`() throws {
        let bench = try Self.furnished()
        _ = try bench.job(dataset: "d")
        try Damage.removeDatasetFile.apply(bench)

        let report = try bench.store.check(repairing: true)

        #expect(!report.isClean)
        #expect(try bench.store.datasets.find("d").rows == 4)
    }

    @Test func `a page of the database that is overwritten is reported, not a crash`() throws {
        let bench = try Self.furnished()
        for seed in 3...60 { _ = try bench.store.versions.insert(.sample(Float(seed)), model: "m") }
        let path = bench.folder.path + "/trainyard.sqlite"
        try bench.raw { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try bench.store.close()
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let pages = try handle.seekToEnd() / 4096
        for page in stride(from: 5, to: pages, by: 3) {
            try handle.seek(toOffset: page * 4096 + 8)
            try handle.write(contentsOf: Data((0..<256).map { UInt8(truncatingIfNeeded: $0 * 31) }))
        }
        try handle.close()

        do {
            let report = try bench.another().check()
            #expect(!report.isClean)
        } catch let error as StoreError {
            #expect(Reason(error) == .corrupt)
        }
    }
}

/// A way to harm a store, and what the check says of it.
struct Damage: CustomTestStringConvertible {
    let text: String
    let apply: @Sendable (Bench) throws -> Void

    var testDescription: String { text }

    static let removeDatasetFile = Damage(text: #"dataset "d": its file is missing"#) { bench in
        for file in bench.folder.files() {
            try FileManager.default.removeItem(atPath: bench.folder.path + "/datasets/" + file)
        }
    }

    static let all = [
        Damage(text: #"weights of "m" version 1: tensor "dense/kernel" is damaged"#) { bench in
            try bench.raw { try $0.execute(sql: "UPDATE tensors SET checksum = checksum + 1 WHERE id = 1") }
        },
        Damage(text: #"weights of "m" version 2: their digest is"#) { bench in
            try bench.raw {
                try $0.execute(sql: "UPDATE version_tensors SET tensor_id = 1 WHERE version_id = 2 AND position = 0")
            }
        },
        Damage(text: "1 stored tensors belong to no version") { bench in
            try bench.raw {
                try $0.execute(sql: "INSERT INTO tensors VALUES (99, zeroblob(32), 0, 0, 0, x'')")
            }
        },
        Damage(text: "a checkpoint of job 1 does not pass its checksum") { bench in
            try bench.damageNewestCheckpoint()
        },
        Damage(text: "a checkpoint of job 1 does not pass its checksum") { bench in
            let path = try bench.newestCheckpointFile()
            #expect(truncate(path, 100) == 0)
        },
        Damage(text: "a checkpoint of job 1 does not pass its checksum") { bench in
            let path = try bench.newestCheckpointFile()
            #expect(unlink(path) == 0)
        },
        Damage(text: "checkpoints/ffff.bin: no checkpoint refers to it") { bench in
            try Data([1]).write(to: URL(fileURLWithPath: bench.folder.path + "/checkpoints/ffff.bin"))
        },
        Damage(text: "a checkpoint of job 1 outlived its job") { bench in
            try bench.raw {
                try $0.execute(
                    sql:
                        "UPDATE jobs SET state = 'failed', finished_at = 1, lease_node = NULL"
                )
            }
            try bench.renew(.results)
        },
        Damage(text: "datasets/ffff.bin: no dataset refers to it") { bench in
            try Data([1]).write(to: URL(fileURLWithPath: bench.folder.path + "/datasets/ffff.bin"))
        },
        Damage(text: #"dataset "d": the content of its file has changed"#) { bench in
            let name = try #require(bench.folder.files().first)
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: bench.folder.path + "/datasets/" + name))
            try handle.seek(toOffset: 70)
            try handle.write(contentsOf: Data([9]))
            try handle.close()
        },
        Damage(text: #"dataset "d": its file has 100 bytes, expected 128"#) { bench in
            let name = try #require(bench.folder.files().first)
            #expect(truncate(bench.folder.path + "/datasets/" + name, 100) == 0)
        },
        removeDatasetFile,
        Damage(text: "database: row 1 missing from index jobs_by_model") { bench in
            try bench.raw { database in
                try database.execute(sql: "PRAGMA writable_schema = ON")
                let index = try String.fetchOne(
                    database,
                    sql: "SELECT sql FROM sqlite_schema WHERE name = 'jobs_by_model'"
                )
                try database.execute(
                    sql:
                        "UPDATE sqlite_schema SET sql = 'CREATE INDEX jobs_by_model ON jobs (model) WHERE id < 0' WHERE name = 'jobs_by_model'"
                )
                try database.execute(sql: "PRAGMA schema_version = 900")
                try database.execute(sql: "REINDEX jobs_by_model")
                try database.execute(
                    sql: "UPDATE sqlite_schema SET sql = ? WHERE name = 'jobs_by_model'",
                    arguments: [index]
                )
                try database.execute(sql: "PRAGMA schema_version = 901")
            }
        },
    ]
}
