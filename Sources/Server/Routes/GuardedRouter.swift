import HTTP
import HTTPTypes

/// A router whose routes need a token, where the server has tokens.
struct GuardedRouter {
    /// The routes so far.
    private(set) var router = Router()

    private let tokens: AccessTokens?

    /// A router without routes; nil lets everyone in.
    init(tokens: AccessTokens?) { self.tokens = tokens }

    /// Adds a route; everything but its last parameter is as in `Router.on`.
    mutating func on(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        bodyLimit: Int? = nil,
        executor: (any TaskExecutor)? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        guard let tokens else {
            return router.on(method, pattern, bodyLimit: bodyLimit, executor: executor, handler)
        }
        router.on(method, pattern, bodyLimit: bodyLimit, executor: executor) { request in
            guard tokens.accept(authorization: request[.authorization]) else { throw Self.refusal(of: request) }
            return try await handler(request)
        }
    }

    /// Adds a GET route that needs no token and runs on the event loop.
    mutating func openGet(_ pattern: String, sync handler: @escaping @Sendable (Request) throws -> Response) {
        router.get(pattern, sync: handler)
    }

    /// Adds a GET route that needs no token.
    mutating func openGet(_ pattern: String, _ handler: @escaping @Sendable (Request) async throws -> Response) {
        router.get(pattern, handler)
    }

    /// What RFC 6750 §3 answers to a request without a token, or with one that isn't known.
    private static func refusal(of request: Request) -> Problem {
        let isWrong = request[.authorization] != nil
        return Problem(
            .unauthorized,
            detail: isWrong
                ? "Authorization: the token is not one of this server's"
                : "Authorization: expected \"Bearer TOKEN\", found none",
            fields: [.wwwAuthenticate: isWrong ? "Bearer error=\"invalid_token\"" : "Bearer"]
        )
    }
}

extension GuardedRouter {
    /// Adds a GET route.
    mutating func get(_ pattern: String, _ handler: @escaping @Sendable (Request) async throws -> Response) {
        on(.get, pattern, handler)
    }

    /// Adds a POST route.
    mutating func post(_ pattern: String, _ handler: @escaping @Sendable (Request) async throws -> Response) {
        on(.post, pattern, handler)
    }

    /// Adds a PUT route.
    mutating func put(
        _ pattern: String,
        bodyLimit: Int? = nil,
        _ handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        on(.put, pattern, bodyLimit: bodyLimit, handler)
    }

    /// Adds a DELETE route.
    mutating func delete(_ pattern: String, _ handler: @escaping @Sendable (Request) async throws -> Response) {
        on(.delete, pattern, handler)
    }
}
