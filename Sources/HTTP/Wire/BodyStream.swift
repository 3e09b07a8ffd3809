/// A response body that is made while it is sent.
package struct BodyStream: Sendable {
    /// The number of bytes that will be written; nil sends chunks (RFC 9112 §7.1).
    package var length: Int?

    /// Whether the body ends as soon as the server drains, rather than when the grace period is over.
    package var endsOnDrain: Bool

    /// Writes the body and returns at its end; an error breaks the connection, since the status is long sent.
    package var produce: @Sendable (any BodyWriter) async throws -> Void
}

/// Takes the bytes of a response body.
public protocol BodyWriter: Sendable {
    /// Sends the bytes, returning when the client has taken enough that the next may come.
    ///
    /// Throws `CancellationError` when the client has gone.
    func write(_ bytes: [UInt8]) async throws
}

extension BodyWriter {
    /// Sends the text in UTF-8.
    public func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }
}
