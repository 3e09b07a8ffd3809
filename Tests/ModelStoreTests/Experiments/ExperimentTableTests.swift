import GRDB
import ModelStore
import Synchronization
import Testing

/// What the store keeps of experiments, their trials and jobs.
@Suite(.onEachEngine) struct ExperimentTableTests {
    private static func new(_ name: String = "e", _ trials: [NewTrial]) -> NewExperiment {
        NewExperiment(name: name, request: #"{"search":"grid"}"#, datasetSHA256: "d", trials: trials)
    }

    /// A store with an experiment of two trials: one of a model that is there, one of a model of its own.
    private static func furnished() throws -> Bench {
        let bench = try Bench()
        let model = try bench.model()
        _ = try bench.store.experiments.insert(
            new(
                "e",
                [
                    NewTrial(values: #"{"/a":1}"#, model: .stored(model)),
                    NewTrial(values: #"{"/a":2}"#, model: .own(name: "e-2", definition: #"{"layers":[]}"#)),
                ]
            )
        )
        return bench
    }

    private static func place(_ trial: Int, fold: Int = 0) -> TrialPlace {
        TrialPlace(trial: trial, rung: 0, repetition: 1, fold: fold)
    }

    private static func enqueue(_ bench: Bench, _ place: TrialPlace, model: String = "m") throws -> Job {
        let experiment = try bench.store.experiments.find("e").identifier
        let own = NewTrialJob(experiment: experiment, place: place)
        return try bench.store.jobs.enqueue(NewJob(model: model, request: "{}", experiment: own))
    }

    @Test func `an experiment is made with its models, or not at all`() throws {
        let bench = try Self.furnished()

        let found = try bench.another().experiments.snapshot(of: "e")
        #expect(found.experiment.state == .running && found.experiment.datasetSHA256 == "d")
        #expect(found.trials.map(\.model) == ["m", "e-2"] && found.trials.map(\.number) == [1, 2])
        #expect(found.trials.map(\.values) == [#"{"/a":1}"#, #"{"/a":2}"#] && found.jobs.isEmpty)
        #expect(try bench.store.models.find("e-2").identifier == found.trials[1].modelIdentifier)
        #expect(try bench.store.experiments.list().map(\.name) == ["e"])
        let own = [3, 2].map { NewTrial(values: "{}", model: .own(name: "e-\($0)", definition: "{}")) }
        expectRefusal(.conflict) { try bench.store.experiments.insert(Self.new("f", own)) }
        expectRefusal(.conflict) { try bench.store.experiments.insert(Self.new("e", [])) }
        expectRefusal(.invalid) { try bench.store.experiments.insert(Self.new("a b", [])) }
        expectRefusal(.notFound) { try bench.store.experiments.find("f") }
        #expect(try bench.store.models.names() == ["e-2", "m"])
        #expect(try bench.count("experiment_trials") == 2)
    }

    @Test func `an experiment has each job once`() throws {
        let bench = try Self.furnished()

        let job = try Self.enqueue(bench, Self.place(1, fold: 2))
        #expect(job.experiment == "e")
        expectRefusal(.conflict) { try Self.enqueue(bench, Self.place(1, fold: 2)) }
        let other = try Self.enqueue(bench, Self.place(1, fold: 1))
        _ = try bench.job()

        #expect(try bench.store.jobs.list(JobFilter(experiment: "e")).jobs.map(\.id) == [other.id, job.id])
        #expect(try bench.store.jobs.list().jobs.map(\.experiment) == [nil, "e", "e"])
        let jobs = try bench.store.experiments.snapshot(of: "e").jobs
        #expect(jobs.map(\.job) == [other.id, job.id] && jobs.map(\.place.fold) == [1, 2])
        #expect(jobs.map(\.state) == [.queued, .queued])
    }

    @Test func `what came of a job stays with the experiment when the job goes`() throws {
        let bench = try Self.furnished()
        let told = Mutex<[String]>([])
        bench.store.experiments.observe { name in told.withLock { $0.append(name) } }
        let job = try Self.enqueue(bench, Self.place(1))
        let lease = try bench.claim().lease
        try bench.store.jobs.record(lease, [.epoch(number: 1, metrics: "{}"), .epoch(number: 2, metrics: "{}")])
        #expect(try bench.store.experiments.snapshot(of: "e").jobs.map(\.epochs) == [2])
        #expect(told.withLock { $0 }.isEmpty)

        _ = try bench.store.jobs.succeed(lease, version: .sample(), metrics: #"{"val_loss":0.5}"#)
        #expect(told.withLock { $0 } == ["e"])
        try bench.store.jobs.delete(job.id)

        let kept = try #require(try bench.store.experiments.snapshot(of: "e").jobs.first)
        #expect(kept.state == .succeeded && kept.metrics == #"{"val_loss":0.5}"# && kept.epochs == 2)
        expectRefusal(.conflict) { try Self.enqueue(bench, Self.place(1)) }
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `the end of an experiment is that of its jobs, which outlive it`() throws {
        let bench = try Self.furnished()
        let running = try Self.enqueue(bench, Self.place(1))
        let lease = try bench.claim().lease
        let queued = try Self.enqueue(bench, Self.place(2), model: "e-2")
        expectRefusal(.conflict) { try bench.store.experiments.delete("e") }

        let ended = try bench.store.experiments.end("e", as: .cancelled, error: #"{"detail":"x"}"#)
        #expect(ended.state == .cancelled && ended.finishedAt != nil && ended.error == #"{"detail":"x"}"#)
        #expect(try bench.store.jobs.find(queued.id).state == .cancelled)
        #expect(try bench.renewed(lease) == .cancel)
        expectRefusal(.conflict) { try bench.store.experiments.end("e", as: .succeeded) }
        expectRefusal(.conflict) { try Self.enqueue(bench, Self.place(1, fold: 1)) }
        _ = try bench.store.jobs.finishCancel(lease)
        #expect(try bench.store.experiments.snapshot(of: "e").jobs.map(\.state) == [.cancelled, .cancelled])

        try bench.store.experiments.delete("e")
        #expect(try bench.store.jobs.find(running.id).experiment == nil)
        #expect(try bench.store.models.names() == ["e-2", "m"])
        for table in ["experiments", "experiment_trials", "experiment_jobs"] { #expect(try bench.count(table) == 0) }
        expectRefusal(.notFound) { try bench.store.experiments.delete("e") }
        #expect(try bench.store.check().findings.isEmpty)
    }

    @Test func `a trial of which no job can be made says why, once`() throws {
        let bench = try Self.furnished()
        try bench.store.experiments.fail(trial: 2, of: "e", error: #"{"detail":"first"}"#)
        try bench.store.experiments.fail(trial: 2, of: "e", error: #"{"detail":"second"}"#)
        let trials = try bench.store.experiments.snapshot(of: "e").trials
        #expect(trials.map(\.error) == [nil, #"{"detail":"first"}"#])
    }

    @Test(
        .onSQLite,
        arguments: [
            ("UPDATE experiments SET request = '{}'", #"experiment "e": "#),
            ("UPDATE experiment_trials SET settings = '{}' WHERE number = 1", #"trial 1 of experiment "e": "#),
            ("UPDATE experiment_jobs SET metrics = '{\"val_loss\":9}'", #"a job of trial 1 of experiment "e": "#),
        ]
    )
    func `a damaged row is told, and a repair removes the experiment alone`(change: String, text: String) throws {
        let bench = try Self.furnished()
        let job = try Self.enqueue(bench, Self.place(1))
        _ = try bench.store.jobs.succeed(bench.claim().lease, version: .sample(), metrics: #"{"val_loss":1}"#)
        try bench.raw { try $0.execute(sql: change) }

        expectRefusal(.corrupt) { try bench.store.experiments.snapshot(of: "e") }
        #expect(try bench.store.check().findings.map(\.text).contains { $0.hasPrefix(text) })
        _ = try bench.store.check(repairing: true)
        #expect(try bench.store.check().findings.isEmpty)
        expectRefusal(.notFound) { try bench.store.experiments.find("e") }
        #expect(try bench.store.jobs.find(job.id).experiment == nil)
    }
}
