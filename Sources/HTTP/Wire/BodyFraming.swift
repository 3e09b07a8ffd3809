/// How the end of a request's body is found (RFC 9112 §6.3).
package enum BodyFraming: Sendable, Equatable {
    /// There is no body.
    case none

    /// The body is that many bytes.
    case length(Int)

    /// The body comes in chunks, the last of which is empty.
    case chunked
}
