import Foundation
import GRDB
import ModelStore
import Synchronization
import Testing

@Suite(.onEachEngine) struct CheckpointTests {
    static func parts(_ seed: UInt8) -> [CheckpointPart] {
        [
            CheckpointPart(name: "weights", bytes: (0..<4099).map { UInt8(truncatingIfNeeded: $0 / 9) &+ seed }),
            CheckpointPart(name: "empty", bytes: []),
            CheckpointPart(name: "random", bytes: [seed, 1, 2]),
        ]
    }

    @Test func `the newest checkpoint reads back as it was saved`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        #expect(try bench.store.checkpoints.newest(of: id) == nil)

        try bench.store.checkpoints.save(lease, position: #"{"step":1}"#, parts: Self.parts(1))
        try bench.store.checkpoints.save(lease, position: #"{"step":2}"#, parts: Self.parts(2))

        let newest = try #require(try bench.another().checkpoints.newest(of: id))
        #expect(newest.position == #"{"step":2}"#)
        #expect(newest.parts == Self.parts(2))
    }

    @Test(.onSQLite, arguments: [65_536, 3 << 20 + 5])
    func `a large part reads back whole, and not at all once a byte of it has changed`(count: Int) throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() as UInt64) }
        let parts = [CheckpointPart(name: "large", bytes: bytes), CheckpointPart(name: "small", bytes: [1])]

        try bench.store.checkpoints.save(lease, position: "{}", parts: parts)

        #expect(try bench.store.checkpoints.newest(of: id)?.parts == parts)
        try bench.damageNewestCheckpoint()
        expectRefusal(.corrupt) { try bench.store.checkpoints.newest(of: id) }
    }

    @Test(.onSQLite) func `a draft that is not finished, or whose lease is lost, leaves no file`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let lease = try bench.claim().lease
        func files() -> [String] { bench.folder.files(in: "checkpoints") }

        do {
            let draft = try bench.store.checkpoints.draft()
            draft.begin("weights")
            try [UInt8](repeating: 1, count: 100_000).withUnsafeBytes { try draft.append($0) }
            #expect(files().count == 1)
            // While it is being written it is nobody's orphan.
            #expect(try bench.another().check().isClean)
            #expect(files().count == 1)
        }
        #expect(files().isEmpty)

        _ = try bench.store.jobs.finishCancel(lease)
        expectRefusal(.leaseLost) {
            try bench.store.checkpoints.save(lease, position: "{}", parts: CheckpointTests.parts(1))
        }
        #expect(files().isEmpty)
    }

    @Test(.onSQLite) func `a file that no checkpoint names is swept when the store is opened`() throws {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        try bench.store.checkpoints.save(try bench.claim().lease, position: "{}", parts: Self.parts(1))
        let kept = bench.folder.files(in: "checkpoints")
        try Data([1]).write(to: URL(fileURLWithPath: bench.folder.path + "/checkpoints/0.bin"))

        _ = try bench.another()

        #expect(bench.folder.files(in: "checkpoints") == kept)
    }

    @Test func `a sweep takes no file of a checkpoint that is being saved`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        let isDone = Atomic(false)
        let failures = Mutex<[String]>([])

        DispatchQueue.concurrentPerform(iterations: 2) { side in
            do {
                if side == 0 {
                    defer { isDone.store(true, ordering: .relaxed) }
                    for step: UInt8 in 0..<150 {
                        try bench.store.checkpoints.save(lease, position: "{}", parts: Self.parts(step))
                        guard try bench.store.checkpoints.newest(of: id)?.parts == Self.parts(step) else {
                            throw StoreError.corrupt("checkpoint \(step) is gone")
                        }
                    }
                } else {
                    while !isDone.load(ordering: .relaxed) { try bench.store.checkpoints.sweepOrphans() }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }

        #expect(failures.withLock { $0 } == [])
    }

    @Test(.onSQLite) func `only the newest ones are kept, and none once the job has ended`() throws {
        var options = StoreOptions()
        options.checkpointsKept = 2
        let bench = try Bench(options: options)
        try bench.model()
        _ = try bench.job()
        let lease = try bench.claim().lease

        for step: UInt8 in 1...5 {
            try bench.store.checkpoints.save(lease, position: "{}", parts: Self.parts(step))
        }
        #expect(try bench.count("checkpoints") == 2)
        #expect(try bench.count("checkpoint_parts") == 6)
        #expect(bench.folder.files(in: "checkpoints").count == 2)
        _ = try bench.store.jobs.finishCancel(lease)

        #expect(try bench.count("checkpoints") == 0)
        #expect(try bench.count("checkpoint_parts") == 0)
        #expect(bench.folder.files(in: "checkpoints").isEmpty)
    }

    @Test(.onSQLite) func `a damaged checkpoint gives way to the one before, and an error tells when none is left`()
        throws
    {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        for step: UInt8 in 1...2 {
            try bench.store.checkpoints.save(lease, position: "{\"step\":\(step)}", parts: Self.parts(step))
        }

        try bench.damageNewestCheckpoint()
        let before = try #require(try bench.store.checkpoints.newest(of: id))
        #expect(before.position == #"{"step":1}"#)
        #expect(before.parts == Self.parts(1))
        try bench.raw { try $0.execute(sql: "UPDATE checkpoint_parts SET checksum = checksum + 1 WHERE raw_bytes = 3") }

        let message = expectRefusal(.corrupt) { try bench.store.checkpoints.newest(of: id) }
        #expect(message.contains("none of its 2 checkpoints"))
    }
}
