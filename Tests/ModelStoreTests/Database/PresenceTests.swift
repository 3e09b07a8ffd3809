import Foundation
import ModelStore
import Testing

/// A data folder that goes away under an open store.
struct PresenceTests {
    /// All that touches the store, none of which may tell that something is missing or done.
    private func expectUnavailable(_ bench: Bench) {
        let store = bench.store
        expectRefusal(.unavailable) { try store.models.find("m") }
        expectRefusal(.unavailable) { try store.models.find("none") }
        expectRefusal(.unavailable) { try store.models.insert(name: "new", definition: "{}") }
        expectRefusal(.unavailable) { try store.datasets.writer(name: "new") }
        expectRefusal(.unavailable) { try store.datasets.open("d") }
        expectRefusal(.unavailable) { try bench.job() }
        expectRefusal(.unavailable) { try store.probe() }
        expectRefusal(.unavailable) { try store.backup(to: bench.folder.path + ".tar") }
        #expect(!FileManager.default.fileExists(atPath: bench.folder.path + ".tar"))
    }

    private func furnished() throws -> Bench {
        let bench = try Bench()
        try bench.model()
        _ = try bench.dataset("d")
        return bench
    }

    /// The folder itself, and what is open in it.
    @Test(arguments: [
        "", "/trainyard.sqlite", "/trainyard.sqlite-wal", "/trainyard.sqlite-shm", "/datasets", "/checkpoints",
    ])
    func `while a path leads nowhere nothing is accepted or denied, and all goes on when it is back`(
        path: String
    ) throws {
        let bench = try furnished()
        let (here, away) = (bench.folder.path + path, bench.folder.path + "-away")
        #expect(rename(here, away) == 0)

        expectUnavailable(bench)

        #expect(rename(away, here) == 0)
        try bench.store.probe()
        #expect(try bench.store.models.insert(name: "new", definition: "{}").name == "new")
        #expect(try bench.store.datasets.open("d").rows == 4)
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test(arguments: ["/trainyard.sqlite", "/datasets"])
    func `what lies there in its place is not taken for it`(path: String) throws {
        let bench = try furnished()
        let here = bench.folder.path + path
        try FileManager.default.copyItem(atPath: here, toPath: here + "-copy")
        #expect(rename(here, here + "-away") == 0)
        #expect(rename(here + "-copy", here) == 0)

        expectUnavailable(bench)

        #expect(expectRefusal(.unavailable) { try bench.store.models.find("m") }.contains("is not the one"))
    }

    @Test func `an upload and a checkpoint under way when the folder goes are not acknowledged`() throws {
        let bench = try furnished()
        _ = try bench.job()
        let lease = try bench.claim().lease
        let writer = try bench.store.datasets.writer(name: "e")
        try writer.appendInputs([1, 2])
        try writer.appendTargets([3])
        let draft = try bench.store.checkpoints.draft()
        draft.begin("weights")
        #expect(rename(bench.folder.path, bench.folder.path + "-away") == 0)

        expectRefusal(.unavailable) { try writer.finish(.pairs(split: .given)) }
        expectRefusal(.unavailable) { try draft.finish(lease, position: "{}") }

        #expect(rename(bench.folder.path + "-away", bench.folder.path) == 0)
        #expect(try bench.store.datasets.names() == ["d"])
        #expect(try bench.store.checkpoints.newest(of: lease.job) == nil)
    }
}
