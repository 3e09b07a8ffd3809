import Foundation
import GRDB
import ModelStore
import Testing

/// Epochs that stay with their job, as versions and for jobs that go on from them.
@Suite(.onEachEngine) struct KeptEpochTests {
    /// A running job of model `m` that has kept epochs.
    private func furnished(_ epochs: ClosedRange<Int>, newest: Int? = nil) throws -> (Bench, Lease) {
        let bench = try Bench()
        try bench.model()
        _ = try bench.job()
        let lease = try bench.claim().lease
        for epoch in epochs {
            try bench.store.jobs.record(lease, [.epoch(number: epoch, metrics: #"{"epoch":\#(epoch)}"#)])
            try bench.store.checkpoints.keep(lease, epoch: epoch, newest: newest)
        }
        return (bench, lease)
    }

    private func succeed(_ bench: Bench, _ lease: Lease) throws -> Job {
        try bench.store.jobs.succeed(lease, version: .sample(3), metrics: "{}")
    }

    @Test(arguments: [
        "job:17@3": true, "job:17@0": false, "job:0@3": false, "job:17@03": false, "job:17": false, "17@3": false,
    ])
    func `an epoch is named by job and number`(text: String, isName: Bool) {
        #expect(KeptEpoch(text) == (isName ? KeptEpoch(job: JobID(number: 17), epoch: 3) : nil))
        #expect(KeptEpoch(text)?.description == (isName ? text : nil))
    }

    @Test func `a kept epoch is a version of the model, also after the end of its job`() throws {
        let (bench, lease) = try furnished(1...3)
        let ended = try succeed(bench, lease)
        let store = try bench.another()

        #expect(try store.checkpoints.keptEpochs(of: ended.id) == [1, 2, 3])
        let name = VersionName.kept(KeptEpoch(job: ended.id, epoch: 2))
        let loaded = try store.versions.loaded(model: "m", name)
        #expect(loaded.weights == NewVersion.sample(2).weights)
        #expect(loaded.identity == (try store.versions.identity(of: KeptEpoch(job: ended.id, epoch: 2), model: "m")))
        let version = try store.versions.find(model: "m", name)
        #expect(version == loaded.version)
        #expect((version.metrics, version.front, version.job) == (#"{"loss":2}"#, #"{"words":["a"]}"#, ended.id))
        #expect((version.parent, version.datasetFingerprint, version.bytes) == (0, "ab", 36))
        #expect(version.weightsSHA256 == VersionTable.weightsSHA256(NewVersion.sample(2).weights))
        #expect(try store.check().isClean)
    }

    @Test func `an epoch that is not kept is refused with those that are`() throws {
        let (bench, lease) = try furnished(1...4, newest: 2)
        try bench.model("other")
        func find(_ job: Int64, _ epoch: Int, model: String = "m") throws -> ModelVersion {
            let kept = KeptEpoch(job: JobID(number: job), epoch: epoch)
            return try bench.store.versions.find(model: model, .kept(kept))
        }

        #expect(try bench.store.checkpoints.keptEpochs(of: lease.job) == [3, 4])
        #expect(expectRefusal(.notFound) { try find(1, 2) }.contains("epoch 2 of job 1 is not kept; kept are 3, 4"))
        expectRefusal(.notFound) { try find(2, 1) }
        #expect(expectRefusal(.notFound) { try find(1, 3, model: "other") }.contains(#"is one of "m", not of "other""#))
        let bare = try bench.job()
        #expect(expectRefusal(.notFound) { try find(bare.id.number, 1) }.contains("keep_epochs"))
    }

    @Test(.onSQLite)
    func `an epoch that is come to again takes the place of the one before, and is what the job goes on from`()
        throws
    {
        let (bench, lease) = try furnished(1...2)
        try bench.store.checkpoints.save(lease, position: "{}", parts: CheckpointTests.parts(1))

        try bench.store.checkpoints.keep(lease, epoch: 2)

        #expect(try bench.store.checkpoints.keptEpochs(of: lease.job) == [1, 2])
        #expect(try bench.store.checkpoints.newest(of: lease.job)?.epoch == 2)
        _ = try bench.store.jobs.finishCancel(lease)
        #expect(try bench.store.checkpoints.keptEpochs(of: lease.job) == [1, 2])
        #expect(bench.folder.files(in: "checkpoints").count == 2)
    }

    @Test(.onSQLite) func `what is kept goes with the job, with its model, and with the rule for old jobs`() throws {
        for way in 0..<3 {
            let (bench, lease) = try furnished(1...2)
            _ = try succeed(bench, lease)

            switch way {
            case 0: try bench.store.jobs.delete(lease.job)
            case 1: try bench.store.models.delete("m")
            default:
                bench.clock.advance(milliseconds: 10)
                var rules = RetentionRules()
                rules.finishedJobsForMilliseconds = 1
                #expect(try bench.store.applyRetention(rules).jobs == 1)
            }

            #expect(try bench.count("checkpoints") == 0)
            #expect(bench.folder.files(in: "checkpoints").isEmpty)
            #expect(try bench.store.check().isClean)
        }
    }

    @Test(.onSQLite) func `a fork goes on from a kept epoch, with its history, also once its origin is deleted`() throws
    {
        let (bench, lease) = try furnished(1...3)
        _ = try succeed(bench, lease)

        let fork = try bench.store.jobs.fork(lease.job, epoch: 2, job: NewJob(model: "m", request: "{}"))
        try bench.store.jobs.delete(lease.job)

        #expect(fork.forkedFrom == KeptEpoch(job: lease.job, epoch: 2))
        #expect(try bench.store.jobs.epochs(of: fork.id).map(\.number) == [1, 2])
        #expect(try bench.store.checkpoints.keptEpochs(of: fork.id) == [])
        try bench.store.checkpoints.sweepOrphans()
        let begun = try #require(try bench.another().checkpoints.newest(of: fork.id))
        #expect((begun.epoch, begun.position) == (0, #"{"epoch":2}"#))
        #expect(begun.parts.first?.name == "session")
        #expect(try bench.store.check().isClean)
        let claim = try bench.claim()
        _ = try succeed(bench, claim.lease)
        // What it began with stays, so that it can be repeated.
        #expect(bench.folder.files(in: "checkpoints").count == 1)
        try bench.store.jobs.delete(fork.id)
        #expect(bench.folder.files(in: "checkpoints").isEmpty)
    }

    @Test(.onSQLite)
    func `a fork without an epoch goes on from the newest, and one of no kept epoch is refused and leaves nothing`()
        throws
    {
        let (bench, lease) = try furnished(1...3)
        let bare = try bench.job()
        let files = bench.folder.files(in: "checkpoints")

        #expect(try bench.store.jobs.fork(lease.job, job: NewJob(model: "m", request: "{}")).forkedFrom?.epoch == 3)
        expectRefusal(.notFound) {
            try bench.store.jobs.fork(lease.job, epoch: 4, job: NewJob(model: "m", request: "{}"))
        }
        expectRefusal(.notFound) { try bench.store.jobs.fork(bare.id, job: NewJob(model: "m", request: "{}")) }
        expectRefusal(.notFound) { try bench.store.jobs.fork(lease.job, job: NewJob(model: "gone", request: "{}")) }

        #expect(bench.folder.files(in: "checkpoints").count == files.count + 1)
    }

    @Test(.onSQLite) func `a repeated key makes one fork and one file`() throws {
        let (bench, lease) = try furnished(1...1)
        let key = AnswerKey(route: "POST /jobs/1/fork", key: "k", body: [1])
        let new = NewJob(model: "m", request: "{}", beginning: .fork(KeptEpoch(job: lease.job, epoch: 1)))

        let answers = try (0..<2).map { _ in
            try bench.store.jobs.enqueue(new, once: key) { StoredAnswer(status: 202, body: "\($0.id)") }
        }

        #expect(answers[0].body == answers[1].body)
        #expect(bench.folder.files(in: "checkpoints").count == 2)
    }

    @Test func `a job that starts from the weights of an epoch has them, and they are no checkpoint of its own`() throws
    {
        let (bench, lease) = try furnished(1...2)
        _ = try succeed(bench, lease)
        let kept = KeptEpoch(job: lease.job, epoch: 1)

        let job = try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}", beginning: .weights(kept)))
        try bench.store.jobs.delete(lease.job)

        #expect(job.initialEpoch == kept)
        #expect(try bench.store.checkpoints.newest(of: job.id) == nil)
        let own = VersionName.kept(KeptEpoch(job: job.id, epoch: 0))
        #expect(try bench.store.versions.loaded(model: "m", own).weights == NewVersion.sample(1).weights)
        #expect(try bench.store.jobs.epochs(of: job.id).isEmpty)
    }

    @Test func `a replay tells whether it came to the same weights, and makes no version`() throws {
        for (seed, isIdentical): (Float, Bool) in [(3, true), (4, false)] {
            let (bench, lease) = try furnished(1...1)
            expectRefusal(.conflict) {
                try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}", beginning: .replay(lease.job)))
            }
            let ended = try succeed(bench, lease)
            let replay = try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}", beginning: .replay(ended.id)))
            #expect((replay.replayOf, replay.isIdentical) == (ended.id, nil))
            expectRefusal(.conflict) { try bench.store.jobs.delete(ended.id) }

            let digest = VersionTable.weightsSHA256(NewVersion.sample(seed).weights)
            let claim = try bench.claim()
            let done = try bench.store.jobs.succeed(claim.lease, replayedTo: digest, progress: "{}", metrics: "{}")

            #expect((done.state, done.isIdentical, done.weightsSHA256) == (.succeeded, isIdentical, digest))
            #expect(try bench.store.models.find("m").newestVersion == 1)
            try bench.store.jobs.delete(ended.id)
            #expect(try bench.store.jobs.find(replay.id).replayOf == ended.id)
            #expect(try bench.store.check().isClean)
        }
    }

