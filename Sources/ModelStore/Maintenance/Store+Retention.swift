import SQL

/// How long what is no longer needed is kept.
public struct RetentionRules: Equatable, Sendable {
    /// How many of each model's newest versions are kept; nil keeps all.
    ///
    /// Aliased and used ones stay in addition.
    public var versionsPerModel: Int?
    /// How long a job is kept after its end, in milliseconds; nil keeps it until it is deleted.
    public var finishedJobsForMilliseconds: Int64?
    /// How long the answer to an idempotency key is kept, in milliseconds; a day by default.
    public var answersForMilliseconds: Int64 = 86_400_000

    /// Keeps all versions and jobs, and answers for a day.
    public init() {}
}

/// What a round of retention removed.
public struct RetentionReport: Equatable, Sendable {
    /// How many versions.
    public var versions = 0
    /// How many jobs.
    public var jobs = 0
    /// How many answers.
    public var answers = 0
}

extension Store {
    /// Removes what the rules no longer keep, in many short transactions.
    public func applyRetention(_ rules: RetentionRules) throws(StoreError) -> RetentionReport {
        var report = RetentionReport()
        report.answers = try answers.prune(olderThanMilliseconds: rules.answersForMilliseconds)
        if let age = rules.finishedJobsForMilliseconds {
            let limit = storage.clock.now().advanced(byMilliseconds: -age)
            var removed = 0
            repeat {
                removed = try jobs.deleteSome(finishedBefore: limit)
                report.jobs += removed
            } while removed > 0
        }
        guard let kept = rules.versionsPerModel else { return report }
        for model in try models.names() { report.versions += try pruneIfPresent(model, keeping: kept) }
        return report
    }

    /// A model that is deleted meanwhile has nothing left to prune.
    private func pruneIfPresent(_ model: String, keeping kept: Int) throws(StoreError) -> Int {
        do {
            return try versions.prune(model: model, keeping: kept).count
        } catch .notFound {
            return 0
        }
    }
}

extension JobTable {
    /// Removes some of the jobs that ended before a time, the oldest by id first; returns how many.
    func deleteSome(finishedBefore limit: Timestamp, atMost count: Int = 100) throws(StoreError) -> Int {
        try storage.write { database in
            let old = try Int64.all(
                database,
                sql: """
                    SELECT id FROM jobs WHERE state IN ('succeeded', 'failed', 'cancelled') AND finished_at < ?
                        AND NOT EXISTS (
                            SELECT 1 FROM jobs AS replay WHERE replay.replay_of = jobs.id AND replay.finished_at IS NULL)
                    ORDER BY id LIMIT ?
                    """,
                arguments: [limit.milliseconds, count]
            )
            for job in old {
                try CheckpointTable(storage: storage).delete(where: "job_id = ?", arguments: [job], in: database)
                try database.run(sql: "DELETE FROM jobs WHERE id = ?", arguments: [job])
            }
            return old.count
        }
    }
}
