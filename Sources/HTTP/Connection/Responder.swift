public import HTTPTypes

/// What answers the requests of one route.
public enum Handler: Sendable {
    /// Called on the event loop with the whole body, so it must take microseconds and wait for nothing.
    case sync(@Sendable (Request) throws -> Response)

    /// Called as soon as the head has arrived, on the executor of the route or else on the global concurrent pool.
    case async(@Sendable (Request) async throws -> Response)
}

/// What a client may do.
public enum Access: String, Sendable, CaseIterable, Comparable {
    /// Nothing needs to be shown.
    case open

    /// Look at what is there, and ask for predictions.
    case read

    /// Everything.
    case full

    /// Open asks less than read, and read less than full.
    public static func < (left: Access, right: Access) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .open: 0
        case .read: 1
        case .full: 2
        }
    }
}

/// A route's handler with what the connection must know before the body comes.
final class Endpoint: Sendable {
    let pattern: String
    let handler: Handler
    let bodyLimit: Int?
    /// What a token must allow, where tokens are needed.
    let access: Access
    /// Where an asynchronous handler runs; nil for the global concurrent pool.
    let executor: (any TaskExecutor)?
    /// Whether it tells how the server is, and so is answered while everything else is refused.
    let isProbe: Bool

    init(
        pattern: String,
        handler: Handler,
        bodyLimit: Int?,
        access: Access,
        executor: (any TaskExecutor)?,
        isProbe: Bool
    ) {
        self.pattern = pattern
        self.handler = handler
        self.bodyLimit = bodyLimit
        self.access = access
        self.executor = executor
        self.isProbe = isProbe
    }
}

/// Who answers a request, as its head alone tells.
enum Resolution {
    case endpoint(Endpoint, Parameters, Query)
    /// Answered at once; the pattern is that of the route, where there was one.
    case answered(Response, pattern: String?)
}

/// What happened with one request, for metrics and logs.
public struct RequestRecord: Sendable {
    /// The id of the request.
    public var id: String
    /// The pattern of the route, such as "/models/{name}"; nil where none matched.
    public var route: String?
    /// The method; nil where the request was malformed.
    public var method: HTTPRequest.Method?
    /// The path as sent; empty where the request was malformed.
    public var path: String
    /// The status of the answer; 499 where the client left before there was one.
    public var status: Int
    /// From the arrival of the head to the end of the answer.
    public var duration: Duration
    /// Bytes of the request's body.
    public var bytesIn: Int
    /// Bytes of the response's body.
    public var bytesOut: Int
    /// The client's address.
    public var peer: PeerAddress
}

/// What a connection asks of the server that it belongs to.
protocol Responder: AnyObject, Sendable {
    var limits: Limits { get }
    var timeouts: Timeouts { get }

    /// The path under which a client reaches the server.
    func prefix(for head: RequestHead, from peer: PeerAddress) -> PathPrefix

    /// Decides from the head who answers, and counts the request as one in flight; on a reserved connection, probes alone.
    func resolve(
        _ head: RequestHead,
        from peer: PeerAddress,
        under prefix: PathPrefix,
        isReserved: Bool
    ) -> Resolution

    /// What is said on a connection that is one too many.
    var tooManyConnections: Response { get }

    /// The answer to an error that a handler threw.
    func response(to error: any Error, id: String) -> Response

    /// The response with the fields that every answer to such a request has.
    func dressed(_ response: Response, for head: RequestHead?, under prefix: PathPrefix) -> Response

    /// The response, compressed where the client accepts that and it is worth it; called off the event loops.
    func compressed(_ response: Response, for request: Request) -> Response

    /// Told of an error that broke a streamed answer, whose status was long sent.
    func streamFailed(_ error: any Error, id: String)

    /// The id of a request.
    func requestID(for head: RequestHead?) -> String

    /// Whether anybody looks at the records of requests.
    var wantsRecords: Bool { get }

    /// Told once of every request that was resolved or refused; without a record where none is wanted.
    func finished(_ record: RequestRecord?, wasResolved: Bool)

    /// Told once of every connection that ends.
    func connectionClosed(_ connection: Connection)
}
