import SQL

/// What jobs are to experiments.
extension JobTable {
    /// How many epochs a job of the table `jobs` has trained itself, in SQL.
    static let trainedEpochs = """
        ((SELECT count(*) FROM epochs WHERE epochs.job_id = jobs.id) - coalesce(jobs.forked_epoch, 0))
        """

    /// The name of the experiment that a new job is of, which has to be running and to have no such job yet.
    func experiment(of new: NewTrialJob?, in database: any Connection) throws -> String? {
        guard let new else { return nil }
        let row = try Row.one(
            database,
            sql: "SELECT name, state FROM experiments WHERE id = ?",
            arguments: [new.experiment]
        )
        guard let row else { throw StoreError.notFound("the experiment of the job has been deleted") }
        let (name, state): (String, String) = (try row.value("name"), try row.value("state"))
        guard state == ExperimentState.running.rawValue else {
            throw StoreError.conflict("experiment \"\(name)\": it is \(state), so it gets no further job")
        }
        return name
    }

    /// Enters a new job with its experiment.
    func enter(_ job: Int64, as new: NewTrialJob, in database: any Connection) throws {
        let place = new.place
        try database.run(
            sql: """
                INSERT INTO experiment_jobs (experiment_id, trial, rung, repetition, fold, job_id) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [new.experiment, place.trial, place.rung, place.repetition, place.fold, job]
        )
        guard database.changesCount == 1 else {
            throw StoreError.conflict("the experiment has that job of trial \(place.trial) already")
        }
        try RowChecksum.trialJobs.renew(where: "job_id = ?", arguments: [job], in: database)
    }

    /// Writes down with its experiment, where it is of one, what has come of a job that has just ended.
    func settle(_ id: JobID, in database: any Connection) throws {
        let sql = """
            SELECT experiments.name FROM experiment_jobs JOIN experiments ON experiments.id = experiment_jobs.experiment_id
            WHERE experiment_jobs.job_id = ?
            """
        guard let experiment = try String.one(database, sql: sql, arguments: [id.number]) else { return }
        try database.run(
            sql: """
                UPDATE experiment_jobs SET state = jobs.state, metrics = jobs.metrics, error = jobs.error,
                    epochs = \(Self.trainedEpochs)
                FROM jobs WHERE jobs.id = :id AND experiment_jobs.job_id = :id
                """,
            arguments: ["id": id.number]
        )
        try RowChecksum.trialJobs.renew(where: "job_id = ?", arguments: [id.number], in: database)
        storage.engine.afterCommit { storage.trialEnds.tell(experiment) }
    }

    /// Cancels a job that has not ended; does nothing with any other, nor where there is none.
    func cancelIfLeft(_ id: JobID, in database: any Connection) throws {
        let state = try String.one(database, sql: "SELECT state FROM jobs WHERE id = ?", arguments: [id.number])
        guard let state = state.flatMap(JobState.init(rawValue:)), !state.isFinal else { return }
        do {
            _ = try cancel(id, in: database)
        } catch StoreError.corrupt(let reason) {
            try failDamaged(id, reason: reason, in: database)
        }
    }

    /// Has the jobs of an experiment be jobs like any other.
    func release(from experiment: String, in database: any Connection) throws {
        let whole = try Row.all(database, sql: "SELECT * FROM jobs WHERE experiment = ?", arguments: [experiment])
            .filter(RowChecksum.requests.holds).map { try $0.value("id") as Int64 }
        try database.run(sql: "UPDATE jobs SET experiment = NULL WHERE experiment = ?", arguments: [experiment])
        // Those that were damaged stay so.
        for id in whole { try RowChecksum.requests.renew(where: "id = ?", arguments: [id], in: database) }
    }
}
