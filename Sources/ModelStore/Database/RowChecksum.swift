package import SQL

/// The CRC-32 that a row carries over those of its columns that decide what is answered or computed.
///
/// SQLite keeps no checksums: a bit that flips in a text leaves the row readable, with another meaning. A row without its
/// CRC-32 is damaged as well. The CRC-32 is over the name of the table and, for each column in order, a byte for its type
/// (0 null, 1 integer, 2 real, 3 text, 4 blob), the count of its bytes (u64) and its bytes: integers and bit patterns of
/// eight, texts in UTF-8; numbers are little-endian.
package struct RowChecksum: Sendable {
    /// The table.
    let table: String
    /// The columns that are covered.
    let columns: [String]
    /// Which rows have one, as a condition in SQL.
    let condition: String
    /// The column that holds it.
    let name: String

    private init(_ table: String, _ columns: [String], where condition: String = "TRUE", in name: String = "row_crc32")
    {
        self.table = table
        self.columns = columns
        self.condition = condition
        self.name = name
    }

    /// Not covered: how far versions count, and whose turn it was.
    package static let models = RowChecksum("models", ["name", "definition", "created_at"])
    package static let versions = secondVersions.and(["optimizer"])
    package static let aliases = RowChecksum("aliases", ["model_id", "name", "number", "previous", "updated_at"])
    package static let datasets = firstDatasets.and(["form", "validation_rows", "schema"])
    /// What a client asked for.
    package static let requests = thirdRequests.and(["experiment"])
    /// What has come of a job, once it has ended.
    package static let results = firstResults.and(["identical"])
    package static let events = RowChecksum("job_events", ["job_id", "kind", "data", "created_at"])
    package static let epochs = RowChecksum("epochs", ["job_id", "number", "metrics"])
    package static let norms = RowChecksum("epoch_norms", ["job_id", "number", "norms"])
    package static let checkpoints = firstCheckpoints.and(["epoch"])
    package static let answers = RowChecksum(
        "answers",
        ["route", "key", "request_sha256", "status", "location", "body", "created_at"]
    )

    package static let evaluations = RowChecksum("evaluations", ["model_id", "version", "summary", "created_at"])
    package static let jobEvaluations = RowChecksum("job_evaluations", ["job_id", "evaluation"])
    package static let postmortems = RowChecksum("job_postmortems", ["job_id", "postmortem"])

    package static let experiments = RowChecksum(
        "experiments",
        ["name", "request", "state", "dataset_sha256", "error", "created_at", "finished_at"]
    )
    package static let trials = RowChecksum(
        "experiment_trials",
        ["experiment_id", "number", "settings", "model", "model_id", "error"]
    )
    package static let trialJobs = RowChecksum(
        "experiment_jobs",
        ["experiment_id", "trial", "rung", "repetition", "fold", "job_id", "state", "metrics", "error", "epochs"]
    )

    /// Of what clients asked for in schema `v4`.
    static let firstRequests = RowChecksum(
        "jobs",
        ["model", "dataset", "initial_version", "request", "priority", "created_at"]
    )
    /// Of what clients asked for in schema `v6`.
    static let secondRequests = firstRequests.and(["kind"])
    /// Of what clients asked for in schema `v7`.
    static let thirdRequests = secondRequests.and([
        "forked_job", "forked_epoch", "initial_job", "initial_epoch", "replay_of",
    ])
    /// Of what has come of jobs in schema `v4`.
    static let firstResults = RowChecksum(
        "jobs",
        ["state", "progress", "metrics", "error", "version", "weights_sha256", "started_at", "finished_at"],
        where: "finished_at IS NOT NULL",
        in: "result_crc32"
    )
    /// Of checkpoints in schema `v4`.
    static let firstCheckpoints = RowChecksum("checkpoints", ["job_id", "position", "created_at", "file"])
    /// Of versions in schema `v4`.
    static let firstVersions = RowChecksum(
        "versions",
        [
            "model_id", "number", "metrics", "options", "dataset_fingerprint", "parent", "program_version",
            "weights_sha256", "raw_bytes", "job_id", "created_at",
        ]
    )
    /// Of versions in schema `v5`.
    static let secondVersions = firstVersions.and(["front"])
    /// Of datasets in schema `v4`.
    static let firstDatasets = RowChecksum(
        "datasets",
        [
            "name", "file", "kind", "rows", "test_rows", "input_shape", "target_shape", "target", "columns", "bytes",
            "sha256", "built_in", "created_at",
        ]
    )

    /// All those of schema `v4`.
    static let first = [
        models, firstVersions, aliases, firstDatasets, firstRequests, firstResults, events, epochs, firstCheckpoints,
        answers,
    ]

    /// All of them.
    package static let all = [
        models, versions, aliases, datasets, requests, results, events, epochs, norms, checkpoints, answers,
        evaluations, jobEvaluations, postmortems, experiments, trials, trialJobs,
    ]

    /// One that covers further columns, as those that a later schema adds.
    private func and(_ columns: [String]) -> RowChecksum {
        RowChecksum(table, self.columns + columns, where: condition, in: name)
    }

    /// The SQL function of which statements make checksums.
    package static let function = SQLiteFunction("row_crc32") { values in
        guard let table = values.first.flatMap(String.reading) else { return nil }
        return crc32(table, values.dropFirst())
    }

    /// Whether a row, which has all the columns, holds what it held when it was written.
    func holds(_ row: Row) -> Bool {
        guard let stored = try? row.value(name) as Int64 else { return false }
        var values: [Value] = []
        for column in columns {
            guard let value = try? row.value(column) as Value else { return false }
            values.append(value)
        }
        return stored == Self.crc32(table, values)
    }

    /// Refuses a row that doesn't hold what it held when it was written.
    ///
    /// - Parameters:
    ///   - row: The row, with all the columns.
    ///   - label: What the row is of, for the reader.
    ///   - remedy: What can be done.
    /// - Throws: `StoreError.corrupt` for such a row.
    func verify(
        _ row: Row,
        _ label: @autoclosure () -> String,
        remedy: @autoclosure () -> String
    ) throws {
        guard !holds(row) else { return }
        throw StoreError.corrupt(
            "\(label()): what is stored of it is damaged (its checksum does not hold); \(remedy())"
        )
    }

    /// The checksum of a row that holds these values in the columns, in their order.
    func sum(of values: [Value]) -> Int64 { Self.crc32(table, values) }

    private static func crc32(_ table: String, _ values: some Sequence<Value>) -> Int64 {
        var bytes = Array(table.utf8)
        func add(_ type: UInt8, _ content: some Collection<UInt8>) {
            bytes.append(type)
            bytes += littleEndian(UInt64(content.count))
            bytes += content
        }
        for value in values {
            switch value {
            case .null: add(0, [])
            case .integer(let number): add(1, littleEndian(UInt64(bitPattern: number)))
            case .real(let number): add(2, littleEndian(number.bitPattern))
            case .text(let text): add(3, text.utf8)
            case .bytes(let content): add(4, content)
            }
        }
        return Int64(Zlib.crc32(bytes))
    }

    private static func littleEndian(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
