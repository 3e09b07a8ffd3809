import Foundation
import ModelStore
import Synchronization
import Testing

/// What is left when a process is killed.
///
/// Each test's body in a closure runs in a process of its own.
struct CrashTests {
    @Test(arguments: [1, 2, 3])
    func `a process killed while it runs jobs leaves whole versions and ended jobs, or neither`(round: Int) async throws
    {
        let folder = try ScratchFolder()
        let path = folder.path
        let store = try Store.open(at: path)
        _ = try store.models.insert(name: "m", definition: "{}")

        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
            let store = try Store.open(at: path)
            for number in 1...500 {
                _ = try store.jobs.enqueue(NewJob(model: "m", request: "{}"))
                let claim = try #require(try store.jobs.claim(by: "w"))
                try store.checkpoints.save(claim.lease, position: "{}", parts: CheckpointTests.parts(1))
                // From the third job on, so that some have ended in any case.
                if number == 3 {
                    let delay = Int.random(in: 0...20 * round)
                    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(delay)) {
                        kill(getpid(), SIGKILL)
                    }
                }
                let values = (0..<20_000).map { Float($0 % 251) + Float(number) }
                let weights = [StoredTensor(name: "k", shape: [values.count], values: values)]
                _ = try store.jobs.succeed(
                    claim.lease,
                    version: NewVersion(weights: weights, programVersion: "1.0"),
                    metrics: "{}"
                )
            }
        }

        let again = try Store.open(at: path)
        let versions = try again.models.find("m").newestVersion
        #expect(versions >= 2)
        #expect(try again.jobs.counts()[.succeeded] == versions)
        #expect(try again.check().findings.isEmpty)
    }

    @Test func `a job whose process was killed goes to another one once its lease has lapsed`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        let store = try Store.open(at: path)
        _ = try store.models.insert(name: "m", definition: "{}")
        let job = try store.jobs.enqueue(NewJob(model: "m", request: "{}"))

        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            // This worker's clock is an hour ahead, so its lease holds however long the test takes.
            let store = try Store.open(at: path, clock: shifted(hours: 1))
            let claim = try #require(try store.jobs.claim(by: "w1"))
            try store.checkpoints.save(claim.lease, position: #"{"step":7}"#, parts: CheckpointTests.parts(7))
            kill(getpid(), SIGKILL)
        }

        #expect(try store.jobs.claim(by: "w2") == nil)
        let claim = try #require(try Store.open(at: path, clock: shifted(hours: 2)).jobs.claim(by: "w2"))
        #expect(claim.job.id == job.id && claim.isResumed)
        #expect(try store.checkpoints.newest(of: job.id)?.position == #"{"step":7}"#)
    }

    @Test func `an upload whose process was killed leaves nothing once the store is opened again`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path

        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try Store.open(at: path)
            let writer = try store.datasets.writer(name: "d")
            try writer.appendInputs([Float](repeating: 1, count: 200_000))
            try writer.appendTargets([1])
            kill(getpid(), SIGKILL)
        }

        #expect(folder.files().count == 1)
        let store = try Store.open(at: path)
        #expect(folder.files().isEmpty)
        #expect(try store.datasets.list().isEmpty)
    }

    @Test(.timeLimit(.minutes(10)))
    func `of two processes on one folder, one killed again and again, no job is lost or run twice at a time`()
        async throws
    {
        let folder = try ScratchFolder()
        let path = folder.path
        let store = try Store.open(at: path, options: Self.workerOptions)
        _ = try store.models.insert(name: "m", definition: "{}")
        for _ in 0..<60 { _ = try store.jobs.enqueue(NewJob(model: "m", request: "{}")) }

        // This process leaves some jobs to the others until the last of them is dead.
        let reserve = Mutex(20)
        let worker = Thread {
            do { try Self.work(path, leaving: { reserve.withLock { $0 } }) } catch { Issue.record(error) }
        }
        worker.start()
        for _ in 0..<3 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                // It is killed while it runs its third job.
                try CrashTests.work(path, midway: { if $0 == 3 { kill(getpid(), SIGKILL) } })
            }
        }
        reserve.withLock { $0 = 0 }
        try Self.work(path)

        #expect(try store.jobs.counts()[.succeeded] == 60)
        #expect(try store.models.find("m").newestVersion == 60)
        #expect(!FileManager.default.fileExists(atPath: path + "/violation"))
        #expect(try store.check().findings.isEmpty)
    }

    static var workerOptions: StoreOptions {
        var options = StoreOptions()
        options.leaseMilliseconds = 3_000
        return options
    }

    /// Runs jobs until none is left, and claims none while only `leaving` wait; `midway` is called with the number of
    /// the job while it runs.
    ///
    /// A lock on a file of the job's own, which the kernel drops with the process, tells whether it runs elsewhere too.
    static func work(_ path: String, leaving: () -> Int = { 0 }, midway: (Int) -> Void = { _ in }) throws {
        let store = try Store.open(at: path, options: workerOptions)
        var number = 0
        while case let counts = try store.jobs.counts(), counts.contains(where: { !$0.key.isFinal && $0.value > 0 }) {
            let reserve = leaving()
            guard reserve == 0 || counts[.queued, default: 0] > reserve,
                let claim = try store.jobs.claim(by: "w\(getpid())")
            else {
                usleep(20_000)
                continue
            }
            number += 1
            let lock = open("\(path)/run-\(claim.job.id)", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
            if flock(lock, LOCK_EX | LOCK_NB) != 0 { try Data().write(to: URL(fileURLWithPath: path + "/violation")) }
            try store.checkpoints.save(claim.lease, position: "{}", parts: CheckpointTests.parts(1))
            midway(number)
            let version = NewVersion.sample(Float(claim.job.id.number))
            _ = try store.jobs.succeed(claim.lease, version: version, metrics: "{}")
            close(lock)
        }
    }
}

/// The machine's clocks, the steady one some hours ahead.
private func shifted(hours: Int) -> StoreClock {
    let system = StoreClock.system
    return StoreClock(
        wall: system.wall,
        steadyMilliseconds: { system.steady() + Int64(hours) * 3_600_000 },
        bootID: system.bootID
    )
}
