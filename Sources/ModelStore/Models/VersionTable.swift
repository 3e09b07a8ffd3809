import SQL

/// The versions of models, with their weights.
public struct VersionTable: Sendable {
    let storage: StorePool

    /// Stores uploaded weights as the model's next version.
    ///
    /// Throws `.notFound` for an unknown model and `.invalid` where a tensor's bytes do not fit its shape.
    public func insert(_ new: NewVersion, model: String) throws(StoreError) -> ModelVersion {
        let packed = try PackedVersion(new)
        return try storage.write { database in
            try Self.insert(new, packed, model: model, job: nil, at: storage.clock.now(), in: database)
        }
    }

    /// Stores uploaded weights as the model's next version if `newest` still is its newest one, 0 for none; else nil.
    public func insert(_ new: NewVersion, model: String, after newest: Int) throws(StoreError) -> ModelVersion? {
        let packed = try PackedVersion(new)
        return try storage.write { database in
            guard try ModelTable.find(model, in: database).newestVersion == newest else { return nil }
            return try Self.insert(new, packed, model: model, job: nil, at: storage.clock.now(), in: database)
        }
    }

    /// The version of that number, or the newest one; throws `.notFound`.
    public func find(model: String, number: Int? = nil) throws(StoreError) -> ModelVersion {
        try storage.read { try ModelVersion(row: Self.row(model: model, number: number, in: $0)) }
    }

    /// The version that a client names: a number such as `7`, or an alias such as `stable`.
    public func find(model: String, reference: String) throws(StoreError) -> ModelVersion {
        try storage.read { database in
            if let number = Int(reference) {
                return try ModelVersion(row: Self.row(model: model, number: number, in: database))
            }
            let alias = try AliasTable.find(reference, model: model, in: database)
            return try ModelVersion(row: Self.row(model: model, number: alias.version, in: database))
        }
    }

