public import HTTPTypes

/// The routes of a server.
///
/// A pattern is made of literal segments, `{name}` for one segment, `{name}:suffix` for one segment that ends so, and
/// `{name...}` for all that is left. HEAD is answered by the route for GET.
public struct Router: Sendable {
    private(set) var tree = RouteTree()

    /// A router without routes.
    public init() {}

    /// Adds a route with an asynchronous handler.
    /// - Parameters:
    ///   - method: The method.
    ///   - pattern: The pattern of the path; one that is already there for this method traps.
    ///   - bodyLimit: Bytes of the body, more of which is a 413; nil leaves it to the server.
    ///   - access: What a token must allow, where the server wants tokens; nil asks for reading with GET, else for all.
    ///   - executor: Where the handler runs: threads of its own kind of work; nil for the global concurrent pool.
    ///   - isProbe: Whether it tells how the server is, and so is answered while everything else is refused.
    ///   - handler: Answers a request.
    public mutating func on(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        executor: (any TaskExecutor)? = nil,
        isProbe: Bool = false,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(
            method,
            pattern,
            bodyLimit: bodyLimit,
            access: access,
            executor: executor,
            isProbe: isProbe,
            handler: .async(handler)
        )
    }

    /// Adds a route with a handler of either kind; one on the event loop runs on no other executor.
    ///
    /// One that `replaces` goes before another of the same method and pattern.
    public mutating func on(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        executor: (any TaskExecutor)? = nil,
        isProbe: Bool = false,
        replaces: Bool = false,
        handler: Handler
    ) {
        let needed = access ?? (method == .get ? .read : .full)
        let endpoint = Endpoint(
            pattern: pattern,
            handler: handler,
            bodyLimit: bodyLimit,
            access: needed,
            executor: executor,
            isProbe: isProbe
        )
        tree.insert(method, RoutePattern(pattern), endpoint, replaces: replaces)
    }
}

extension Router {
    /// Adds a GET route whose handler runs on the event loop: microseconds of work, nothing awaited.
    @_disfavoredOverload
    public mutating func get(
        _ pattern: String,
        access: Access? = nil,
        sync handler: @escaping @Sendable (Request) throws -> Response
    ) {
        on(.get, pattern, access: access, handler: .sync(handler))
    }

    /// Adds a POST route whose handler runs on the event loop with the whole body.
    @_disfavoredOverload
    public mutating func post(
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        sync handler: @escaping @Sendable (Request) throws -> Response
    ) {
        on(.post, pattern, bodyLimit: bodyLimit, access: access, handler: .sync(handler))
    }

    /// Adds a GET route.
    public mutating func get(
        _ pattern: String,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.get, pattern, access: access, handler)
    }

    /// Adds a POST route.
    public mutating func post(
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.post, pattern, bodyLimit: bodyLimit, access: access, handler)
    }

    /// Adds a PUT route.
    public mutating func put(
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.put, pattern, bodyLimit: bodyLimit, access: access, handler)
    }

    /// Adds a PATCH route.
    public mutating func patch(
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.patch, pattern, bodyLimit: bodyLimit, access: access, handler)
    }

    /// Adds a DELETE route.
    public mutating func delete(
        _ pattern: String,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.delete, pattern, access: access, handler)
    }
}

/// A trailing closure that awaits nothing would match `sync:` above and land on the event loop unasked; with these and
/// `@_disfavoredOverload` there, it runs on the pool as any other.
extension Router {
    /// Adds a GET route whose handler awaits nothing and runs on the global concurrent pool.
    public mutating func get(
        _ pattern: String,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) throws -> Response
    ) {
        on(.get, pattern, access: access) { try handler($0) }
    }

    /// Adds a POST route whose handler awaits nothing and runs on the global concurrent pool.
    public mutating func post(
        _ pattern: String,
        bodyLimit: Int? = nil,
        access: Access? = nil,
        _ handler: @escaping @Sendable (Request) throws -> Response
    ) {
        on(.post, pattern, bodyLimit: bodyLimit, access: access) { try handler($0) }
    }
}
