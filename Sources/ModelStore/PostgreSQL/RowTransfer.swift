import SQL

/// Moves rows between a PostgreSQL and an SQLite file of the newest schema, whose tables have the same columns.
struct RowTransfer {
    /// The PostgreSQL, within a transaction.
    let server: any Connection
    /// The file, within a transaction.
    let file: SQLiteConnection

    /// The tables, those that others refer to first.
    ///
    /// What triggers keep is not among them.
    static let tables = [
        "models", "versions", "tensors", "version_tensors", "aliases", "evaluations", "datasets", "jobs", "job_events",
        "epochs", "epoch_norms", "job_evaluations", "job_postmortems", "checkpoints", "checkpoint_parts", "answers",
        "experiments", "experiment_trials", "experiment_jobs",
    ]

    /// The tables whose ids are never given again.
    private static let numbered = [
        "models", "versions", "evaluations", "datasets", "jobs", "job_events", "checkpoints", "experiments",
    ]

    /// How many rows are in memory at a time.
    private static func count(of table: String) -> Int {
        ["tensors", "checkpoint_parts"].contains(table) ? 4 : 500
    }

    /// Fills the file, which has no rows, with those of the PostgreSQL.
    func fillFile() throws {
        for table in Self.tables { try fillFile(table, where: "TRUE") }
        for table in Self.numbered {
            let newest = try Self.newest(of: table, in: server)
            let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            try file.run(sql: sql, arguments: [newest, table])
            guard file.changesCount == 0 else { continue }
            try file.run(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", arguments: [table, newest])
        }
        try Self.takeTurns(in: file)
    }

    /// Fills a table of the file with rows of the PostgreSQL.
    func fillFile(_ table: String, where condition: String) throws {
        let columns = try file.columns(of: table)
        let insert = Self.insert(table, columns)
        let select = "SELECT \(Self.list(columns)) FROM \(table) WHERE \(condition) ORDER BY 1, 2"
        try PostgreSQLCursor.forEach(of: select, taking: Self.count(of: table), in: server) { row in
            try file.run(sql: insert, arguments: Arguments(row.values))
        }
    }

    /// Adds the rows of the file to those of the PostgreSQL, which has no others of the same ids or names.
    ///
    /// Tensors are addressed by their content there too, so that each gets an id of its own or is there already.
    func fillServer() throws {
        for table in Self.tables {
            switch table {
            case "tensors": try fillServer("tensors", without: "id", then: "ON CONFLICT (hash) DO NOTHING")
            case "version_tensors": try enterTensorsOfVersions()
            default: try fillServer(table)
            }
        }
        for table in Self.numbered {
            let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            let newest = try max(
                Int64.one(file, sql: sql, arguments: [table]) ?? 0,
                Self.newest(of: table, in: server)
            )
            guard newest > 0 else { continue }
            _ = try Row.one(
                server,
                sql: "SELECT setval(\(Self.sequence(of: table)), CAST(? AS bigint))",
                arguments: [newest]
            )
        }
        try Self.takeTurns(in: server)
    }

    private func fillServer(_ table: String, without left: String? = nil, then rest: String = "") throws {
        let all = try file.columns(of: table)
        let columns = all.filter { $0 != left }
        let insert = "\(Self.insert(table, columns)) \(rest)"
        let count = Self.count(of: table)
        let isNumbered = all.contains("id")
        var last: Value = .integer(Int64.min)
        var taken: Int64 = 0
        while true {
            let rows = try file.rows(
                sql: """
                    SELECT \(Self.list(columns))\(isNumbered ? ", id AS last_id" : "") FROM \(table)
                    \(isNumbered ? "WHERE id > ?" : "") ORDER BY \(isNumbered ? "id" : "1, 2") LIMIT \(count)
                    \(isNumbered ? "" : "OFFSET ?")
                    """,
                arguments: Arguments([isNumbered ? last : .integer(taken)]),
                atMost: .max
            )
            for row in rows {
                try server.run(sql: insert, arguments: Arguments(Array(row.values.prefix(columns.count))))
            }
            guard rows.count == count, let end = rows.last else { return }
            if isNumbered { last = try end.value("last_id") }
            taken += Int64(count)
        }
    }

    private func enterTensorsOfVersions() throws {
        let rows = try Row.all(
            file,
            sql: """
                SELECT version_id, position, name, shape, part, hash
                FROM version_tensors JOIN tensors ON tensors.id = tensor_id ORDER BY version_id, position
                """
        )
        for row in rows {
            try server.run(
                sql: """
                    INSERT INTO version_tensors (version_id, position, name, shape, part, tensor_id)
                    VALUES (?, ?, ?, ?, ?, (SELECT id FROM tensors WHERE hash = ?))
                    """,
                arguments: Arguments(row.values)
            )
        }
    }

    /// The newest id that a table of a PostgreSQL has had.
    static func newest(of table: String, in server: any Connection) throws -> Int64 {
        try Int64.one(server, sql: "SELECT pg_sequence_last_value(\(sequence(of: table)))") ?? 0
    }

    private static func sequence(of table: String) -> String {
        "CAST(pg_get_serial_sequence('\(table)', 'id') AS regclass)"
    }

    /// Has the triggers look at whose turn it is.
    private static func takeTurns(in database: any Connection) throws {
        try database.run(sql: "UPDATE models SET last_claim = last_claim")
    }

    private static func list(_ columns: [String]) -> String { columns.map { "\"\($0)\"" }.joined(separator: ", ") }

    private static func insert(_ table: String, _ columns: [String]) -> String {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\(list(columns))) VALUES (\(marks))"
    }
}
