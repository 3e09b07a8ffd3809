import HTTP
import HTTPTypes
import Platform

/// What router, access check, description and docs know of a route.
struct RouteDeclaration: Sendable {
    let method: HTTPRequest.Method
    /// The pattern of the path, such as "/models/{name}".
    let path: String
    /// What a token must allow, where the server wants tokens.
    let access: Access
    /// The name of the operation, which programs made of the description call.
    let id: String
    /// What the route does, in a few words.
    let summary: String
    /// What else there is to know, in CommonMark.
    let details: String?
    let parameters: [Parameter]
    /// Whether names in the query that no parameter has are passed over rather than refused.
    let toleratesQuery: Bool
    /// The body by media type; nil where the route takes none.
    let body: [(mediaType: String, schema: Schema?)]?
    /// The bytes of the body, more of which is a 413; nil leaves it to the server.
    let bodyLimit: Int?
    /// Every kind of answer but the errors that any route may give.
    let answers: [Answer]
    /// Whether it tells how the server is, and so is answered while everything else is refused.
    let isProbe: Bool
}

/// One route of a subject, declared once.
///
/// The router, the check of who may use it, the description in OpenAPI and the list in the docs all come from this.
struct Route<Owner: Subject>: Sendable {
    /// What is known without the subject's rules.
    let declaration: RouteDeclaration
    private let handler: Handler
    private let executor: @Sendable (Owner) -> (any TaskExecutor)?

    private enum Handler: Sendable {
        case sync(@Sendable (Owner, Request) throws -> Response)
        case async(@Sendable (Owner, Request) async throws -> Response)
    }

    /// Declares a route whose handler runs on threads of its own.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The pattern of the path, whose `{name}` segments are among the parameters.
    ///   - id: The name of the operation.
    ///   - summary: What the route does.
    ///   - details: What else there is to know.
    ///   - access: What a token must allow; without it, reading for GET and everything for the others.
    ///   - parameters: What the request may say beside its body.
    ///   - toleratesQuery: Whether unknown names in the query are passed over.
    ///   - body: The body by media type; nil where the route takes none.
    ///   - bodyLimit: The most bytes of the body; nil leaves it to the server.
    ///   - answers: Every kind of answer but the errors that any route may give.
    ///   - isProbe: Whether it tells how the server is, and so is answered while everything else is refused.
    ///   - executor: Where the handler runs; nil for the global concurrent pool.
    ///   - handler: Decodes the request, calls one method of the rules, encodes what it gives.
    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ id: String,
        _ summary: String,
        details: String? = nil,
        access: Access? = nil,
        parameters: [any DeclaredParameter] = [],
        toleratesQuery: Bool = false,
        body: [(mediaType: String, schema: Schema?)]? = nil,
        bodyLimit: Int? = nil,
        answers: [Answer],
        isProbe: Bool = false,
        executor: @escaping @Sendable (Owner) -> (any TaskExecutor)? = { _ in nil },
        handler: @escaping @Sendable (Owner, Request) async throws -> Response
    ) {
        declaration = RouteDeclaration(
            method: method,
            path: path,
            access: access ?? (method == .get ? .read : .full),
            id: id,
            summary: summary,
            details: details,
            parameters: parameters.map(\.declaration),
            toleratesQuery: toleratesQuery,
            body: body,
            bodyLimit: bodyLimit,
            answers: answers,
            isProbe: isProbe
        )
        self.executor = executor
        self.handler = .async(handler)
        declaration.check()
    }

    /// Declares a GET route without parameters whose handler runs on the event loop: microseconds of work.
    init(
        _ path: String,
        _ id: String,
        _ summary: String,
        access: Access,
        answers: [Answer],
        isProbe: Bool = false,
        sync handler: @escaping @Sendable (Owner, Request) throws -> Response
    ) {
        declaration = RouteDeclaration(
            method: .get,
            path: path,
            access: access,
            id: id,
            summary: summary,
            details: nil,
            parameters: [],
            toleratesQuery: true,
            body: nil,
            bodyLimit: nil,
            answers: answers,
            isProbe: isProbe
        )
        executor = { _ in nil }
        self.handler = .sync(handler)
        declaration.check()
    }

    /// Adds the route, served by `owner`, to a router.
    ///
    /// - Parameters:
    ///   - router: The router.
    ///   - owner: The subject.
    ///   - rules: What every route keeps to.
    ///   - replaces: Whether it goes before another route of the same method and path.
    func add(
        to router: inout Router,
        for owner: Owner,
        under rules: RouteRules,
        replaces: Bool = false
    ) {
        let declaration = declaration
        let gate = declaration.access == .full ? rules.gate : nil
        let executor = executor(owner)
        // These answer with models, by names that may be old.
        let names = executor == nil ? nil : rules.names
        let hasBody = declaration.body != nil
        let served: HTTP.Handler =
            switch handler {
            case .sync(let handle): .sync { request in try handle(owner, request) }
            case .async(let handle):
                .async { [known = declaration.toleratesQuery ? nil : declaration.queryNames] request in
                    try await gate?.pass()
                    if let known { try request.query.check(known: known) }
                    var response: Response
                    if hasBody {
                        let memory = RequestMemory(of: rules.memory)
                        response = try await RequestMemory.$current.withValue(memory) {
                            try await handle(owner, request)
                        }
                        response.kept = memory.kept(for: response)
                    } else {
                        response = try await handle(owner, request)
                    }
                    if let age = names?.seconds { response.fields[.stale] = "\(age)" }
                    return response
                }
            }
        router.on(
            declaration.method,
            declaration.path,
            bodyLimit: declaration.bodyLimit,
            access: declaration.access,
            executor: executor,
            isProbe: declaration.isProbe,
            replaces: replaces,
            handler: served
        )
    }
}

extension RouteDeclaration {
    /// The parameters of the query.
    var queryNames: [String] { parameters.filter { $0.place == .query }.map(\.name) }

    /// The names of the path's `{name}` segments, in their order.
    var pathNames: [String] {
        path.split(separator: "{").dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { String(part[..<$0].replacing("...", with: "")) }
        }
    }

    /// A route whose path and parameters don't fit, or that no answer is told of, is a mistake of the program: it traps.
    fileprivate func check() {
        let declared = parameters.filter { $0.place == .path }.map(\.name)
        precondition(Set(declared) == Set(pathNames), "\(method) \(path) declares the path parameters \(declared)")
        precondition(answers.contains { 200..<300 ~= $0.status }, "\(method) \(path) declares no success")
    }
}
