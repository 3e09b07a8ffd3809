import SQL

extension Schema {
    /// Makes schema `v2`: a row in `turns` for each model that has a job to begin, so that a claim takes the first one
    /// instead of looking at every model.
    ///
    /// A model has a row exactly while it has a queued job that waits for no time; `job_id` is the one of these that goes
    /// first. Triggers keep it so, within whatever transaction changes a job.
    static func createTurns(_ database: SQLiteConnection) throws {
        try database.execute(sql: turns)
        for (name, event, model) in [
            ("turn_of_new_job", "AFTER INSERT ON jobs WHEN NEW.state = 'queued'", "NEW.model"),
            ("turn_of_moved_job", "AFTER UPDATE OF state, run_at ON jobs", "NEW.model"),
            ("turn_of_served_model", "AFTER UPDATE OF last_claim ON models", "NEW.name"),
        ] {
            try database.execute(sql: trigger(name, event, model: model))
        }
        // Has the triggers look at what there is.
        try database.execute(sql: "UPDATE models SET last_claim = last_claim")
    }

    private static let turns = """
        CREATE TABLE turns (
            model TEXT PRIMARY KEY,
            priority INTEGER NOT NULL,
            running INTEGER NOT NULL,
            last_claim INTEGER NOT NULL,
            job_id INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX turns_in_order ON turns (priority DESC, running, last_claim, job_id);
        DROP INDEX jobs_queued;
        CREATE INDEX jobs_ready ON jobs (model, priority DESC, id) WHERE state = 'queued' AND run_at IS NULL;
        CREATE INDEX jobs_postponed ON jobs (run_at) WHERE run_at IS NOT NULL;
        """

    private static func trigger(_ name: String, _ event: String, model: String) -> String {
        """
        CREATE TRIGGER \(name) \(event)
        BEGIN
            DELETE FROM turns WHERE model = \(model);
            INSERT INTO turns (model, priority, running, last_claim, job_id)
                SELECT jobs.model, jobs.priority,
                    (SELECT count(*) FROM jobs AS other WHERE other.model = \(model) AND other.state = 'running'),
                    (SELECT last_claim FROM models WHERE name = \(model)), jobs.id
                FROM jobs
                WHERE jobs.model = \(model) AND jobs.state = 'queued' AND jobs.run_at IS NULL
                ORDER BY jobs.priority DESC, jobs.id LIMIT 1;
        END
        """
    }
}
