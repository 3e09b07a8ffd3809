import SQL

/// A name that stands for a version of a model, such as `stable`.
public struct Alias: Equatable, Sendable {
    /// The name.
    public let name: String
    /// The number of the version it stands for.
    public let version: Int
    /// The version it stood for before; nil for a new alias.
    public let previous: Int?
    /// When it was last moved.
    public let updatedAt: Timestamp

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row) throws {
        try RowChecksum.aliases.verify(
            row,
            "alias \(NameRule.quoted((try? row.value("name")) ?? "?"))",
            remedy: "restore a backup, or delete the alias and set it again"
        )
        name = try row.value("name")
        version = try row.value("number")
        previous = try row.value("previous")
        updatedAt = Timestamp(milliseconds: try row.value("updated_at"))
    }
}

/// The names that stand for versions; a move is atomic, so a reader sees the old version or the new one.
public struct AliasTable: Sendable {
    let storage: StorePool

    /// Makes an alias or moves it; throws `.notFound` for an unknown model or version, `.invalid` for a bad name.
    public func set(_ alias: String, model: String, version: Int) throws(StoreError) -> Alias {
        try NameRule.checkAlias(alias)
        return try storage.write { try move(alias, model: model, to: version, in: $0) }
    }

    /// Moves an alias back to the version it stood for before; a second call moves it forward again.
    ///
    /// Throws `.conflict` where it never stood for another version, `.notFound` where that version is gone.
    public func rollBack(_ alias: String, model: String) throws(StoreError) -> Alias {
        try storage.write { database in
            guard let previous = try Self.find(alias, model: model, in: database).previous else {
                throw StoreError.conflict("alias \"\(alias)\" of \"\(model)\": it has stood for one version only")
            }
            return try move(alias, model: model, to: previous, in: database)
        }
    }

    /// A model's aliases by name.
    public func list(model: String) throws(StoreError) -> [Alias] {
        try storage.read { database in
            let identifier = try ModelTable.identifier(of: model, in: database)
            return try Row.all(
                database,
                sql: "SELECT * FROM aliases WHERE model_id = ? ORDER BY name",
                arguments: [identifier]
            ).map(Alias.init)
        }
    }

    /// Removes an alias; its version stays.
    ///
    /// Throws `.notFound`.
    public func delete(_ alias: String, model: String) throws(StoreError) {
        try storage.write { database in
            // One that is damaged can be removed too.
            let identifier = try ModelTable.identifier(of: model, in: database)
            try database.run(
                sql: "DELETE FROM aliases WHERE name = ? AND model_id = ?",
                arguments: [alias, identifier]
            )
            guard database.changesCount == 1 else { throw Self.missing(alias, model) }
        }
    }

    static func find(_ alias: String, model: String, in database: any Connection) throws -> Alias {
        let identifier = try ModelTable.identifier(of: model, in: database)
        let row = try Row.one(
            database,
            sql: "SELECT * FROM aliases WHERE model_id = ? AND name = ?",
            arguments: [identifier, alias]
        )
        guard let row else { throw missing(alias, model) }
        return try Alias(row: row)
    }

    private static func missing(_ alias: String, _ model: String) -> StoreError {
        .notFound("version \(NameRule.quoted(alias)) of \"\(model)\": there is no such number or alias")
    }

    private func move(_ alias: String, model: String, to version: Int, in database: any Connection) throws -> Alias {
        let target = try VersionTable.row(model: model, number: version, in: database)
        let identifier: Int64 = try target.value("model_id")
        try database.run(
            sql: """
                INSERT INTO aliases (model_id, name, number, updated_at) VALUES (:model, :name, :number, :now)
                ON CONFLICT (model_id, name) DO UPDATE
                SET previous = aliases.number, number = excluded.number, updated_at = excluded.updated_at
                WHERE aliases.number <> excluded.number
                """,
            arguments: [
                "model": identifier, "name": alias, "number": version,
                "now": storage.clock.now().milliseconds,
            ]
        )
        try RowChecksum.aliases.renew(
            where: "model_id = ? AND name = ?",
            arguments: [identifier, alias],
            in: database
        )
        return try Self.find(alias, model: model, in: database)
    }
}
