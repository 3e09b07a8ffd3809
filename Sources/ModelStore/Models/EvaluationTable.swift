import SQL

/// How well a version did on stored rows, as it was found once.
public struct StoredEvaluation: Equatable, Sendable {
    /// What was found, as a JSON object.
    public let summary: String
    /// When.
    public let createdAt: Timestamp
}

/// The evaluations of versions, of which the newest are kept, and those that jobs have answered.
public struct EvaluationTable: Sendable {
    let storage: StorePool

    /// How many evaluations of a version are kept.
    public static let limit = 100

    /// Keeps an evaluation of a version, 0 for the initial weights, but none of a kept epoch; the oldest beyond those kept
    /// go.
    ///
    /// - Parameters:
    ///   - summary: What was found, as a JSON object.
    ///   - version: Which version of which model it is of.
    /// - Throws: `.notFound` where the version is gone.
    public func keep(_ summary: String, of version: VersionIdentity) throws(StoreError) {
        try storage.write { try insert(summary, of: version, in: $0) }
    }

    /// The evaluations of a version, newest first; none of a kept epoch.
    ///
    /// Throws as those by number do.
    public func list(model: String, _ name: VersionName) throws(StoreError) -> [StoredEvaluation] {
        guard let number = name.number else {
            _ = try VersionTable(storage: storage).find(model: model, name)
            return []
        }
        return try list(model: model, version: number)
    }

    /// The evaluations of a version, newest first; 0 stands for the initial weights.
    ///
    /// Throws `.notFound` for an unknown model or version, `.corrupt` where one is damaged.
    public func list(model: String, version: Int) throws(StoreError) -> [StoredEvaluation] {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            if version != 0 { _ = try VersionTable.row(model: model, number: version, in: database) }
            let rows = try Row.all(
                database,
                sql: Self.listQuery,
                arguments: [identifier, version, Self.limit]
            )
            return try rows.map { row in
                try RowChecksum.evaluations.verify(
                    row,
                    "an evaluation of version \(version) of \"\(model)\"",
                    remedy: "\"trainyard check --repair\" removes it"
                )
                return StoredEvaluation(
                    summary: try row.value("summary"),
                    createdAt: Timestamp(milliseconds: try row.value("created_at"))
                )
            }
        }
    }

    /// Binds the model, the version and the limit.
    package static let listQuery = """
        SELECT * FROM evaluations WHERE model_id = ? AND version = ? ORDER BY id DESC LIMIT ?
        """

    /// The whole evaluation that a job has answered, as a JSON object; nil where it has answered none.
    ///
    /// Throws `.corrupt` where it is damaged.
    public func answer(of job: JobID) throws(StoreError) -> String? {
        try storage.read { database in
            let sql = "SELECT * FROM job_evaluations WHERE job_id = ?"
            guard let row = try Row.one(database, sql: sql, arguments: [job.number]) else { return nil }
            try RowChecksum.jobEvaluations.verify(
                row,
                "the evaluation of job \(job)",
                remedy: "evaluate again"
            )
            return try row.value("evaluation")
        }
    }

    func insert(_ summary: String, of version: VersionIdentity, in database: any Connection) throws {
        // Nothing is kept of an epoch, which goes with its job.
        guard let number = version.name.number else { return }
        let isThere = try Bool.one(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM models WHERE id = :model)
                    AND (:number = 0 OR EXISTS (SELECT 1 FROM versions WHERE model_id = :model AND number = :number))
                """,
            arguments: ["model": version.model, "number": number]
        )
        guard isThere == true else {
            throw StoreError.notFound("version \(number): it was deleted while it was evaluated")
        }
        let identifier = try database.insert(
            sql: "INSERT INTO evaluations (model_id, version, summary, created_at) VALUES (?, ?, ?, ?)",
            arguments: [version.model, number, summary, storage.clock.now().milliseconds]
        )
        try RowChecksum.evaluations.renew(where: "id = ?", arguments: [identifier], in: database)
        try database.run(
            sql: """
                DELETE FROM evaluations WHERE id IN (
                    SELECT id FROM evaluations WHERE model_id = ? AND version = ? ORDER BY id DESC
                    LIMIT 9223372036854775807 OFFSET ?)
                """,
            arguments: [version.model, number, Self.limit]
        )
    }

    func insert(answer: String, of job: JobID, in database: any Connection) throws {
        try database.run(
            sql: "INSERT INTO job_evaluations (job_id, evaluation) VALUES (?, ?)",
            arguments: [job.number, answer]
        )
        try RowChecksum.jobEvaluations.renew(where: "job_id = ?", arguments: [job.number], in: database)
    }
}
