import HTTPTypes
public import Logging
import Synchronization

/// An HTTP/1.1 server: listens, serves connections on event loops, and stops gracefully.
public final class HTTPServer: Responder {
    private struct State {
        var hasStarted = false
        var isDraining = false
        var loops: [EventLoop] = []
        var acceptors: [Acceptor] = []
        var connections: [ObjectIdentifier: Connection] = [:]
        /// Those of them that are beyond the limit, the oldest first.
        var reserved: [Connection] = []
        var nextLoop = 0
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
        var whenStopped: [CheckedContinuation<Void, Never>] = []
        var hasStopped = false
    }

    /// How long the last handshakes may take once another process gets the new ones: a long way's round trip.
    private static let handshakeLimit = Duration.milliseconds(300)

    private let router: Router
    private let configuration: ServerConfiguration
    private let observer: (any ServerObserver)?
    private let logger: Logger
    private let problem: @Sendable (any Error) -> Problem?
    private let form: @Sendable (Problem, [String]) -> Response?
    private let ids = RequestIDSource()
    private let hostRule: HostRule?
    private let originRule: OriginRule
    private let pathPrefix: PathPrefix
    private let requestsInFlight = Atomic(0)
    private let state = Mutex(State())

    var limits: Limits { configuration.limits }
    var timeouts: Timeouts { configuration.timeouts }

    /// Makes a server that does not yet listen.
    /// - Parameters:
    ///   - router: The routes.
    ///   - configuration: Where to listen and what to bear.
    ///   - observer: Is told of every request and connection.
    ///   - logger: Takes the access log and the causes of 500s.
    ///   - problem: Maps errors that handlers throw; what it answers nil for is a 500. Problems need no mapping.
    ///   - form: Says a problem in the form that clients of a path expect, whose segments it is given, decoded and
    ///     without the prefix; nil for `application/problem+json`.
    public init(
        router: Router,
        configuration: ServerConfiguration = ServerConfiguration(),
        observer: (any ServerObserver)? = nil,
        logger: Logger = Logger(label: "http"),
        problem: @escaping @Sendable (any Error) -> Problem? = { _ in nil },
        form: @escaping @Sendable (Problem, [String]) -> Response? = { _, _ in nil }
    ) {
        self.router = router
        self.configuration = configuration
        self.observer = observer
        self.logger = logger
        self.problem = problem
        self.form = form
        hostRule = HostRule(configuration)
        originRule = OriginRule(policy: configuration.crossOrigin)
        guard let prefix = configuration.pathPrefix.isEmpty ? PathPrefix.none : PathPrefix(configuration.pathPrefix)
        else { preconditionFailure("\"\(configuration.pathPrefix)\" is no path prefix") }
        pathPrefix = prefix
    }

    /// Starts to listen and to serve; returns the addresses, with the ports that were free where 0 was asked for.
    ///
    /// It can be called once. Where one address fails, none is served.
    public func start() async throws(ListenError) -> [ListenAddress] {
        let isFirst = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        precondition(isFirst, "a server starts once")
        let listeners = try Listeners(configuration)
        for address in listeners.addresses where !address.isLocal && configuration.tokens == nil {
            logger.warning(
                "anybody who reaches this address can use the server; set tokens",
                metadata: ["address": "\(address)"]
            )
        }
        do {
            let loops = try startLoops()
            for (index, listener) in listeners.sockets.enumerated() {
                let acceptor = Acceptor(listener, on: loops[index % loops.count], logger: logger) { [self] in
                    accept($0, $1)
                }
                state.withLock { $0.acceptors.append(acceptor) }
                try await acceptor.open()
            }
        } catch let error as SystemError {
            await shutdown(grace: .zero)
            throw ListenError(address: listeners.addresses[0], reason: error)
        } catch {
            preconditionFailure("only system errors are thrown above: \(error)")
        }
        return listeners.addresses
    }

