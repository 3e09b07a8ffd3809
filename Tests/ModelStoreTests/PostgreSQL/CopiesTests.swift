import Foundation
import ModelStore
import PrivatePostgreSQL
import Testing

/// What leaves a PostgreSQL in a file comes into any store, and the other way round.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct CopiesTests {
    /// A store with something of every kind in it, on an engine.
    private func filled(on kind: StoreKind) throws -> Bench {
        try StoreKind.$current.withValue(kind) {
            let bench = try Bench()
            try bench.model("m")
            try bench.model("waiting")
            _ = try bench.dataset("d")
            let key = AnswerKey(route: "POST /train", key: "k", body: [1])
            _ = try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}"), once: key) { job in
                StoredAnswer(status: 202, location: nil, body: #"{"id":"\#(job.id)"}"#)
            }
            let claim = try bench.claim()
            try bench.store.jobs.record(
                claim.lease,
                [.epoch(number: 1, metrics: #"{"loss":0.5}"#), .norms(epoch: 1, #"{"a":[1]}"#)]
            )
            try bench.store.checkpoints.keep(claim.lease, epoch: 1)
            _ = try bench.store.jobs.succeed(claim.lease, version: .sample(), metrics: #"{"loss":0.5}"#)
            _ = try bench.store.aliases.set("stable", model: "m", version: 1)
            _ = try bench.store.versions.insert(.sample(), model: "m")
            _ = try bench.job(model: "waiting", dataset: "d", priority: 2)
            let gone = try bench.job()
            _ = try bench.store.jobs.cancel(gone.id)
            try bench.store.jobs.delete(gone.id)
            return bench
        }
    }

    /// Holds what a store that was filled has against what another one has.
    private func expectSame(_ store: Store, _ original: Store) throws {
        #expect(try store.models.list() == original.models.list())
        #expect(try store.versions.list(model: "m") == original.versions.list(model: "m"))
        #expect(try store.versions.weights(model: "m", number: 1) == original.versions.weights(model: "m", number: 1))
        #expect(try store.aliases.list(model: "m") == original.aliases.list(model: "m"))
        #expect(try store.jobs.list().jobs == original.jobs.list().jobs)
        for job in try original.jobs.list().jobs {
            #expect(try store.jobs.events(of: job.id) == original.jobs.events(of: job.id))
            #expect(try store.jobs.epochs(of: job.id) == original.jobs.epochs(of: job.id))
            #expect(try store.jobs.norms(of: job.id, limit: 9) == original.jobs.norms(of: job.id, limit: 9))
            #expect(try store.checkpoints.keptEpochs(of: job.id) == original.checkpoints.keptEpochs(of: job.id))
        }
        let kept = KeptEpoch(job: try #require(try original.jobs.list().jobs.last).id, epoch: 1)
        #expect(
            try store.versions.loaded(model: "m", .kept(kept)).weights
                == original.versions.loaded(model: "m", .kept(kept)).weights
        )
        #expect(try store.datasets.list() == original.datasets.list())
        #expect(try store.datasets.open("d").inputs(row: 3) == [6, 7])
        #expect(try store.answers.find(AnswerKey(route: "POST /train", key: "k", body: [1])) != nil)
        #expect(try store.check().findings.isEmpty)
        // Ids are not given again, not those of what was removed before either.
        let next = try store.jobs.enqueue(NewJob(model: "m", request: "{}"))
        #expect(try original.jobs.list().jobs.allSatisfy { $0.id.number + 1 < next.id.number })
        // Whose turn it is, is known.
        #expect(try store.jobs.claim(by: "w")?.job.model == "waiting")
    }

    @Test(arguments: [(StoreKind.postgresql, StoreKind.sqlite), (.sqlite, .postgresql), (.postgresql, .postgresql)])
    func `a backup on one engine restores on another with all that it holds`(from: StoreKind, to: StoreKind) throws {
        let bench = try filled(on: from)
        let folder = try ScratchFolder()
        let file = folder.path + "/backup.tar"

        try bench.store.backup(to: file)
        let restored: Store
        if to == .sqlite {
            _ = try Store.restore(file, to: folder.path + "/new")
            restored = try Store.open(at: folder.path + "/new", clock: bench.clock.clock)
        } else {
            let address = try StoreAddress(PrivateServer.shared.get().newPlace())
            let report = try Store.restore(file, to: address, cache: folder.path + "/copies")
            #expect(report.versions == 2 && report.datasets == 1 && report.checkpoints == 1)
            expectRefusal(.conflict) { try Store.restore(file, to: address, cache: folder.path + "/copies") }
            restored = try Store.open(on: address, cache: folder.path + "/others", clock: bench.clock.clock)
        }

        try expectSame(restored, bench.store)
    }

    @Test(arguments: [(StoreKind.postgresql, StoreKind.sqlite), (.sqlite, .postgresql)])
    func `a model that one engine exports another one takes in`(from: StoreKind, to: StoreKind) throws {
        let bench = try filled(on: from)
        let file = try ScratchFolder().path + "/model"
        let other = try filled(on: to)

        try bench.store.exportModel("m", to: file)
        expectRefusal(.conflict) { try other.store.importModel(from: file) }
        let model = try other.store.importModel(from: file, as: "taken")

        #expect(model.newestVersion == 2)
        let (taken, original) = (other.store.versions, bench.store.versions)
        #expect(try taken.weights(model: "taken", number: 1) == original.weights(model: "m", number: 1))
        #expect(try other.store.aliases.list(model: "taken").map(\.version) == [1])
        let job = try #require(try taken.find(model: "taken", number: 1).job)
        #expect(try other.store.jobs.epochs(of: job).map(\.metrics) == [#"{"loss":0.5}"#])
        #expect(try other.store.check().findings.isEmpty)
        _ = try other.store.versions.insert(.sample(7), model: "taken")
    }
}
