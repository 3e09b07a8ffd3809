/// How long the server waits for a client.
public struct Timeouts: Sendable {
    /// From the first byte of a head to its last; longer is a 408.
    public var head: Duration = .seconds(10)

    /// Without a byte of a body that is awaited; longer is a 408.
    public var body: Duration = .seconds(30)

    /// Between two requests, and before the first: longer than the 60 s after which load balancers commonly close, so
    /// that they do, and send nothing into a connection that closes at the same time.
    public var idle: Duration = .seconds(75)

    /// For the one request that is still taken where a server stops, and on a connection that is kept for probes.
    public var last: Duration = .seconds(1)

    /// Without the client taking a byte of an answer; longer breaks the connection.
    public var write: Duration = .seconds(30)

    /// From the client's closing its side until its handler is cancelled, for clients that close one side only.
    public var halfClose: Duration = .seconds(2)

    /// For the client to close its side after the server has closed its own.
    public var linger: Duration = .seconds(2)

    /// The times of a server that faces strangers.
    public init() {}

    func nanoseconds(_ deadline: ConnectionMachine.Deadline) -> UInt64? {
        switch deadline {
        case .none: nil
        case .idle: idle.nanoseconds
        case .head: head.nanoseconds
        case .body: body.nanoseconds
        case .write: write.nanoseconds
        case .halfClose: halfClose.nanoseconds
        case .linger: linger.nanoseconds
        case .last: last.nanoseconds
        }
    }
}
