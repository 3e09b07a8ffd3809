/// The kind of SQL that an engine takes, for the few things that have no spelling which all of them know.
public enum Dialect: Sendable {
    /// SQLite's.
    case sqlite
    /// PostgreSQL's.
    case postgresql
}