    /// A page of a model's versions, newest first, from the one before `before` on.
    public func list(model: String, limit: Int = 100, before: Int? = nil) throws(StoreError) -> [ModelVersion] {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            return try Row.all(
                database,
                sql: "\(ModelVersion.select) WHERE model_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
                arguments: [identifier, before ?? Int.max, max(limit, 0)]
            ).map(ModelVersion.init)
        }
    }

    /// The tensors of a version in order, each verified against its checksum, and all against the version's digest.
    ///
    /// Throws `.corrupt` with model, version and tensor where one does not hold.
    public func weights(model: String, number: Int) throws(StoreError) -> [StoredTensor] {
        let (version, packed) = try storage.read { try Self.packed(model: model, number: number, in: $0) }
        return try Self.unpacked(packed, of: version)
    }

    /// A model with one of its versions and the version's weights, all as of one moment; 0 stands for no version yet.
    ///
    /// Throws `.notFound`, and `.corrupt` where any of it is damaged.
    public func loaded(model: String, number: Int) throws(StoreError) -> LoadedVersion {
        let (stored, read) = try storage.read { database in
            let stored = try ModelTable.find(model, in: database)
            return (stored, number == 0 ? nil : try Self.packed(model: model, number: number, in: database))
        }
        let weights = try read.map { (version, packed) throws(StoreError) in try Self.unpacked(packed, of: version) }
        return LoadedVersion(model: stored, version: read?.version, weights: weights ?? [])
    }

    /// What an optimizer remembers of a version's weights, each tensor verified; none where the version keeps none.
    ///
    /// Throws `.notFound` where there is no such version, `.corrupt` where what it keeps is damaged.
    public func optimizerState(model: String, number: Int) throws(StoreError) -> [StoredTensor] {
        let (version, packed) = try storage.read { database in
            let row = try Self.row(model: model, number: number, in: database)
            return (
                try ModelVersion(row: row), try TensorTable.packed(of: row.value("id"), .optimizer, in: database)
            )
        }
        let label = "optimizer of \"\(model)\" version \(number)"
        let state = try TensorTable.unpacked(packed, label: label)
        try version.optimizer?.verify(state, label: label)
        return state
    }

    private static func packed(
        model: String,
        number: Int,
        in database: any Connection
    ) throws -> (version: ModelVersion, tensors: [TensorTable.Packed]) {
        let row = try row(model: model, number: number, in: database)
        return (try ModelVersion(row: row), try TensorTable.packed(of: row.value("id"), in: database))
    }

    /// Unpacking takes far longer than reading, and needs no connection.
    private static func unpacked(
        _ packed: [TensorTable.Packed],
        of version: ModelVersion
    ) throws(StoreError) -> [StoredTensor] {
        let label = "weights of \"\(version.model)\" version \(version.number)"
        let weights = try TensorTable.unpacked(packed, label: label)
        try WeightsDigest.verify(weights, version, label: label)
        return weights
    }

    /// Removes a version; throws `.conflict` while an alias names it or an unfinished job starts from it.
    public func delete(model: String, number: Int) throws(StoreError) {
        try storage.write { database in
            let row = try Self.row(model: model, number: number, in: database)
            if let alias = try Self.alias(of: number, model: row.value("model_id"), in: database) {
                throw StoreError.conflict(
                    "version \(number) of \"\(model)\": alias \"\(alias)\" names it; move or delete the alias first"
                )
            }
            if let job = try Self.jobStartingFrom(number, model: model, in: database) {
                throw StoreError.conflict(
                    "version \(number) of \"\(model)\": job \(job) starts from it; cancel the job or wait for its end"
                )
            }
            try TensorTable.deleteVersions([row.value("id")], in: database)
        }
    }

    /// Removes a model's oldest versions, so that `keeping` of the newest stay; returns the numbers removed.
    ///
    /// Versions that an alias names or an unfinished job starts from stay in addition.
    public func prune(model: String, keeping: Int) throws(StoreError) -> [Int] {
        try storage.write { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            let rows = try Row.all(
                database,
                sql:
                    "SELECT id, number FROM versions WHERE model_id = ? ORDER BY number DESC LIMIT 9223372036854775807 OFFSET ?",
                arguments: [identifier, max(keeping, 0)]
            )
            var removed: [Int] = []
            for row in rows {
                let number: Int = try row.value("number")
                guard try Self.alias(of: number, model: identifier, in: database) == nil,
                    try Self.jobStartingFrom(number, model: model, in: database) == nil
                else { continue }
                try TensorTable.deleteVersions([row.value("id")], in: database)
                removed.append(number)
            }
            return removed
        }
    }

    /// The digest that a version with these weights has as its `weightsSHA256`.
    ///
    /// SHA-256 over, for each tensor in order: the byte length of the name (u32), the name in UTF-8, the rank (u32),
    /// each extent (u64), the values' byte count (u64), the values. Integers are little-endian.
    public static func weightsSHA256(_ weights: [StoredTensor]) -> String {
        WeightsDigest.hex(weights)
    }

    static func insert(
        _ new: NewVersion,
        _ packed: PackedVersion,
        model: String,
        job: JobID?,
        at now: Timestamp,
        in database: any Connection
    ) throws -> ModelVersion {
        let identifier = try ModelTable.identifier(of: model, expecting: new.modelIdentifier, in: database)
        let number = try Int.one(
            database,
            sql: "UPDATE models SET last_version = last_version + 1 WHERE id = ? RETURNING last_version",
            arguments: [identifier]
        )
        let version = try database.insert(
            sql: """
                INSERT INTO versions (model_id, number, metrics, options, dataset_fingerprint, parent,
                    program_version, weights_sha256, raw_bytes, job_id, created_at, front, optimizer)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                identifier, number, new.metrics, new.options, new.datasetFingerprint, new.parent,
                new.programVersion, packed.weights.digest, packed.weights.rawCount, job?.number, now.milliseconds,
                new.front,
                packed.optimizer?.text,
            ]
        )
        try RowChecksum.versions.renew(where: "id = ?", arguments: [version], in: database)
        try TensorTable.insert(packed.weights, version: version, in: database)
        if let state = packed.state {
            try TensorTable.insert(
                state,
                .optimizer,
                from: packed.weights.tensors.count,
                version: version,
                in: database
            )
        }
        return try ModelVersion(row: row(model: model, number: number, in: database))
    }

    package static let findQuery = "\(ModelVersion.select) WHERE model_id = ? AND number = ?"

    package static let newestQuery = "\(ModelVersion.select) WHERE model_id = ? ORDER BY number DESC LIMIT 1"

    static func row(model: String, number: Int?, in database: any Connection) throws -> Row {
        let identifier = try ModelTable.identifier(of: model, in: database)
        let row =
            if let number {
                try Row.one(
                    database,
                    sql: findQuery,
                    arguments: [identifier, number]
                )
            } else {
                try Row.one(
                    database,
                    sql: newestQuery,
                    arguments: [identifier]
                )
            }
        guard let row else {
            throw StoreError.notFound(
                number.map { "version \($0) of \"\(model)\": there is none of that number" }
                    ?? "model \"\(model)\": it has no trained version yet"
            )
        }
        return row
    }

    private static func alias(of number: Int, model: Int64, in database: any Connection) throws -> String? {
        try String.one(
            database,
            sql: "SELECT name FROM aliases WHERE model_id = ? AND number = ? LIMIT 1",
            arguments: [model, number]
        )
    }

    private static func jobStartingFrom(_ number: Int, model: String, in database: any Connection) throws -> Int64? {
        try Int64.one(
            database,
            sql: """
                SELECT id FROM jobs WHERE model = ? AND state IN ('queued', 'running', 'paused')
                AND initial_version = ? LIMIT 1
                """,
            arguments: [model, number]
        )
    }
}
