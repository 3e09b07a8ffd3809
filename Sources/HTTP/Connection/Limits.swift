/// How much one client, and all of them together, may ask of the server.
public struct Limits: Sendable {
    /// Bytes of a request's head, or of its trailer; more is a 431.
    public var headBytes = 16_384

    /// Fields of a request's head; more is a 431.
    public var fieldCount = 100

    /// Bytes of the request target; more is a 414.
    public var targetBytes = 8_192

    /// Bytes of a request's body where the route sets no limit of its own; more is a 413.
    public var bodyBytes = 64 << 20

    /// Bytes that one byte of a compressed body may become, beyond the first mebibyte; more is a 413.
    public var inflationRatio = 200

    /// Connections at once; what is asked on the next one is answered 503 with `Retry-After`, unless it is a probe, and
    /// the connection closed.
    public var connections = 4_096

    /// Connections beyond those, on which probes alone are answered, one each; the next one takes the place of the oldest.
    public var probeConnections = 64

    /// Requests being answered at once; the next one is answered 503 with `Retry-After`, unless it is a probe.
    public var requestsInFlight = 1_024

    /// The limits of a server that faces strangers.
    public init() {}

    var wire: WireLimits {
        WireLimits(headBytes: headBytes, fieldCount: fieldCount, targetBytes: targetBytes)
    }
}
