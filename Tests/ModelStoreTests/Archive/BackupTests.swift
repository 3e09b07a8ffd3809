import Foundation
import ModelStore
import Synchronization
import Testing

struct BackupTests {
    @Test func `a restored store holds all that was there at the time of the backup`() throws {
        let bench = try CheckTests.furnished()
        let backup = bench.folder.path + "/backup.tar"
        let other = bench.folder.path + "/restored"

        try bench.store.backup(to: backup)
        _ = try bench.store.versions.insert(.sample(9), model: "m")
        try bench.store.datasets.delete("d")
        let report = try Store.restore(backup, to: other)

        #expect((report.versions, report.checkpoints, report.datasets) == (2, 2, 1))
        let restored = try Store.open(at: other, clock: bench.clock.clock)
        #expect(try restored.models.list().map(\.newestVersion) == [2])
        #expect(try restored.versions.weights(model: "m", number: 2) == NewVersion.sample(2).weights)
        #expect(try restored.versions.find(model: "m", reference: "stable").number == 1)
        #expect(try restored.datasets.open("d").inputs(row: 3) == [6, 7])
        #expect(try restored.jobs.claim(by: "w9")?.isResumed == true)
        #expect(try bench.store.versions.list(model: "m").count == 3)
    }

    @Test func `a backup is a tar archive of a data folder`() throws {
        let bench = try CheckTests.furnished()
        let backup = bench.folder.path + "/backup.tar"
        try bench.store.backup(to: backup)
        let unpacked = try ScratchFolder()

        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-xf", backup, "-C", unpacked.path]
        try tar.run()
        tar.waitUntilExit()

        #expect(tar.terminationStatus == 0)
        #expect(unpacked.files(in: "") == ["SHA256SUMS", "checkpoints", "datasets", "trainyard.sqlite"])
        let sums = Process()
        sums.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        sums.arguments = ["sha256sum", "--check", "--strict", "--status", "SHA256SUMS"]
        sums.currentDirectoryURL = URL(fileURLWithPath: unpacked.path)
        try sums.run()
        sums.waitUntilExit()
        #expect(sums.terminationStatus == 0)
        #expect(try Store.open(at: unpacked.path).check().findings.isEmpty)
    }