    /// Stops: takes no more connections or requests, lets those in flight finish, and cancels after `grace` what is left.
    ///
    /// It returns when every connection is closed.
    public func shutdown(grace: Duration) async {
        let (acceptors, loops) = state.withLock { state in
            state.isDraining = true
            return (exchange(&state.acceptors, with: []), state.loops)
        }
        var hasSuccessor = false
        for acceptor in acceptors where await acceptor.handOver() { hasSuccessor = true }
        for connection in connections { await connection.drain() }
        // Handshakes that had begun with us end with us.
        if hasSuccessor { try? await Task.sleep(for: min(Self.handshakeLimit, grace)) }
        for acceptor in acceptors { await acceptor.close() }
        let deadline = Task {
            try await Task.sleep(for: grace)
            for connection in self.connections { await connection.abort() }
        }
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.connections.isEmpty { state.whenEmpty.append(continuation) }
                return state.connections.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
        deadline.cancel()
        for loop in loops { await loop.stop() }
        let waiting = state.withLock { state in
            state.hasStopped = true
            return exchange(&state.whenStopped, with: [])
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when `shutdown` has finished.
    public func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let hasStopped = state.withLock { state in
                if !state.hasStopped { state.whenStopped.append(continuation) }
                return state.hasStopped
            }
            if hasStopped { continuation.resume() }
        }
    }

    private var connections: [Connection] {
        state.withLock { Array($0.connections.values) }
    }

    // MARK: Listening

    private func startLoops() throws(SystemError) -> [EventLoop] {
        var loops: [EventLoop] = []
        for index in 0..<max(1, configuration.loops) { loops.append(try EventLoop(name: "http-\(index)")) }
        state.withLock { [loops] state in state.loops = loops }
        return loops
    }

    /// Gives a new connection to the loop whose turn it is.
    ///
    /// Beyond the limit it is reserved for a probe. Of those there are few, too: the oldest gives way to the next, so that
    /// whoever takes them all up has to be quicker than a probe that sends its request at once.
    private func accept(_ socket: ConnectedSocket, _ peer: PeerAddress) {
        let (connection, oldest) = state.withLock { state in
            let loop = state.loops[state.nextLoop % state.loops.count]
            state.nextLoop &+= 1
            let isReserved = state.connections.count - state.reserved.count >= limits.connections
            let connection = Connection(
                socket: socket,
                peer: peer,
                loop: loop,
                responder: self,
                isReserved: isReserved
            )
            state.connections[ObjectIdentifier(connection)] = connection
            guard isReserved else { return (connection, Connection?.none) }
            state.reserved.append(connection)
            return (connection, state.reserved.count > limits.probeConnections ? state.reserved.removeFirst() : nil)
        }
        observer?.connectionOpened()
        let isDraining = state.withLock { $0.isDraining }
        Task {
            await connection.open()
            if isDraining { await connection.drain() }
        }
        if let oldest { Task { await oldest.giveWay() } }
    }

    private static func busy(_ detail: String) -> Problem {
        Problem(.serviceUnavailable, detail: detail, fields: [.retryAfter: "1"])
    }

    // MARK: Responder

    func prefix(for head: RequestHead, from peer: PeerAddress) -> PathPrefix {
        guard pathPrefix.text.isEmpty, !configuration.trustedProxies.isEmpty else { return pathPrefix }
        guard configuration.trustedProxies.contains(where: { $0.contains(peer) }) else { return .none }
        return head.value(ofFieldNamed: "x-forwarded-prefix").flatMap { PathPrefix($0) } ?? .none
    }

    var tooManyConnections: Response { Self.busy("all \(limits.connections) connections are in use").response }

