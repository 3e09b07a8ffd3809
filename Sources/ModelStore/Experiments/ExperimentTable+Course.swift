import SQL

/// What happens to an experiment while it runs.
extension ExperimentTable {
    /// Has a handler told, by name, of each experiment one of whose jobs has ended, once that is on the disk.
    ///
    /// It is called on the thread of whoever ended the job, and has to be quick. There is one handler at a time.
    public func observe(_ handler: @escaping @Sendable (String) -> Void) { storage.trialEnds.observe(handler) }

    /// Notes why no further job of a trial can be made.
    ///
    /// - Parameters:
    ///   - number: The trial.
    ///   - name: The experiment.
    ///   - error: Why, as a JSON object.
    /// - Throws: `.notFound` where there is no such experiment any more.
    public func fail(trial number: Int, of name: String, error: String) throws(StoreError) {
        try storage.write { database in
            let experiment = try Self.find(name, in: database).identifier
            try database.run(
                sql: "UPDATE experiment_trials SET error = ? WHERE experiment_id = ? AND number = ? AND error IS NULL",
                arguments: [error, experiment, number]
            )
            guard database.changesCount > 0 else { return }
            try RowChecksum.trials.renew(
                where: "experiment_id = ? AND number = ?",
                arguments: [experiment, number],
                in: database
            )
        }
    }

    /// Ends an experiment, and cancels what is left of its jobs, in one transaction.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - state: How it ends.
    ///   - error: Why, where that isn't plain from its jobs, as a JSON object.
    /// - Returns: The experiment.
    /// - Throws: `.conflict` where it has ended already, `.notFound`.
    @discardableResult
    public func end(
        _ name: String,
        as state: ExperimentState,
        error: String? = nil
    ) throws(StoreError) -> StoredExperiment {
        precondition(state.isFinal, "an experiment ends in a state that is final")
        return try storage.write { database in
            let experiment = try Self.find(name, in: database)
            guard !experiment.state.isFinal else {
                throw StoreError.conflict(
                    "experiment \"\(name)\": it is \(experiment.state.rawValue), so it can't be \(state.rawValue)"
                )
            }
            try database.run(
                sql: "UPDATE experiments SET state = ?, error = ?, finished_at = ? WHERE id = ?",
                arguments: [state.rawValue, error, storage.clock.now().milliseconds, experiment.identifier]
            )
            try RowChecksum.experiments.renew(where: "id = ?", arguments: [experiment.identifier], in: database)
            let left = try Int64.all(
                database,
                sql: "SELECT job_id FROM experiment_jobs WHERE experiment_id = ? AND state IS NULL",
                arguments: [experiment.identifier]
            )
            let jobs = JobTable(storage: storage)
            for number in left { try jobs.cancelIfLeft(JobID(number: number), in: database) }
            return try Self.find(name, in: database)
        }
    }
}