    @Test func `a replay of a fork begins where the fork began`() throws {
        let (bench, lease) = try furnished(1...2)
        let fork = try bench.store.jobs.fork(lease.job, epoch: 1, job: NewJob(model: "m", request: "{}"))
        _ = try bench.store.jobs.finishCancel(lease)
        try bench.store.jobs.delete(lease.job)
        _ = try succeed(bench, bench.claim().lease)

        let replay = try bench.store.jobs.enqueue(NewJob(model: "m", request: "{}", beginning: .replay(fork.id)))

        #expect(replay.forkedFrom == KeptEpoch(job: lease.job, epoch: 1))
        #expect(try bench.store.checkpoints.newest(of: replay.id)?.position == #"{"epoch":1}"#)
        #expect(try bench.store.jobs.epochs(of: replay.id).map(\.number) == [1])
    }

    @Test(.onSQLite) func `damage to what is kept is told, and a repair removes it`() throws {
        let (bench, lease) = try furnished(1...1)
        _ = try succeed(bench, lease)
        try bench.damageNewestCheckpoint()
        let name = VersionName.kept(KeptEpoch(job: lease.job, epoch: 1))

        #expect(expectRefusal(.corrupt) { try bench.store.versions.loaded(model: "m", name) }.hasPrefix("job:1@1: "))
        #expect(try !bench.store.check().isClean)
        _ = try bench.store.check(repairing: true)
        #expect(try bench.store.check().isClean)
        expectRefusal(.notFound) { try bench.store.versions.loaded(model: "m", name) }
    }

