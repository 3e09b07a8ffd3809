import SQL

/// A model as it lies in the store: its definition and how far its versions count.
public struct StoredModel: Equatable, Sendable {
    /// Which model it is: never used again, so that it tells a model from another one that had its name.
    public let identifier: Int64
    /// The name, unique in the store.
    public let name: String
    /// The definition as JSON text, as it was accepted.
    public let definition: String
    /// The number of the newest version, 0 for a model that was never trained.
    public let newestVersion: Int
    /// When the model was made.
    public let createdAt: Timestamp

    /// Reads a row; throws `.corrupt` where it is damaged, with the name under which it was looked for.
    init(row: Row, as wanted: String? = nil) throws {
        try RowChecksum.models.verify(
            row,
            "model \(NameRule.quoted(wanted ?? (try? row.value("name")) ?? "?"))",
            remedy: "restore a backup, or delete the model and define it again"
        )
        identifier = try row.value("id")
        name = try row.value("name")
        definition = try row.value("definition")
        newestVersion = try row.value("newest_version")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
    }

    private init(draft name: String, definition: String) {
        (identifier, self.name, self.definition, newestVersion) = (0, name, definition, 0)
        createdAt = Timestamp(milliseconds: 0)
    }

    /// A model that is not stored, as it would be, so that what is to be done with it can be checked before.
    public static func draft(name: String, definition: String) -> StoredModel {
        StoredModel(draft: name, definition: definition)
    }

    /// The columns that `init(row:)` reads, from `models`.
    static let columns = """
        models.id, models.name, models.definition, models.created_at, models.row_crc32,
        coalesce((SELECT max(number) FROM versions WHERE model_id = models.id), 0) AS newest_version
        """
}
