public import HTTPTypes

/// Which pages of other origins may use the server from a browser (the CORS protocol of the WHATWG Fetch standard).
public struct CrossOriginPolicy: Sendable {
    /// The origins, such as "https://app.example.com"; "*" stands for all.
    public var origins: Set<String>

    /// The methods that such pages may use.
    public var methods: [HTTPRequest.Method]

    /// The fields that such pages may send.
    public var requestFields: [String]

    /// The fields that such pages may see.
    public var exposedFields: [String]

    /// For how many seconds a browser may remember the answer.
    public var maximumAge: Int

    /// A policy for those origins.
    public init(
        origins: Set<String>,
        methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete],
        requestFields: [String] = [
            "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Range",
            "X-Request-ID",
        ],
        exposedFields: [String] = ["Content-Range", "ETag", "Location", "Retry-After", "X-Request-ID"],
        maximumAge: Int = 600
    ) {
        self.origins = origins
        self.methods = methods
        self.requestFields = requestFields
        self.exposedFields = exposedFields
        self.maximumAge = maximumAge
    }

    /// The answer to a browser's question whether a page may do something; nil where this is no such question.
    func preflight(_ head: RequestHead) -> Response? {
        guard head.method == .options, head.has("origin"), head.has("access-control-request-method") else { return nil }
        var response = Response(.noContent)
        guard allows(head) else { return response }
        response.fields[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
        response.fields[.accessControlAllowHeaders] = requestFields.joined(separator: ", ")
        response.fields[.accessControlMaxAge] = "\(maximumAge)"
        return response
    }

    func apply(to response: inout Response, for head: RequestHead) {
        response.fields.append(HTTPField(name: .vary, value: "Origin"))
        guard allows(head) else { return }
        response.fields[.accessControlAllowOrigin] =
            origins.contains("*") ? "*" : head.value(ofFieldNamed: "origin")
        response.fields[.accessControlExposeHeaders] = exposedFields.joined(separator: ", ")
    }

    /// Whether the request names an origin that is allowed.
    func allows(_ head: RequestHead) -> Bool {
        guard let origin = head.value(ofFieldNamed: "origin") else { return false }
        return origins.contains("*") || origins.contains(origin)
    }
}