    @Test func `backups made while jobs are written each hold one moment`() throws {
        let bench = try Bench()
        try bench.model()
        let failures = Mutex<[String]>([])
        let isDone = Mutex(false)

        DispatchQueue.concurrentPerform(iterations: 2) { side in
            do {
                if side == 0 {
                    for _ in 0..<30 {
                        _ = try bench.job()
                        let claim = try bench.claim()
                        _ = try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: "{}")
                    }
                    isDone.withLock { $0 = true }
                } else {
                    var number = 0
                    repeat {
                        let stem = bench.folder.path + "/backup-\(number)"
                        try bench.store.backup(to: stem + ".tar")
                        _ = try Store.restore(stem + ".tar", to: stem)
                        let copy = try Store.open(at: stem)
                        let versions = try copy.models.find("m").newestVersion
                        let succeeded = try copy.jobs.counts()[.succeeded]
                        if versions != succeeded { throw StoreError.corrupt("\(versions) of \(succeeded ?? -1)") }
                        number += 1
                    } while !isDone.withLock { $0 }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
                isDone.withLock { $0 = true }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try bench.store.models.find("m").newestVersion == 30)
    }

    @Test func `backups made while checkpoints replace one another each hold a whole one`() throws {
        let bench = try Bench()
        try bench.model()
        let id = try bench.job().id
        let lease = try bench.claim().lease
        try bench.store.checkpoints.save(lease, position: "0", parts: CheckpointTests.parts(0))
        let failures = Mutex<[String]>([])
        let isDone = Mutex(false)

        DispatchQueue.concurrentPerform(iterations: 2) { side in
            do {
                if side == 0 {
                    var step: UInt8 = 0
                    while !isDone.withLock({ $0 }) {
                        step &+= 1
                        let parts = CheckpointTests.parts(step)
                        try bench.store.checkpoints.save(lease, position: "\(step)", parts: parts)
                    }
                } else {
                    for number in 0..<6 {
                        let stem = bench.folder.path + "/backup-\(number)"
                        try bench.store.backup(to: stem + ".tar")
                        let report = try Store.restore(stem + ".tar", to: stem)
                        let copy = try Store.open(at: stem)
                        let newest = try copy.checkpoints.newest(of: id)
                        let expected = newest.flatMap { UInt8($0.position) }.map(CheckpointTests.parts)
                        if newest == nil || newest?.parts != expected || report.checkpoints == 0 {
                            throw StoreError.corrupt("the backup has no whole checkpoint")
                        }
                    }
                    isDone.withLock { $0 = true }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
                isDone.withLock { $0 = true }
            }
        }

        #expect(failures.withLock { $0 } == [])
        #expect(try bench.store.check().isClean)
    }

    @Test func `a path that is taken is refused, and the file there stays`() throws {
        let bench = try Bench()
        let path = bench.folder.path + "/taken"
        try Data([7]).write(to: URL(fileURLWithPath: path))

        expectRefusal(.conflict) { try bench.store.backup(to: path) }

        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([7]))
    }

    @Test func `a backup into a folder that does not exist is refused with its path`() throws {
        let bench = try Bench()

        let message = expectRefusal(.notFound) { try bench.store.backup(to: "/nowhere/backup.tar") }

        #expect(message.contains("/nowhere/backup.tar"))
    }

    @Test func `a folder that holds something is not restored into`() throws {
        let bench = try Bench()
        let backup = bench.folder.path + "/backup.tar"
        try bench.store.backup(to: backup)

        expectRefusal(.conflict) { try Store.restore(backup, to: bench.folder.path) }

        #expect(try bench.model().name == "m")
    }

    @Test(arguments: [0, 100, 511, 600, 5_000, -512, -513, -1025])
    func `a cut backup is refused and leaves no folder`(cut: Int) throws {
        let bench = try CheckTests.furnished()
        let backup = bench.folder.path + "/backup.tar"
        try bench.store.backup(to: backup)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        let cutPath = bench.folder.path + "/cut.tar"
        try bytes.prefix(cut < 0 ? bytes.count + cut : cut).write(to: URL(fileURLWithPath: cutPath))
        let target = bench.folder.path + "/restored"
        let before = bench.folder.files(in: "")

        if cut == -512 {
            // One of the two blocks of zero at the end is enough to know the end.
            _ = try Store.restore(cutPath, to: target)
        } else {
            expectRefusal(.corrupt) { try Store.restore(cutPath, to: target) }
            #expect(bench.folder.files(in: "") == before)
        }
    }

    @Test(arguments: [600, 60_000, -3_000, -1_600])
    func `a backup with a flipped bit is refused and leaves no folder`(position: Int) throws {
        let bench = try CheckTests.furnished()
        let backup = bench.folder.path + "/backup.tar"
        try bench.store.backup(to: backup)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        bytes[position < 0 ? bytes.count + position : position] ^= 1
        try bytes.write(to: URL(fileURLWithPath: backup))
        let before = bench.folder.files(in: "")

        expectRefusal(.corrupt) { try Store.restore(backup, to: bench.folder.path + "/restored") }

        #expect(bench.folder.files(in: "") == before)
    }

    @Test func `what is no backup is refused, also one that would write outside its folder`() throws {
        let bench = try Bench()
        let path = bench.folder.path + "/file"
        try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: path))
        expectRefusal(.invalid) { try Store.restore(path, to: bench.folder.path + "/restored") }

        let evil = bench.folder.path + "/evil.tar"
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-cf", evil, "-P", "--transform", "s,.*,../evil,", path]
        try tar.run()
        tar.waitUntilExit()
        let message = expectRefusal(.invalid) { try Store.restore(evil, to: bench.folder.path + "/restored") }

        #expect(message.contains(#"it holds "../evil""#))
        #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/evil"))
    }
}
