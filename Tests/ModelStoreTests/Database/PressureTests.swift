import Foundation
import ModelStore
import Testing

/// What the store does when the disk under it gives out.
@Suite(.enabled(if: SmallDisk.isAvailable, "needs the right to mount a small file system"))
struct FullDiskTests {
    /// Weights that do not compress.
    static func noise(_ count: Int) -> [StoredTensor] {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<count).map { _ in Float(bitPattern: generator.next() & 0x3F7F_FFFF) }
        return [StoredTensor(name: "k", shape: [count], values: values)]
    }

    @Test func `a full disk is reported as such, loses nothing, and is forgotten once there is space`() throws {
        try SmallDisk.mounted(megabytes: 4) { disk in
            let occupied = disk.occupy(kilobytes: 2048)
            let store = try Store.open(at: disk.path + "/data")
            _ = try store.models.insert(name: "m", definition: "{}")
            _ = try store.jobs.enqueue(NewJob(model: "m", request: "{}"))
            let lease = try #require(try store.jobs.claim(by: "w")).lease
            let new = NewVersion(weights: Self.noise(40_000), programVersion: "1.0")
            let other = NewVersion(weights: Self.noise(40_000), programVersion: "1.0")
            var stored = 0

            stored = try store.versions.insert(new, model: "m").number
            let message = expectRefusal(.full) {
                while stored < 100 {
                    let more = NewVersion(weights: Self.noise(40_000), programVersion: "1.0")
                    stored = try store.versions.insert(more, model: "m").number
                }
            }
            // What the failed write had taken of the log is used by smaller ones, until that is full as well.
            expectRefusal(.full) { for _ in 0..<1000 { try store.probe() } }
            #expect(!store.isWritable)
            expectRefusal(.full) { try store.jobs.succeed(lease, version: other, metrics: "{}") }
            expectRefusal(.full) {
                try store.checkpoints.save(lease, position: "{}", parts: CheckpointTests.parts(1))
            }

            #expect(message.contains("VersionTable.insert"))
            #expect(try store.models.find("m").newestVersion == stored)
            #expect(try store.versions.weights(model: "m", number: 1) == new.weights)
            #expect(unlink(occupied) == 0)
            #expect(store.isWritable)
            #expect(try store.jobs.succeed(lease, version: other, metrics: "{}").version == stored + 1)
            try store.versions.delete(model: "m", number: 1)
            #expect(try store.check().findings.isEmpty)
        }
    }

    @Test func `an upload, a backup and an export that do not fit leave nothing`() throws {
        try SmallDisk.mounted(megabytes: 4) { disk in
            let store = try Store.open(at: disk.path + "/data")
            _ = try store.models.insert(name: "m", definition: "{}")
            for _ in 0..<8 {
                _ = try store.versions.insert(
                    NewVersion(weights: Self.noise(30_000), programVersion: "1.0"),
                    model: "m"
                )
            }
            func files() throws -> [String] {
                try FileManager.default.subpathsOfDirectory(atPath: disk.path).sorted()
            }
            let before = try files()

            expectRefusal(.full) {
                let writer = try store.datasets.writer(name: "d")
                for _ in 0..<100 { try writer.appendInputs([Float](repeating: 1, count: 100_000)) }
            }
            expectRefusal(.full) {
                for number in 0..<10 { try store.backup(to: disk.path + "/data/datasets/full-\(number)") }
            }
            // Those before the one that did not fit.
            for file in try files() where file.hasSuffix("full-\(file.last ?? "0")") {
                #expect(unlink(disk.path + "/" + file) == 0)
            }
            expectRefusal(.full) {
                for number in 0..<10 { try store.exportModel("m", to: disk.path + "/data/full-\(number)") }
            }
            for file in try files() where file.hasSuffix("full-\(file.last ?? "0")") {
                #expect(unlink(disk.path + "/" + file) == 0)
            }

            #expect(try files() == before)
            #expect(try store.datasets.list().isEmpty)
            #expect(store.isWritable)
        }
    }

    @Test func `a store can't be opened on a disk that can't be written, and the reason names the path`() throws {
        try SmallDisk.mounted(megabytes: 4) { disk in
            try Store.open(at: disk.path + "/data").close()
            #expect(disk.makeReadOnly())

            let existing = expectRefusal(.readOnly) { try Store.open(at: disk.path + "/data") }
            let new = expectRefusal(.readOnly) { try Store.open(at: disk.path + "/other") }

            #expect(existing.contains(disk.path + "/data"))
            #expect(new.contains(disk.path + "/other"))
        }
    }

    @Test func `a store can't be made on a disk without space`() throws {
        try SmallDisk.mounted(megabytes: 1) { disk in
            _ = disk.occupy()

            expectRefusal(.full) { try Store.open(at: disk.path + "/data") }
        }
    }
}

/// What a user without rights over a folder gets.
struct PermissionTests {
    @Test func `a folder that the user may not write to is refused with its path`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/data"
        try Store.open(at: path).close()
        #expect(chmod(path, 0o555) == 0)
        #expect(chmod(path + "/trainyard.lock", 0o444) == 0)

        await #expect(processExitsWith: .success) { [path = path as String] in
            // Root may write everywhere, so the test gives its rights up where it has them.
            if getuid() == 0 { #expect(setgid(65534) == 0 && setuid(65534) == 0) }
            let message = expectRefusal(.readOnly) { try Store.open(at: path) }
            #expect(message.contains(path))
        }
        #expect(chmod(path, 0o755) == 0)
    }
}
