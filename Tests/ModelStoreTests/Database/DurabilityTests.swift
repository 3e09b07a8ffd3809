import ModelStore
import Testing

/// What SQLite says of the connection that a store writes with, in each way that there is to open one.
struct DurabilityTests {
    /// `PRAGMA synchronous`: 2 is FULL, with which a commit returns when the log is on the disk.
    private func expectFull(_ store: Store) throws { #expect(try store.commitsWaitForDisk()) }

    @Test func `a new store, one that was there, and a second one on the same folder wait for the disk`() throws {
        let bench = try Bench()
        try expectFull(bench.store)
        try expectFull(bench.another())
        try bench.store.close()

        try expectFull(bench.another())
    }

    @Test(arguments: ["v1", "v2"])
    func `a store of an older schema waits for the disk`(fixture: String) throws {
        let folder = try ScratchFolder()

        try expectFull(MigrationTests.store(from: fixture, in: folder.path))
    }

    @Test func `a restored store waits for the disk, and so does one after an import, a backup and a round of space`()
        throws
    {
        let bench = try Bench()
        try bench.model()
        try bench.store.exportModel("m", to: bench.folder.path + "/m.model")
        _ = try bench.store.importModel(from: bench.folder.path + "/m.model", as: "n")
        try bench.store.backup(to: bench.folder.path + "/copy.tar")
        _ = try bench.store.reclaimSpace()
        try expectFull(bench.store)
        let target = try ScratchFolder().path + "/restored"

        _ = try Store.restore(bench.folder.path + "/copy.tar", to: target)

        try expectFull(Store.open(at: target))
    }
}
