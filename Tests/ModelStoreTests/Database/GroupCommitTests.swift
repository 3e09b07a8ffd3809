import Foundation
import GRDB
import ModelStore
import Synchronization
import Testing

/// Writes of several threads, of which those that wait at the same time share a transaction.
struct GroupCommitTests {
    /// Calls `body` with each number on a thread of its own while another connection holds the database, so that all but the
    /// first wait together, or with `untilEnd` until all have ended; returns what each gave.
    private func together<Value: Sendable>(
        _ bench: Bench,
        _ count: Int,
        untilEnd: Bool = false,
        _ body: @escaping @Sendable (Int) throws -> Value
    ) throws -> [Result<Value, any Error>] {
        let results = Mutex<[Int: Result<Value, any Error>]>([:])
        let ended = DispatchGroup()
        let queue = try DatabaseQueue(path: bench.folder.path + "/trainyard.sqlite")
        try queue.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let started = DispatchSemaphore(value: 0)
            for number in 0..<count {
                ended.enter()
                Thread {
                    started.signal()
                    let result = Result { try body(number) }
                    results.withLock { $0[number] = result }
                    ended.leave()
                }.start()
            }
            for _ in 0..<count { started.wait() }
            // That they have come to the queue can't be seen from outside; those that come late make one group more.
            if untilEnd { ended.wait() } else { Thread.sleep(forTimeInterval: 1) }
            try database.execute(sql: "ROLLBACK")
        }
        ended.wait()
        return results.withLock { results in (0..<count).compactMap { results[$0] } }
    }

    /// How many commits are in the log: frames that have a database size, after the header of 32 bytes
    /// (https://www.sqlite.org/fileformat2.html#walformat).
    private func commits(_ bench: Bench) throws -> Int {
        let log = try Data(contentsOf: URL(filePath: bench.folder.path + "/trainyard.sqlite-wal"))
        return stride(from: 32, to: log.count - 24, by: 24 + 4096).count { frame in
            log[frame + 4..<frame + 8].contains { $0 != 0 } && log[frame + 8..<frame + 16] == log[16..<24]
        }
    }

    @Test func `each gets its own result, one that is refused is undone alone, and they share commits`() throws {
        let bench = try Bench()
        try bench.model("taken")
        let before = try commits(bench)

        let results = try together(bench, 24) { number in
            try bench.store.models.insert(name: number % 4 == 0 ? "taken" : "m-\(number)", definition: "{}").name
        }

        #expect(results.count == 24)
        for (number, result) in results.enumerated() {
            if number % 4 == 0 {
                expectRefusal(.conflict) { try result.get() }
            } else {
                #expect(try result.get() == "m-\(number)")
            }
        }
        #expect(try bench.count("models") == 19)
        // The first one alone, the others together; some may have come late.
        #expect(try commits(bench) - before < 10)
    }

    @Test func `of those that want the same name one gets it, whatever group they are in`() throws {
        let bench = try Bench()

        let results = try together(bench, 12) { _ in try bench.store.models.insert(name: "m", definition: "{}").name }

        #expect(results.count { (try? $0.get()) != nil } == 1)
        for result in results where (try? result.get()) == nil { expectRefusal(.conflict) { try result.get() } }
    }

    @Test func `the queue's limit, ids and positions hold for jobs that come together`() throws {
        var options = StoreOptions()
        options.queueLimit = 5
        let bench = try Bench(options: options)
        try bench.model()

        let results = try together(bench, 16) { _ in try bench.job().id }

        let ids = results.compactMap { try? $0.get() }
        #expect(Set(ids).count == 5)
        #expect(try bench.store.jobs.counts()[.queued] == 5)
        for result in results where (try? result.get()) == nil { expectRefusal(.queueFull) { try result.get() } }
    }

    @Test func `where the commit can't begin, all that wait are told so`() throws {
        var options = StoreOptions()
        options.busyTimeoutMilliseconds = 20
        let bench = try Bench(options: options)

        let results = try together(bench, 8, untilEnd: true) {
            try bench.store.models.insert(name: "m-\($0)", definition: "{}").name
        }

        #expect(results.count == 8)
        for result in results { expectRefusal(.busy) { try result.get() } }
        #expect(try bench.count("models") == 0)
        #expect(try bench.model().name == "m")
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
    func `one that does not fit on the disk fails alone, and those with it succeed`() throws {
        try SmallDisk.mounted(megabytes: 4) { disk in
            let bench = try Bench(at: disk.path + "/data")
            try bench.model()
            let large = NewVersion(weights: FullDiskTests.noise(2_000_000), programVersion: "1.0")

            let results = try together(bench, 8) { number in
                number == 5
                    ? try bench.store.versions.insert(large, model: "m").model
                    : try bench.store.models.insert(name: "m-\(number)", definition: "{}").name
            }

            for (number, result) in results.enumerated() {
                if number == 5 {
                    expectRefusal(.full) { try result.get() }
                } else {
                    #expect(try result.get() == "m-\(number)")
                }
            }
            #expect(try bench.store.check().findings.isEmpty)
        }
    }

    @Test func `two stores on one folder that write all the time both get their turns`() throws {
        let bench = try Bench()
        let other = try bench.another()
        let errors = Mutex<[String]>([])
        let ended = DispatchGroup()

        for (place, store) in [bench.store, other].enumerated() {
            for thread in 0..<6 {
                ended.enter()
                Thread {
                    do {
                        for number in 0..<40 {
                            _ = try store.models.insert(name: "m-\(place)-\(thread)-\(number)", definition: "{}")
                        }
                    } catch {
                        errors.withLock { $0.append("\(error)") }
                    }
                    ended.leave()
                }.start()
            }
        }
        ended.wait()

        #expect(errors.withLock { $0 } == [])
        #expect(try bench.count("models") == 2 * 6 * 40)
    }
}
