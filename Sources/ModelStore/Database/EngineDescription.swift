/// What kind of database a store is kept in, for people and dashboards.
public struct EngineDescription: Equatable, Sendable {
    /// The kind: `sqlite` or `postgresql`.
    public let name: String
    /// The newest schema that the store has gone through; empty before a server has answered.
    public let schema: String
    /// The version of the database's program; empty before it has answered.
    public let server: String
    /// Whether the database itself tells of changes; where it doesn't, they are looked for.
    public let notifies: Bool
    /// How far the database's clock is ahead of this machine's, in milliseconds, as it was found last.
    public let clockOffset: Int64
}
