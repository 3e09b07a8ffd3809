import SQL

/// The PostgreSQL that a store is kept in, and as whom; no text of it shows a password.
public struct StoreAddress: Sendable, CustomStringConvertible {
    let address: PostgreSQLAddress

    /// Reads a URL.
    ///
    /// - Parameter url: A `postgresql://` or `postgres://` URL, as libpq reads it.
    /// - Throws: `StoreError.invalid` where it can't be read, `.unavailable` where libpq is missing.
    public init(_ url: String) throws(StoreError) {
        do throws(SQLError) {
            address = try PostgreSQLAddress(url)
        } catch {
            if error.cause == .misused { throw .invalid(error.reason) }
            throw .unavailable(error.reason)
        }
    }

    /// Where it is, for the reader.
    public var description: String { address.description }
}
