import GRDB
import ModelStore
import Testing

@Suite(.onEachEngine) struct EvaluationTableTests {
    /// A store with a model of one version, and which that is.
    private func furnished() throws -> (Bench, VersionIdentity) {
        let bench = try Bench()
        try bench.model()
        _ = try bench.store.versions.insert(.sample(), model: "m")
        return (bench, try bench.store.versions.identity(of: 1, model: "m"))
    }

    @Test func `evaluations of a version stay, newest first, and go with it`() throws {
        let (bench, version) = try furnished()
        let initial = VersionIdentity(model: version.model, number: 0)

        try bench.store.evaluations.keep(#"{"rows":1}"#, of: version)
        bench.clock.advance(milliseconds: 10)
        try bench.store.evaluations.keep(#"{"rows":2}"#, of: version)
        try bench.store.evaluations.keep(#"{"rows":3}"#, of: initial)

        let again = try bench.another()
        let kept = try again.evaluations.list(model: "m", version: 1)
        #expect(kept.map(\.summary) == [#"{"rows":2}"#, #"{"rows":1}"#])
        #expect(kept[0].createdAt.milliseconds - kept[1].createdAt.milliseconds == 10)
        #expect(try again.evaluations.list(model: "m", version: 0).map(\.summary) == [#"{"rows":3}"#])
        expectRefusal(.notFound) { try again.evaluations.list(model: "m", version: 2) }
        expectRefusal(.notFound) { try again.evaluations.list(model: "n", version: 0) }
        try again.versions.delete(model: "m", number: 1)
        #expect(try bench.count("evaluations") == 1)
        expectRefusal(.notFound) { try again.evaluations.keep("{}", of: version) }
        try again.models.delete("m")
        #expect(try bench.count("evaluations") == 0)
    }

    @Test func `only the newest of a version are kept`() throws {
        let (bench, version) = try furnished()
        for number in 1...EvaluationTable.limit + 3 {
            try bench.store.evaluations.keep(#"{"rows":\#(number)}"#, of: version)
        }
        let kept = try bench.store.evaluations.list(model: "m", version: 1)
        #expect(kept.count == EvaluationTable.limit)
        #expect(kept.last?.summary == #"{"rows":4}"#)
        #expect(try bench.count("evaluations") == EvaluationTable.limit)
    }

    @Test func `a job that evaluates ends with its answer, and makes no version`() throws {
        let (bench, version) = try furnished()
        let new = NewJob(kind: .evaluation, model: "m", initialVersion: 1, request: #"{"part":"test"}"#)
        let id = try bench.store.jobs.enqueue(new).id
        let claim = try bench.claim()
        #expect(claim.job.kind == .evaluation)
        // It needs the version as long as it has not ended.
        expectRefusal(.conflict) { try bench.store.versions.delete(model: "m", number: 1) }

        let job = try bench.store.jobs.succeed(
            claim.lease,
            evaluation: #"{"model":"m","rows":7}"#,
            metrics: #"{"loss":1}"#,
            progress: #"{"step":1}"#,
            keeping: #"{"model":"m"}"#,
            of: version
        )

        #expect((job.state, job.version, job.weightsSHA256) == (.succeeded, 1, nil))
        #expect(try bench.store.evaluations.answer(of: id) == #"{"model":"m","rows":7}"#)
        #expect(try bench.store.models.find("m").newestVersion == 1)
        #expect(try bench.store.evaluations.list(model: "m", version: 1).count == 1)
        #expect(try bench.states(of: id) == ["queued", "running", "succeeded"])
        try bench.store.jobs.delete(id)
        #expect(try bench.count("job_evaluations") == 0)
        #expect(try bench.store.evaluations.list(model: "m", version: 1).count == 1)
    }

    @Test func `another worker's end of an evaluation is refused whole`() throws {
        let (bench, version) = try furnished()
        _ = try bench.store.jobs.enqueue(NewJob(kind: .evaluation, model: "m", initialVersion: 1, request: "{}"))
        let claim = try bench.claim()
        try bench.store.jobs.release(claim.lease)
        _ = try bench.claim(by: "w2")

        expectRefusal(.leaseLost) {
            try bench.store.jobs.succeed(
                claim.lease,
                evaluation: "{}",
                metrics: "{}",
                progress: "{}",
                keeping: "{}",
                of: version
            )
        }

        #expect(try bench.count("evaluations") == 0 && bench.count("job_evaluations") == 0)
    }

    @Test(.onSQLite) func `an exported model takes its evaluations along`() throws {
        let (bench, version) = try furnished()
        try bench.store.evaluations.keep(#"{"model":"m","rows":1}"#, of: version)
        let id = try bench.store.jobs.enqueue(
            NewJob(kind: .evaluation, model: "m", initialVersion: 1, request: "{}")
        ).id
        _ = try bench.store.jobs.succeed(
            bench.claim().lease,
            evaluation: #"{"model":"m","rows":7}"#,
            metrics: "{}",
            progress: "{}",
            keeping: #"{"model":"m","rows":7}"#,
            of: version
        )
        let file = bench.folder.path + "/m.trainyard"
        try bench.store.exportModel("m", to: file)
        let target = try Bench()
        try target.model("other")
        _ = try target.job(model: "other")
        _ = try target.store.importModel(from: file, as: "n")

        let kept = try target.store.evaluations.list(model: "n", version: 1)
        #expect(kept.map(\.summary) == [#"{"model":"n","rows":7}"#, #"{"model":"n","rows":1}"#])
        let job = try #require(try target.store.jobs.list(JobFilter(model: "n")).jobs.first)
        #expect(job.id != id && job.kind == .evaluation)
        #expect(try target.store.evaluations.answer(of: job.id) == #"{"model":"n","rows":7}"#)
        #expect(try target.store.check().findings.isEmpty)
    }

    @Test(.onSQLite) func `a damaged evaluation is told and can be removed`() throws {
        let (bench, version) = try furnished()
        try bench.store.evaluations.keep(#"{"rows":1}"#, of: version)
        try bench.raw { try $0.execute(sql: #"UPDATE evaluations SET summary = '{"rows":2}'"#) }

        expectRefusal(.corrupt) { try bench.store.evaluations.list(model: "m", version: 1) }
        let texts = try bench.store.check(repairing: true).findings.map(\.text)
        #expect(texts.contains { $0.hasPrefix(#"an evaluation of version 1 of "m": "#) })
        #expect(try bench.store.evaluations.list(model: "m", version: 1).isEmpty)
    }
}
