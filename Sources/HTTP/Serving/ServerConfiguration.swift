import Foundation

/// How a server listens and what it bears.
public struct ServerConfiguration: Sendable {
    /// Where to listen; the default is port 8080 of the loopback interface.
    public var addresses: [ListenAddress] = [.ip(host: "127.0.0.1", port: 8080)]

    /// Whether another process may listen on the same port, so that a new one can take over from this one.
    public var reusesPort = false

    /// Connections that may wait to be accepted.
    public var backlog = 1_024

    /// The number of threads that serve connections, at least 1; handlers of async routes run elsewhere.
    public var loops = max(1, ProcessInfo.processInfo.activeProcessorCount / 2)

    /// How much clients may ask.
    public var limits = Limits()

    /// How long the server waits for clients.
    public var timeouts = Timeouts()

    /// The tokens that clients must show; nil lets everybody in.
    public var tokens: BearerTokens?

    /// What pages of other origins may do; nil lets them do nothing.
    public var crossOrigin: CrossOriginPolicy?

    /// Whether each request is logged, at the level `info`.
    public var logsRequests = true

    /// Loopback, port 8080, bounds for strangers.
    public init() {}
}
