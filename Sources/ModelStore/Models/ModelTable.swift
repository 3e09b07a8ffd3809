import SQL

/// The models by name.
public struct ModelTable: Sendable {
    let storage: StorePool

    /// Stores a new model; throws `.conflict` where the name is taken and `.invalid` where it breaks the name rule.
    public func insert(name: String, definition: String) throws(StoreError) -> StoredModel {
        try NameRule.check(name, of: "model")
        return try storage.write { try insert(name: name, definition: definition, in: $0) }
    }

    /// Stores a new model and its answer in one transaction, or returns the answer that the key got before.
    public func insert(
        name: String,
        definition: String,
        once key: AnswerKey,
        answer: @escaping (StoredModel) -> StoredAnswer
    ) throws(StoreError) -> StoredAnswer {
        try NameRule.check(name, of: "model")
        return try storage.write { database in
            try AnswerTable.once(key, in: database, at: storage.clock.now()) {
                answer(try insert(name: name, definition: definition, in: database))
            }
        }
    }

    /// Stores a new model with its first version in one transaction, or returns the answer that the key got before.
    ///
    /// - Parameters:
    ///   - name: The model's name.
    ///   - definition: The definition as JSON text.
    ///   - version: What the first version consists of.
    ///   - key: A key under which this is done once; nil for none.
    ///   - answer: The answer to the model with its version.
    /// - Returns: The answer.
    /// - Throws: `.conflict` where the name is taken, `.invalid` where it breaks the name rule or a tensor doesn't fit.
    public func insert(
        name: String,
        definition: String,
        first version: NewVersion,
        once key: AnswerKey?,
        answer: @escaping (StoredModel) -> StoredAnswer
    ) throws(StoreError) -> StoredAnswer {
        try NameRule.check(name, of: "model")
        let packed = try PackedVersion(version)
        return try storage.write { database in
            func store() throws -> StoredAnswer {
                _ = try insert(name: name, definition: definition, in: database)
                let now = storage.clock.now()
                _ = try VersionTable.insert(version, packed, model: name, job: nil, at: now, in: database)
                return answer(try Self.find(name, in: database))
            }
            guard let key else { return try store() }
            return try AnswerTable.once(key, in: database, at: storage.clock.now(), body: store)
        }
    }

    /// The model of that name; throws `.notFound`.
    public func find(_ name: String) throws(StoreError) -> StoredModel {
        try storage.read { try Self.find(name, in: $0) }
    }

    /// The models by name, from the one after `after` on.
    public func list(limit: Int = 1000, after: String? = nil) throws(StoreError) -> [StoredModel] {
        try storage.read { database in
            try Row.all(
                database,
                sql: "SELECT \(StoredModel.columns) FROM models WHERE name > ? ORDER BY name LIMIT ?",
                arguments: [after ?? "", max(limit, 0)]
            ).map { try StoredModel(row: $0) }
        }
    }

    /// The names of all models, in order; damaged ones too.
    public func names() throws(StoreError) -> [String] {
        try storage.read { try String.all($0, sql: "SELECT name FROM models ORDER BY name") }
    }

    /// How many models there are.
    public func count() throws(StoreError) -> Int {
        try storage.read { try Int.one($0, sql: "SELECT count(*) FROM models") ?? 0 }
    }

    /// Removes a model with its versions, aliases and kept epochs; throws `.conflict` while a job that is not final uses it.
    ///
    /// Its finished jobs stay, under the model's name.
    public func delete(_ name: String) throws(StoreError) {
        try storage.write { database in
            let identifier = try Self.identifier(of: name, in: database)
            if let job = try unfinishedJob(of: name, in: database) {
                throw StoreError.conflict("model \"\(name)\": job \(job) uses it; cancel the job or wait for its end")
            }
            try database.run(sql: "DELETE FROM aliases WHERE model_id = ?", arguments: [identifier])
            let versions = try Int64.all(
                database,
                sql: "SELECT id FROM versions WHERE model_id = ?",
                arguments: [identifier]
            )
            try TensorTable.deleteVersions(versions, in: database)
            try CheckpointTable(storage: storage).delete(
                where: "job_id IN (SELECT id FROM jobs WHERE model = ?)",
                arguments: [name],
                in: database
            )
            try database.run(sql: "DELETE FROM models WHERE id = ?", arguments: [identifier])
        }
    }

    func insert(name: String, definition: String, in database: any Connection) throws -> StoredModel {
        let identifier = try database.insertIfNew(
            sql: "INSERT INTO models (name, definition, created_at) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
            arguments: [name, definition, storage.clock.now().milliseconds]
        )
        guard let identifier else {
            throw StoreError.conflict("model \"\(name)\": the name is taken; delete that model or choose another name")
        }
        try RowChecksum.models.renew(where: "id = ?", arguments: [identifier], in: database)
        return try Self.find(name, in: database)
    }

    private func unfinishedJob(of name: String, in database: any Connection) throws -> Int64? {
        try Int64.one(
            database,
            sql: "SELECT id FROM jobs WHERE model = ? AND state IN ('queued', 'running', 'paused') LIMIT 1",
            arguments: [name]
        )
    }

    package static let findQuery = "SELECT \(StoredModel.columns) FROM models WHERE name = ?"

    static func find(_ name: String, in database: any Connection) throws -> StoredModel {
        let row = try Row.one(
            database,
            sql: findQuery,
            arguments: [name]
        )
        guard let row else { throw missing(name) }
        return try StoredModel(row: row, as: name)
    }

    static func identifier(of name: String, in database: any Connection) throws -> Int64 {
        let sql = "SELECT id FROM models WHERE name = ?"
        guard let identifier = try Int64.one(database, sql: sql, arguments: [name]) else { throw missing(name) }
        return identifier
    }

    /// As `identifier(of:in:)`; throws `.conflict` where another model has the name than the one expected.
    static func identifier(of name: String, expecting expected: Int64?, in database: any Connection) throws -> Int64 {
        let identifier = try identifier(of: name, in: database)
        guard expected == nil || expected == identifier else {
            throw StoreError.conflict(
                "model \"\(name)\": it was deleted and made anew meanwhile; send the request again"
            )
        }
        return identifier
    }

    private static func missing(_ name: String) -> StoreError {
        .notFound("model \(NameRule.quoted(name)): there is none of that name")
    }
}
