import Foundation
import GRDB
import ModelStore
import Testing

/// Stores as earlier programs wrote them, each as the SQL that makes it (`sqlite3 trainyard.sqlite .dump`).
///
/// A released schema gets a fixture here when the next one is added; a fixture never changes.
struct MigrationTests {
    static let fixtures = ["v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11"]

    static func store(from fixture: String, in folder: String) throws -> Store {
        try database(from: fixture, in: folder)
        return try Store.open(at: folder)
    }

    static func database(from fixture: String, in folder: String) throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/\(fixture).sql")
        let sql = try String(contentsOf: source, encoding: .utf8)
        let queue = try DatabaseQueue(path: folder + "/trainyard.sqlite")
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA application_id = 1414682948")
            try database.execute(sql: sql)
        }
        try queue.close()
    }

    @Test(arguments: fixtures)
    func `a store of an earlier schema opens with all it held`(fixture: String) throws {
        let folder = try ScratchFolder()

        let store = try Self.store(from: fixture, in: folder.path)

        #expect(try store.models.list().map(\.name) == ["lenet"])
        #expect(try store.versions.weights(model: "lenet", number: 1) == NewVersion.sample(1).weights)
        #expect(try store.versions.find(model: "lenet", reference: "stable").number == 1)
        let jobs = try store.jobs.list().jobs
        #expect(jobs.map(\.state) == [.queued, .cancelled, .succeeded, .running])
        let running = try #require(jobs.last)
        #expect(try store.checkpoints.newest(of: running.id)?.parts == CheckpointTests.parts(3))
        let succeeded = jobs[2]
        #expect(try store.jobs.epochs(of: succeeded.id).map(\.metrics) == [#"{"epoch":1,"loss":0.5}"#])
        #expect(try store.jobs.claim(by: "w")?.job.id == running.id)
        #expect(try store.jobs.claim(by: "w")?.job.id == jobs[0].id)
        #expect(try store.check().findings.isEmpty)
    }

    @Test func `what was damaged in a store whose rows had checksums is damaged after a migration too`() throws {
        let folder = try ScratchFolder()
        try Self.database(from: "v4", in: folder.path)
        try DatabaseQueue(path: folder.path + "/trainyard.sqlite").writeWithoutTransaction {
            try $0.execute(sql: "UPDATE versions SET metrics = '{\"loss\":3}'")
        }

        let store = try Store.open(at: folder.path)

        expectRefusal(.corrupt) { try store.versions.find(model: "lenet", number: 1) }
        #expect(try store.check().findings.map(\.text).contains { $0.hasPrefix(#"version 1 of "lenet": "#) })
    }

    @Test(arguments: fixtures)
    func `a migrated store has the very schema of a new one`(fixture: String) throws {
        let migrated = try ScratchFolder()
        let new = try ScratchFolder()
        _ = try Self.store(from: fixture, in: migrated.path)
        _ = try Store.open(at: new.path)
        func schema(_ folder: ScratchFolder) throws -> [String] {
            try DatabaseQueue(path: folder.path + "/trainyard.sqlite").read {
                try String.fetchAll(
                    $0,
                    sql: "SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1"
                )
            }
        }

        #expect(try schema(migrated) == schema(new))
    }
}
