import SQL

/// Copies one model with all that belongs to it between two databases, the other one attached as `source`.
enum ModelCopy {
    /// Runs `body` in one transaction with another database attached as `source`.
    static func attached<Value>(
        _ path: String,
        to database: SQLiteConnection,
        _ body: (SQLiteConnection) throws -> Value
    ) throws -> Value {
        try database.run(sql: "ATTACH DATABASE ? AS source", arguments: [path])
        let result = Result {
            var value: Value?
            try database.inTransaction { value = try body(database) }
            guard let value else { throw StoreError.unexpected("a copy ended without a result") }
            return value
        }
        try database.run(sql: "DETACH DATABASE source")
        return try result.get()
    }

    /// Checks that a file holds exactly one model, whole and in the newest schema, to which an older one is brought.
    ///
    /// - Parameters:
    ///   - file: The file, open.
    ///   - path: How it is called in errors.
    ///   - isSealed: Whether it ended with its digest, as those of schemas from `v4` on do.
    /// - Returns: The model's name.
    /// - Throws: `StoreError.corrupt` for a damaged file, `.invalid` for one that is no export.
    static func verify(_ file: SQLiteDatabase, path: String, isSealed: Bool) throws -> String {
        let lacksDigest = try file.read { database in
            try Schema.check(database, path: path)
            return try !isSealed && Schema.migrations.applied(in: database).contains(Schema.checksummed)
        }
        try file.write { try $0.add(RowChecksum.function) }
        try Schema.migrations.migrate(file)
        try file.read { try Schema.verify($0, path: path) }
        return try file.read { database in
            let names = try String.all(database, sql: "SELECT name FROM models")
            guard let name = names.first, names.count == 1 else {
                throw StoreError.invalid("\(path): it is not an exported model, since it holds \(names.count) models")
            }
            guard !lacksDigest else {
                throw StoreError.corrupt("\(path): it lacks the digest that an exported model ends with")
            }
            try NameRule.check(name, of: "model")
            let faults = try String.all(database, sql: "PRAGMA integrity_check(1)").filter { $0 != "ok" }
            guard faults.isEmpty else { throw StoreError.corrupt("\(path): \(faults[0])") }
            for checksum in RowChecksum.all {
                let sql = "SELECT count(*) FROM \(checksum.table) WHERE \(checksum.isDamaged)"
                guard try Int.one(database, sql: sql) == 0 else {
                    throw StoreError.corrupt("\(path): a row of \(checksum.table) is damaged")
                }
            }
            for row in try Row.all(database, sql: ModelVersion.select) {
                let number: Int = try row.value("number")
                try TensorTable.verify(row, label: "\(path): version \(number)", in: database)
            }
            return name
        }
    }

    /// Which rows belong to a model, table after table, those that others refer to first.
    ///
    /// - Parameters:
    ///   - name: The model's name, in SQL.
    ///   - prefix: What stands before the names of tables.
    /// - Returns: The tables, each with a condition on its rows.
    static func selection(of name: String, in prefix: String = "") -> [(table: String, condition: String)] {
        let model = "(SELECT id FROM \(prefix)models WHERE name = \(name))"
        let versions = "(SELECT id FROM \(prefix)versions WHERE model_id = \(model))"
        let ended = "state IN ('succeeded', 'failed', 'cancelled')"
        let jobs = "(SELECT id FROM \(prefix)jobs WHERE model = \(name) AND \(ended))"
        let tensors = "(SELECT tensor_id FROM \(prefix)version_tensors WHERE version_id IN \(versions))"
        return [
            ("models", "name = \(name)"), ("versions", "model_id = \(model)"), ("tensors", "id IN \(tensors)"),
            ("version_tensors", "version_id IN \(versions)"), ("aliases", "model_id = \(model)"),
            ("jobs", "id IN \(jobs)"), ("job_events", "job_id IN \(jobs)"), ("epochs", "job_id IN \(jobs)"),
            ("epoch_norms", "job_id IN \(jobs)"), ("job_evaluations", "job_id IN \(jobs)"),
            ("job_postmortems", "job_id IN \(jobs)"), ("evaluations", "model_id = \(model)"),
        ]
    }

    /// Fills an empty database with a model of `source`, rows as they are.
    static func copyModel(_ name: String, in database: SQLiteConnection) throws {
        for (table, condition) in selection(of: ":name", in: "source.") {
            try database.run(
                sql: "INSERT INTO main.\(table) SELECT * FROM source.\(table) WHERE \(condition)",
                arguments: ["name": name]
            )
        }
    }

