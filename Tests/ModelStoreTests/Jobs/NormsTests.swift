import GRDB
import ModelStore
import Testing

@Suite(.onEachEngine) struct NormsTests {
    private static func norms(_ epoch: Int) -> String { #"{"tensors":["d/kernel"],"gradient":[\#(epoch)]}"# }

    /// A running job that has taken the norms of some epochs.
    private func furnished(_ epochs: ClosedRange<Int>) throws -> (Bench, Lease) {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let lease = try bench.claim().lease
        let records = epochs.flatMap { epoch in
            [
                RunRecord.epoch(number: epoch, metrics: #"{"epoch":\#(epoch)}"#),
                .norms(epoch: epoch, Self.norms(epoch)),
            ]
        }
        try bench.store.jobs.record(lease, records)
        return (bench, lease)
    }

    @Test func `norms stay with their epoch, and an epoch that is run again replaces them`() throws {
        let (bench, lease) = try furnished(1...3)

        try bench.store.jobs.record(lease, [.norms(epoch: 2, Self.norms(7))])

        let found = try bench.store.jobs.norms(of: lease.job, limit: 4)
        #expect(found.map(\.number) == [1, 2, 3])
        #expect(found.map(\.norms) == [1, 7, 3].map(Self.norms))
        let other = try bench.job().id
        #expect(try bench.store.jobs.norms(of: other, limit: 4).isEmpty)
        expectRefusal(.notFound) { try bench.store.jobs.norms(of: JobID(number: 99), limit: 4) }
    }

    @Test func `of many epochs some are read, evenly from the first to the last`() throws {
        let (bench, lease) = try furnished(1...10)

        func epochs(_ limit: Int) throws -> [Int] {
            try bench.store.jobs.norms(of: lease.job, limit: limit).map(\.number)
        }

        #expect(try epochs(10) == Array(1...10))
        #expect(try epochs(4) == [1, 4, 7, 10])
        #expect(try epochs(9) == [1, 2, 3, 4, 5, 6, 7, 8, 10])
        #expect(try epochs(2) == [1, 10])
    }

    @Test(.onSQLite) func `damaged norms are refused, named by a check, and removed by a repair`() throws {
        let (bench, lease) = try furnished(1...2)
        try bench.raw { try $0.execute(sql: "UPDATE epoch_norms SET norms = '{}' WHERE number = 1") }

        expectRefusal(.corrupt) { try bench.store.jobs.norms(of: lease.job, limit: 4) }
        let found = try bench.store.check(repairing: true).findings.map(\.text)
        #expect(found.contains { $0.hasPrefix("the norms of epoch 1 of job 1: ") })
        #expect(try bench.store.check().isClean)
        #expect(try bench.store.jobs.norms(of: lease.job, limit: 4).map(\.number) == [2])
    }

    @Test(.onSQLite) func `norms go into an export, and away with their job`() throws {
        let (bench, lease) = try furnished(1...2)
        let job = try bench.store.jobs.succeed(lease, version: .sample(), metrics: "{}").id
        let file = bench.folder.path + "/m.trainyard"

        try bench.store.exportModel("m", to: file)
        let target = try Bench()
        try target.model("other")
        _ = try target.job(model: "other")
        _ = try target.store.importModel(from: file)

        let copied = try #require(try target.store.jobs.list(JobFilter(model: "m")).jobs.first).id
        #expect(copied != job)
        #expect(try target.store.jobs.norms(of: copied, limit: 4).map(\.norms) == [1, 2].map(Self.norms))
        #expect(try target.store.check().isClean)
        try bench.store.jobs.delete(job)
        #expect(try bench.count("epoch_norms") == 0)
    }
}
