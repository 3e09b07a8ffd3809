import Dispatch
import ModelStore
import PrivatePostgreSQL
import Synchronization
import Testing

/// A store behind a pooler that gives a connection of the server to each transaction.
@Suite(.enabled(if: PrivateServer.hasPooler, "needs a PgBouncer to start"))
struct PooledStoreTests {
    @Test func `two programs write and read through it, and hear of each other past it`() throws {
        let place = try PrivateServer.shared.get().newPooledPlace()
        var options = StoreOptions()
        options.noticesFrom = try StoreAddress(place.straight)
        let pooled = try StoreAddress(place.pooled)
        let stores = try (0..<2).map { _ in
            try Store.open(on: pooled, cache: ScratchFolder().path, options: options)
        }
        let heard = DispatchSemaphore(value: 0)
        stores[1].whenOthersCommit { heard.signal() }
        let end = DispatchTime.now() + 20
        while !stores[1].engine.notifies { try #require(heard.wait(timeout: end) == .success) }
        _ = try stores[0].models.insert(name: "m", definition: "{}")
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            for _ in 0..<20 {
                do {
                    let job = try stores[worker % 2].jobs.enqueue(NewJob(model: "m", request: "{}"))
                    _ = try stores[(worker + 1) % 2].jobs.find(job.id)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try stores[0].jobs.counts()[.queued] == 80)
        #expect(try stores[1].check().findings == [])
        for store in stores { try store.close() }
    }
}