    /// The tables whose ids an import raises, in the order of `importModel`'s `free`.
    static let numbered = ["models", "versions", "jobs", "job_events", "evaluations"]

    /// Adds the one model of `source` to a store that holds others, with row ids that are free there.
    ///
    /// - Parameters:
    ///   - original: Its name in `source`.
    ///   - name: Its name in the store.
    ///   - free: The ids above which all are free, for each of `numbered`; nil for those of the database itself.
    ///   - database: The store.
    /// - Throws: `StoreError.conflict` where the name is taken.
    static func importModel(
        _ original: String,
        as name: String,
        above free: [Int64]? = nil,
        in database: SQLiteConnection
    ) throws {
        let isTaken = try Bool.one(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM main.models WHERE name = ?)",
            arguments: [name]
        )
        guard isTaken == false else {
            throw StoreError.conflict("model \"\(name)\": the name is taken; import it under another name")
        }
        // The ids of an import lie above all that are in use: each is raised by the same number.
        let shifts =
            try free
            ?? numbered.map { (table: String) in
                try Int64.one(
                    database,
                    sql: """
                        SELECT max(coalesce((SELECT seq FROM main.sqlite_sequence WHERE name = :table), 0),
                            coalesce((SELECT max(id) FROM main.\(table)), 0))
                        """,
                    arguments: ["table": table]
                ) ?? 0
            }
        let arguments: Arguments = [
            "name": name, "model": shifts[0], "version": shifts[1], "job": shifts[2], "event": shifts[3],
            "evaluation": shifts[4],
        ]
        for (table, replacements) in [
            (
                "models",
                [
                    "id": "id + :model", "name": ":name", "last_claim": "0",
                    "definition": "json_replace(definition, '$.name', :name)",
                ]
            ),
            ("versions", ["id": "id + :version", "model_id": "model_id + :model", "job_id": "job_id + :job"]),
            ("tensors", ["id": "NULL"]),
            (
                "version_tensors",
                [
                    "version_id": "version_id + :version",
                    "tensor_id": """
                    (SELECT id FROM main.tensors WHERE hash = (
                        SELECT hash FROM source.tensors WHERE id = tensor_id))
                    """,
                ]
            ),
            ("aliases", ["model_id": "model_id + :model"]),
            (
                "jobs",
                [
                    "id": "id + :job", "model": ":name", "forked_job": "forked_job + :job",
                    "initial_job": "initial_job + :job", "replay_of": "replay_of + :job", "experiment": "NULL",
                ]
            ),
            ("job_events", ["id": "id + :event", "job_id": "job_id + :job"]),
            ("epochs", ["job_id": "job_id + :job"]),
            ("epoch_norms", ["job_id": "job_id + :job"]),
            (
                "job_evaluations",
                ["job_id": "job_id + :job", "evaluation": "json_replace(evaluation, '$.model', :name)"]
            ),
            ("job_postmortems", ["job_id": "job_id + :job"]),
            (
                "evaluations",
                [
                    "id": "id + :evaluation", "model_id": "model_id + :model",
                    "summary": "json_replace(summary, '$.model', :name)",
                ]
            ),
        ] as [(String, [String: String])] {
            let columns = try database.columns(of: table)
            let values = columns.map { replacements[$0] ?? "\"\($0)\"" }
            try database.run(
                sql: """
                    INSERT \(table == "tensors" ? "OR IGNORE" : "") INTO main.\(table)
                    (\(columns.map { "\"\($0)\"" }.joined(separator: ", ")))
                    SELECT \(values.joined(separator: ", ")) FROM source.\(table)
                    """,
                arguments: arguments
            )
        }
        // Names and ids have changed; what has been verified is sealed anew.
        for (checksum, rows, shift) in [
            (.models, "id > ?", 0), (.versions, "id > ?", 1), (.aliases, "model_id > ?", 0), (.requests, "id > ?", 2),
            (.results, "id > ? AND finished_at IS NOT NULL", 2), (.events, "id > ?", 3), (.epochs, "job_id > ?", 2),
            (.norms, "job_id > ?", 2), (.jobEvaluations, "job_id > ?", 2), (.postmortems, "job_id > ?", 2),
            (.evaluations, "id > ?", 4),
        ] as [(RowChecksum, String, Int)] {
            try checksum.renew(where: rows, arguments: [shifts[shift]], in: database)
        }
    }
}
