import SQL

extension Store {
    /// Finds rows that don't hold what they held when they were written, where nothing else of the check reads them.
    func checkRows(_ repairing: Bool, _ report: inout CheckReport) throws(StoreError) {
        for kind in RowKind.allCases {
            let checksum = kind.checksum
            let damaged = try storage.read { database in
                try checksum.damaged(in: database).map { (text: try kind.fault(of: $0, in: database), row: $0) }
            }
            for (text, row) in damaged {
                let isRepaired =
                    repairing ? try storage.write { [jobs] in try kind.repair(row, jobs, in: $0) } : false
                report.add(text, isRepaired: isRepaired)
            }
        }
    }
}

/// What a damaged row may be of.
private enum RowKind: CaseIterable {
    case model, alias, request, result, epoch, norms, event, answer, evaluation, jobEvaluation, postmortem, experiment
    case trial, trialJob

    var checksum: RowChecksum {
        switch self {
        case .model: .models
        case .alias: .aliases
        case .request: .requests
        case .result: .results
        case .epoch: .epochs
        case .norms: .norms
        case .event: .events
        case .answer: .answers
        case .evaluation: .evaluations
        case .jobEvaluation: .jobEvaluations
        case .postmortem: .postmortems
        case .experiment: .experiments
        case .trial: .trials
        case .trialJob: .trialJobs
        }
    }

    /// What is wrong and what a repair does.
    func fault(of row: Row, in database: any Connection) throws -> String {
        func text(_ column: String) -> String {
            switch (try? row.value(column) as Value) ?? .null {
            case .null: "?"
            case .integer(let number): "\(number)"
            case .real(let number): "\(number)"
            case .text(let text): text
            case .bytes(let bytes): "\(bytes.count) bytes"
            }
        }
        let damage = "what is stored of it is damaged (its checksum does not hold)"
        return switch self {
        case .model: "model \"\(text("name"))\": \(damage); restore a backup, or delete the model and define it again"
        case .alias:
            "alias \"\(text("name"))\" of \"\(try model(of: row, in: database))\": \(damage); a repair removes it"
        case .request: "job \(text("id")): \(damage); a repair ends it, or removes it where it has ended"
        case .result: "the result of job \(text("id")): \(damage); a repair removes the job"
        case .epoch: "epoch \(text("number")) in the history of job \(text("job_id")): \(damage); a repair removes it"
        case .norms: "the norms of epoch \(text("number")) of job \(text("job_id")): \(damage); a repair removes them"
        case .event: "event \(text("id")) of job \(text("job_id")): \(damage); a repair removes it"
        case .evaluation:
            "an evaluation of version \(text("version")) of \"\(try model(of: row, in: database))\": \(damage); a repair removes it"
        case .jobEvaluation: "the evaluation of job \(text("job_id")): \(damage); a repair removes it"
        case .postmortem: "the post-mortem of job \(text("job_id")): \(damage); a repair removes it"
        case .experiment: "experiment \"\(text("name"))\": \(damage); a repair removes it"
        case .trial:
            "trial \(text("number")) of \(try experiment(of: row, in: database)): \(damage); a repair removes the experiment"
        case .trialJob:
            "a job of trial \(text("trial")) of \(try experiment(of: row, in: database)): \(damage); a repair removes the experiment"
        case .answer: "the answer to an Idempotency-Key on \(text("route")): \(damage); a repair removes it"
        }
    }

    private func model(of row: Row, in database: any Connection) throws -> String {
        guard let identifier = try? row.value("model_id") as Int64 else { return "?" }
        let sql = "SELECT name FROM models WHERE id = ?"
        return try String.one(database, sql: sql, arguments: [identifier]) ?? "?"
    }

    private func experiment(of row: Row, in database: any Connection) throws -> String {
        guard let identifier = try? row.value("experiment_id") as Int64 else { return "an experiment" }
        let sql = "SELECT name FROM experiments WHERE id = ?"
        return try String.one(database, sql: sql, arguments: [identifier]).map { "experiment \"\($0)\"" }
            ?? "an experiment"
    }

    /// Returns whether the damage is gone.
    func repair(_ row: Row, _ jobs: JobTable, in database: any Connection) throws -> Bool {
        switch self {
        case .model: return false
        case .request:
            let id = JobID(number: try row.value("id"))
            guard try row.value("finished_at") as Int64? == nil else { fallthrough }
            try jobs.failDamaged(id, reason: "job \(id): what is stored of it is damaged; train again", in: database)
        case .result:
            try database.run(sql: "DELETE FROM jobs WHERE id = ?", arguments: [try row.value("id") as Int64])
        case .experiment: try ExperimentTable(storage: jobs.storage).remove(try row.value("id"), in: database)
        case .trial, .trialJob:
            try ExperimentTable(storage: jobs.storage).remove(try row.value("experiment_id"), in: database)
        case .alias, .epoch, .norms, .event, .answer, .evaluation, .jobEvaluation, .postmortem:
            try checksum.removeDamaged(in: database)
        }
        return true
    }
}
