import Foundation
import ModelStore
import PrivatePostgreSQL
import SQL
import Synchronization
import Testing

/// Several programs on one PostgreSQL, each with a folder of its own.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct SharingTests {
    private func bench(_ options: StoreOptions = StoreOptions()) throws -> Bench {
        try StoreKind.$current.withValue(.postgresql) { try Bench(options: options) }
    }

    @Test func `stores that are opened at once on an empty database make its schema once`() throws {
        let address = try StoreAddress(PrivateServer.shared.get().newPlace())
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 6) { number in
            do {
                let store = try Store.open(on: address, cache: ScratchFolder().path)
                _ = try store.models.insert(name: "m\(number)", definition: "{}")
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try Store.open(on: address, cache: ScratchFolder().path).models.count() == 6)
        #expect(try Store.migrate(address, isChecking: true).found == "v12")
    }

    @Test func `a newer schema is worked with as long as it says so, and looked at on every new connection`() throws {
        let url = try PrivateServer.shared.get().newPlace()
        let address = try StoreAddress(url)
        let name = "aging-\(UInt32.random(in: 0...UInt32.max))"
        let store = try Store.open(on: StoreAddress(url + "&application_name=\(name)"), cache: ScratchFolder().path)
        let newest = store.engine.schema
        let database = PostgreSQLDatabase(try PostgreSQLAddress(url))
        func become(_ schema: String, least: String) throws {
            try database.write { connection in
                try connection.run(
                    sql: "UPDATE trainyard_schema SET name = ?, least = ?",
                    arguments: [schema, least]
                )
                try connection.run(
                    sql: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ?",
                    arguments: [name]
                )
            }
        }
        _ = try store.models.insert(name: "m", definition: "{}")

        try become("v9999", least: newest)
        #expect(try store.models.count() == 1)
        #expect(try Store.open(on: address, cache: ScratchFolder().path).models.count() == 1)
        #expect(try Store.migrate(address, isChecking: false).found == "v9999")

        try become("v9999", least: "v9998")
        let message = expectRefusal(.unavailable) {
            try Store.open(on: address, cache: ScratchFolder().path)
        }
        #expect(message.contains("v9999") && message.contains("use the newer trainyard"))
        expectRefusal(.unavailable) { try store.models.count() }
        try become(newest, least: newest)
        #expect(try store.models.count() == 1)
    }

    @Test func `the queue's limit holds whoever fills it at the same time`() throws {
        var options = StoreOptions()
        options.queueLimit = 20
        let bench = try bench(options)
        try bench.model()
        let stores = [bench.store, try bench.another(options: options)]
        let refused = Atomic(0)

        DispatchQueue.concurrentPerform(iterations: 60) { number in
            do {
                _ = try stores[number % 2].jobs.enqueue(NewJob(model: "m", request: "{}"))
            } catch {
                if case .queueFull? = error as? StoreError { refused.add(1, ordering: .relaxed) }
            }
        }

        #expect(try bench.store.jobs.counts()[.queued] == 20)
        #expect(refused.load(ordering: .relaxed) == 40)
    }

    @Test func `no job is claimed twice by workers of several stores`() throws {
        let bench = try bench()
        for model in ["a", "b", "c"] { try bench.model(model) }
        for number in 0..<30 { _ = try bench.job(model: ["a", "b", "c"][number % 3]) }
        let stores = [bench.store, try bench.another(), try bench.another()]
        let claimed = Mutex<[JobID]>([])

        DispatchQueue.concurrentPerform(iterations: 6) { number in
            while let claim = try? stores[number % 3].jobs.claim(by: "w\(number)") {
                claimed.withLock { $0.append(claim.job.id) }
            }
        }

        let all = claimed.withLock { $0 }
        #expect(all.count == 30 && Set(all).count == 30)
    }

    @Test func `what one store writes another one reads, files included`() throws {
        let bench = try bench()
        try bench.model()
        let dataset = try bench.dataset(rows: 300_000)
        _ = try bench.job()
        let claim = try bench.claim()
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try bench.store.checkpoints.save(
            claim.lease,
            position: "{}",
            parts: [CheckpointPart(name: "a", bytes: bytes), CheckpointPart(name: "b", bytes: [])]
        )

        let other = try bench.another()
        let newest = try #require(try other.checkpoints.newest(of: claim.job.id))
        #expect(newest.parts.map(\.name) == ["a", "b"])
        #expect(newest.parts[0].bytes == bytes)
        #expect(try other.datasets.find("d") == dataset)
        #expect(try other.datasets.open("d").inputs(row: 3) == [6, 7])

        try other.datasets.delete("d")
        _ = try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: "{}")
        #expect(try bench.count("file_parts") == 0)
    }

    @Test func `a copy that is damaged or gone is fetched again, and old ones go where there are too many`() throws {
        var options = StoreOptions()
        options.cacheBytes = 100_000
        let bench = try bench(options)
        for name in ["d", "e", "f"] { _ = try bench.dataset(name, rows: 4000) }
        #expect(bench.folder.files().count == 1)

        for name in ["d", "e", "f"] { #expect(try bench.store.datasets.open(name).inputs(row: 3) == [6, 7]) }
        for file in bench.folder.files() {
            let url = URL(filePath: bench.folder.path + "/datasets/" + file)
            var data = try Data(contentsOf: url)
            data[data.count / 2] ^= 1
            try data.write(to: url)
        }
        for name in ["d", "e", "f"] { #expect(try bench.store.datasets.open(name).inputs(row: 3) == [6, 7]) }
    }

    @Test func `rows that are damaged are found, and removed by a repair`() throws {
        let bench = try bench()
        try bench.model()
        _ = try bench.job()
        let claim = try bench.claim()
        try bench.store.jobs.record(
            claim.lease,
            [.epoch(number: 1, metrics: #"{"loss":1}"#), .epoch(number: 2, metrics: #"{"loss":2}"#)]
        )
        _ = try bench.onServer(#"UPDATE epochs SET metrics = '{"loss":3}' WHERE number = 2 RETURNING 1"#)

        #expect(try bench.store.check().findings.count == 1)
        #expect(try bench.store.check(repairing: true).isClean)
        #expect(try bench.store.check().findings.isEmpty)
        #expect(try bench.store.jobs.epochs(of: claim.job.id).map(\.number) == [1])
    }
}
