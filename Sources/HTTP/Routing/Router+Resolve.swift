import HTTPTypes

extension Router {
    /// Finds who answers a request; the prefix may stand before its path, or not.
    func resolve(_ head: RequestHead, under prefix: PathPrefix = .none) -> Resolution {
        if head.target.form == .asterisk { return .answered(Self.options(Self.everyMethod), pattern: nil) }
        guard let path = PathSegments(head.bytes[head.target.path]) else {
            return Self.refused(.badRequest, "the path has a malformed escape, or one that is not UTF-8 text")
        }
        switch match(head.method, path.segments, under: prefix) {
        case .found(let target, let values):
            if head.framing != .none, let coding = head.value(ofFieldNamed: "content-encoding"),
                ContentCoding(field: coding) == nil
            {
                let known = ContentCoding.allCases.map(\.rawValue).joined(separator: ", ")
                return Self.refused(
                    .unsupportedMediaType,
                    "Content-Encoding \"\(coding)\" is not understood; use \(known), or none",
                    fields: [.acceptEncoding: known]
                )
            }
            var query = Query()
            if let text = head.rawQuery {
                guard let parsed = Query(parsing: text) else {
                    return Self.refused(.badRequest, "the query has a malformed escape, or one that is not UTF-8 text")
                }
                query = parsed
            }
            return .endpoint(target.endpoint, Parameters(names: target.names, values: values), query)
        case .methodNotAllowed(let methods):
            let allowed = Self.list(methods)
            if head.method == .options { return .answered(Self.options(allowed), pattern: nil) }
            return Self.refused(
                .methodNotAllowed,
                "\(head.method.rawValue) is not allowed on \(head.rawPath); use \(allowed)",
                fields: [.allow: allowed]
            )
        case .notFound:
            return Self.refused(.notFound, "there is nothing at \(head.rawPath)")
        }
    }

    /// Whether the request is a probe: GET or HEAD, without a body, of a route that is declared as one.
    func isProbe(_ head: RequestHead, under prefix: PathPrefix) -> Bool {
        guard head.method == .get || head.method == .head, head.framing == .none, head.target.form != .asterisk,
            let path = PathSegments(head.bytes[head.target.path]),
            case .found(let target, _) = match(head.method, path.segments, under: prefix)
        else { return false }
        return target.endpoint.isProbe
    }

    /// Without the prefix first; a path that means nothing then may be one that only begins like it.
    private func match(_ method: HTTPRequest.Method, _ path: [String], under prefix: PathPrefix) -> RouteTree.Match {
        if let stripped = prefix.stripped(from: path) {
            let match = tree.match(method, stripped)
            guard case .notFound = match else { return match }
        }
        return tree.match(method, path)
    }

    private static let everyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    private static func list(_ methods: [HTTPRequest.Method]) -> String {
        ((methods + [.options]).map(\.rawValue)).joined(separator: ", ")
    }

    private static func options(_ allowed: String) -> Response {
        Response(.noContent, fields: [.allow: allowed])
    }

    private static func refused(
        _ status: HTTPResponse.Status,
        _ detail: String,
        fields: HTTPFields = [:]
    ) -> Resolution {
        .answered(Problem(status, detail: detail, fields: fields).response, pattern: nil)
    }
}