    func resolve(
        _ head: RequestHead,
        from peer: PeerAddress,
        under prefix: PathPrefix,
        isReserved: Bool
    ) -> Resolution {
        let inFlight = requestsInFlight.wrappingAdd(1, ordering: .relaxed).newValue
        if isReserved || inFlight > limits.requestsInFlight, !router.isProbe(head, under: prefix) {
            guard !isReserved else { return .answered(tooManyConnections, pattern: nil) }
            let problem = Self.busy("\(limits.requestsInFlight) requests are being answered, which is the limit")
            return .answered(problem.response, pattern: nil)
        }
        if let hostRule, !peer.isOnUnixSocket, !hostRule.allows(head) {
            return .answered(hostRule.refusal(head).response, pattern: nil)
        }
        guard originRule.allows(head) else { return .answered(originRule.refusal(head).response, pattern: nil) }
        if let preflight = configuration.crossOrigin?.preflight(head) { return .answered(preflight, pattern: nil) }
        guard let tokens = configuration.tokens else { return router.resolve(head, under: prefix) }
        let granted = tokens.access(for: head)
        let resolution = router.resolve(head, under: prefix)
        if case .endpoint(let endpoint, _, _) = resolution {
            guard endpoint.access > granted else { return resolution }
            return .answered(tokens.refusal(needed: endpoint.access, granted: granted, head), pattern: endpoint.pattern)
        }
        // Who shows no token does not learn which paths there are.
        return granted == .open
            ? .answered(tokens.refusal(needed: .read, granted: granted, head), pattern: nil) : resolution
    }

    func dressed(_ response: Response, for head: RequestHead?, under prefix: PathPrefix) -> Response {
        var response = response
        if let reported = response.reported, let head { response = inForm(reported.problem, head, prefix) ?? response }
        prefix.apply(to: &response)
        HTMLDefense.apply(to: &response)
        if let policy = configuration.crossOrigin, let head { policy.apply(to: &response, for: head) }
        return response
    }

    /// A problem in the form that clients of the request's path expect; nil for the usual one.
    private func inForm(_ problem: Problem, _ head: RequestHead, _ prefix: PathPrefix) -> Response? {
        let path =
            PathSegments(head.bytes[head.target.path])?.segments
            ?? head.rawPath.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return form(problem, prefix.stripped(from: path) ?? path)
    }

    func compressed(_ response: Response, for request: Request) -> Response {
        Compression.apply(to: response, for: request)
    }

    func response(to error: any Error, id: String) -> Response {
        if let problem = error as? Problem ?? problem(error) { return problem.response }
        logger.error("a request failed", metadata: ["request-id": "\(id)", "error": "\(error)"])
        let detail = "the server failed to answer; the cause is in its log under request id \(id)"
        return Problem(.internalServerError, detail: detail, members: ["request_id": id]).response
    }

    func streamFailed(_ error: any Error, id: String) {
        guard !(error is CancellationError) else { return }
        logger.error("a streamed answer broke off", metadata: ["request-id": "\(id)", "error": "\(error)"])
    }

    func requestID(for head: RequestHead?) -> String {
        if let id = head?.value(ofFieldNamed: "x-request-id"), RequestIDSource.isSound(id) { return id }
        return ids.make()
    }

    var wantsRecords: Bool { observer != nil || logsRequests }

    private var logsRequests: Bool { configuration.logsRequests && logger.logLevel <= .info }

    func finished(_ record: RequestRecord?, wasResolved: Bool) {
        if wasResolved { requestsInFlight.wrappingSubtract(1, ordering: .relaxed) }
        guard let record else { return }
        observer?.finished(record)
        guard logsRequests else { return }
        logger.info(
            "request",
            metadata: [
                "request-id": "\(record.id)", "peer": "\(record.peer)",
                "method": "\(record.method?.rawValue ?? "-")", "path": "\(record.path)",
                "route": "\(record.route ?? "-")", "status": "\(record.status)",
                "ms": "\(Double(record.duration.nanoseconds / 1_000) / 1_000)",
                "bytes-in": "\(record.bytesIn)", "bytes-out": "\(record.bytesOut)",
            ]
        )
    }

    func connectionClosed(_ connection: Connection) {
        let (waiting, next) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Connection?) in
            state.connections[ObjectIdentifier(connection)] = nil
            state.reserved.removeAll { $0 === connection }
            if state.connections.isEmpty { return (exchange(&state.whenEmpty, with: []), nil) }
            let hasRoom = state.connections.count - state.reserved.count < limits.connections
            return ([], hasRoom && !state.isDraining && !state.reserved.isEmpty ? state.reserved.removeFirst() : nil)
        }
        observer?.connectionClosed()
        if let next { Task { await next.promote() } }
        for continuation in waiting { continuation.resume() }
    }
}
