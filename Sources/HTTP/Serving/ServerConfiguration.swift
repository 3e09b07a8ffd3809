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

    /// Names under which the server may be asked for, beside those of `addresses`, `localhost` and `*.localhost`; "*" stands
    /// for all.
    ///
    /// Where there are no tokens, requests for other names are answered with 421, apart from those on a Unix domain socket:
    /// a site could have its own name lead here (DNS rebinding). An IP address is always allowed.
    public var hostNames: Set<String> = []

    /// The path under which a proxy offers the server, such as "/yard"; empty where it has none, or where the proxy sends
    /// it as X-Forwarded-Prefix.
    ///
    /// It stands before each path in Location and is `Request.prefix`; requests may have it before their paths. A prefix
    /// for which `isPathPrefix` is false traps when the server is made.
    public var pathPrefix = ""

    /// The proxies whose X-Forwarded-Prefix counts in place of an empty `pathPrefix`.
    public var trustedProxies: [PeerRange] = []

    /// The tokens that clients must show; nil lets everybody in.
    public var tokens: BearerTokens?

    /// What pages of other origins may do; nil lets them do nothing.
    public var crossOrigin: CrossOriginPolicy?

    /// Whether each request is logged, at the level `info`.
    public var logsRequests = true

    /// Whether a text can be `pathPrefix`: `/` and a segment, once or more, of what a URI's path may have (RFC 3986 §3.3)
    /// without a comma; no segment empty, "." or "..", 256 bytes at most.
    public static func isPathPrefix(_ text: String) -> Bool { PathPrefix(text) != nil }

    /// Loopback, port 8080, bounds for strangers.
    public init() {}
}
