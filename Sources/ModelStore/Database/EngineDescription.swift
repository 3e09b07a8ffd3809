/// What kind of database a store is kept in, for people and dashboards.
public struct EngineDescription: Equatable, Sendable {
    /// The kind, such as `sqlite`.
    public let name: String
    /// The newest schema that the store has gone through.
    public let schema: String
    /// The version of the database's program.
    public let server: String
    /// Whether the database itself tells of changes; where it doesn't, they are looked for.
    public let notifies: Bool
    /// How far the database's clock is ahead of this machine's, in milliseconds.
    public let clockOffset: Int64
}
