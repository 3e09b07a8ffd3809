import SQL

/// The experiments, their trials, and what came of their jobs.
///
/// All that an experiment knows is here, so that what it does next follows from this and nothing else.
public struct ExperimentTable: Sendable {
    let storage: StorePool

    /// Accepts an experiment, and makes the models of its own, in one transaction.
    ///
    /// - Parameter new: What is asked for.
    /// - Returns: The experiment.
    /// - Throws: `.conflict` where its name or that of a model is taken, `.invalid` where a name breaks the name rule.
    public func insert(_ new: NewExperiment) throws(StoreError) -> StoredExperiment {
        try NameRule.check(new.name, of: "experiment")
        for case .own(let name, _) in new.trials.map(\.model) { try NameRule.check(name, of: "model") }
        return try storage.write { database in
            let identifier = try database.insertIfNew(
                sql: """
                    INSERT INTO experiments (name, request, state, dataset_sha256, created_at)
                    VALUES (?, ?, 'running', ?, ?) ON CONFLICT (name) DO NOTHING
                    """,
                arguments: [new.name, new.request, new.datasetSHA256, storage.clock.now().milliseconds]
            )
            guard let identifier else {
                throw StoreError.conflict(
                    "experiment \"\(new.name)\": the name is taken; delete that experiment or choose another name"
                )
            }
            try RowChecksum.experiments.renew(where: "id = ?", arguments: [identifier], in: database)
            for (place, trial) in new.trials.enumerated() {
                try insert(trial, number: place + 1, of: identifier, in: database)
            }
            try RowChecksum.trials.renew(where: "experiment_id = ?", arguments: [identifier], in: database)
            return try Self.find(new.name, in: database)
        }
    }

    private func insert(_ trial: NewTrial, number: Int, of experiment: Int64, in database: any Connection) throws {
        let model: StoredModel
        switch trial.model {
        case .stored(let stored):
            _ = try ModelTable.identifier(of: stored.name, expecting: stored.identifier, in: database)
            model = stored
        case .own(let name, let definition):
            model = try ModelTable(storage: storage).insert(name: name, definition: definition, in: database)
        }
        try database.run(
            sql: """
                INSERT INTO experiment_trials (experiment_id, number, settings, model, model_id) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [experiment, number, trial.values, model.name, model.identifier]
        )
    }

    /// The experiment of that name; throws `.notFound`.
    public func find(_ name: String) throws(StoreError) -> StoredExperiment {
        try storage.read { try Self.find(name, in: $0) }
    }

    /// All experiments, newest first.
    public func list() throws(StoreError) -> [StoredExperiment] {
        try storage.read { database in
            try Row.all(database, sql: "SELECT * FROM experiments ORDER BY id DESC").map(StoredExperiment.init)
        }
    }

    /// The names of all experiments, in order; damaged ones too.
    public func names() throws(StoreError) -> [String] {
        try storage.read { try String.all($0, sql: "SELECT name FROM experiments ORDER BY name") }
    }

    /// The names of those that have not ended, oldest first; damaged ones too.
    public func running() throws(StoreError) -> [String] {
        try storage.read { try String.all($0, sql: "SELECT name FROM experiments WHERE state = 'running' ORDER BY id") }
    }

    /// An experiment with its trials and jobs, as they are at one moment; throws `.notFound`.
    public func snapshot(of name: String) throws(StoreError) -> ExperimentSnapshot {
        try storage.read { database in
            let experiment = try Self.find(name, in: database)
            let trials = try Row.all(
                database,
                sql: "SELECT * FROM experiment_trials WHERE experiment_id = ? ORDER BY number",
                arguments: [experiment.identifier]
            )
            let jobs = try Row.all(database, sql: Self.jobsQuery, arguments: [experiment.identifier])
            return ExperimentSnapshot(
                experiment: experiment,
                trials: try trials.map { try StoredTrial(row: $0, of: name) },
                jobs: try jobs.map { try TrialJob(row: $0, of: name) }
            )
        }
    }

    /// Binds the experiment.
    package static let jobsQuery = """
        SELECT experiment_jobs.*, jobs.state AS job_state,
            CASE WHEN experiment_jobs.state IS NULL THEN \(JobTable.trainedEpochs) END AS job_epochs
        FROM experiment_jobs LEFT JOIN jobs ON jobs.id = experiment_jobs.job_id
        WHERE experiment_jobs.experiment_id = ? ORDER BY trial, rung, repetition, fold
        """

    /// Removes an experiment that has ended; its jobs and models stay.
    ///
    /// - Throws: `.conflict` while it runs, `.notFound`.
    public func delete(_ name: String) throws(StoreError) {
        try storage.write { database in
            // One that is damaged can be removed too.
            let row = try Row.one(database, sql: "SELECT id, state FROM experiments WHERE name = ?", arguments: [name])
            guard let row else { throw Self.missing(name) }
            guard try row.value("state") as String != ExperimentState.running.rawValue else {
                throw StoreError.conflict("experiment \"\(name)\": it is running; cancel it before deleting it")
            }
            try remove(try row.value("id"), in: database)
        }
    }

    /// Removes an experiment; its jobs are no longer of it.
    func remove(_ identifier: Int64, in database: any Connection) throws {
        let name = try String.one(database, sql: "SELECT name FROM experiments WHERE id = ?", arguments: [identifier])
        try JobTable(storage: storage).release(from: name ?? "", in: database)
        try database.run(sql: "DELETE FROM experiments WHERE id = ?", arguments: [identifier])
    }

    static func find(_ name: String, in database: any Connection) throws -> StoredExperiment {
        let row = try Row.one(database, sql: "SELECT * FROM experiments WHERE name = ?", arguments: [name])
        guard let row else { throw missing(name) }
        return try StoredExperiment(row: row)
    }

    private static func missing(_ name: String) -> StoreError {
        .notFound("experiment \(NameRule.quoted(name)): there is none of that name")
    }
}

/// An experiment with its trials and jobs, as they were at one moment.
public struct ExperimentSnapshot: Equatable, Sendable {
    /// The experiment.
    public let experiment: StoredExperiment
    /// Its trials, in their order.
    public let trials: [StoredTrial]
    /// The jobs that it has made so far, trial after trial.
    public let jobs: [TrialJob]
}