    @Test(.onSQLite) func `backups hold what is kept, and an exported model its jobs without it`() throws {
        let (bench, lease) = try furnished(1...2)
        let fork = try bench.store.jobs.fork(lease.job, epoch: 2, job: NewJob(model: "m", request: "{}"))
        _ = try succeed(bench, lease)
        _ = try bench.store.jobs.cancel(fork.id)
        let (backup, file) = (bench.folder.path + "/b.tar", bench.folder.path + "/m.trainyard")

        try bench.store.backup(to: backup)
        try bench.store.exportModel("m", to: file)

        let restored = bench.folder.path + "/restored"
        #expect(try Store.restore(backup, to: restored).checkpoints == 3)
        let name = VersionName.kept(KeptEpoch(job: lease.job, epoch: 2))
        let store = try Store.open(at: restored)
        #expect(try store.versions.loaded(model: "m", name).weights == NewVersion.sample(2).weights)
        let target = try Bench()
        try target.model("other")
        _ = try target.job(model: "other")
        _ = try target.store.importModel(from: file)
        let jobs = try target.store.jobs.list(JobFilter(model: "m")).jobs
        let origin = try #require(jobs.last).id
        #expect(jobs.first?.forkedFrom == KeptEpoch(job: origin, epoch: 2))
        #expect(try target.store.checkpoints.keptEpochs(of: origin).isEmpty)
        #expect(try target.store.check().isClean)
    }

    @Test(.onSQLite) func `what was found of a job that diverged stays with it`() throws {
        let (bench, lease) = try furnished(1...1)
        #expect(try bench.store.jobs.postmortem(of: lease.job) == nil)

        let job = try bench.store.jobs.fail(lease, error: #"{"detail":"x"}"#, postmortem: #"{"epoch":1}"#)

        #expect((job.state, job.error) == (.failed, #"{"detail":"x"}"#))
        #expect(try bench.store.jobs.postmortem(of: job.id) == #"{"epoch":1}"#)
        try bench.raw { try $0.execute(sql: "UPDATE job_postmortems SET postmortem = '{}'") }
        expectRefusal(.corrupt) { try bench.store.jobs.postmortem(of: job.id) }
        _ = try bench.store.check(repairing: true)
        #expect(try bench.store.check().isClean)
        try bench.store.jobs.delete(job.id)
        #expect(try bench.count("job_postmortems") == 0)
    }
}
