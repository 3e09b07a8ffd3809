import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Request {
    /// The body as JSON.
    ///
    /// - Throws: `JSONSyntaxError`, or a `Problem` with 415 where the client says that the body is something else.
    func json() async throws -> JSONValue { try JSONDocument(parsing: try await jsonBytes()).root }

    /// The body, which is to be JSON.
    ///
    /// - Throws: A `Problem` with 411 where there is no body, with 415 where the client says that it is something else.
    func jsonBytes() async throws -> [UInt8] {
        try requireBody()
        try requireJSONType()
        return try await body.collectCounted(length: knownLength)
    }

    /// Throws a `Problem` with 415 where the client says that the body is something else than JSON.
    func requireJSONType() throws(Problem) {
        if let mediaType, mediaType != "application/json", !mediaType.hasSuffix("+json"), mediaType != Self.curlDefault
        {
            throw Problem(
                .unsupportedMediaType,
                detail: "Content-Type: expected application/json, found \(mediaType)",
                fields: [.accept: "application/json"]
            )
        }
    }

    /// The bytes of the body, where the head tells them; those of a compressed one are others in the end.
    var knownLength: Int? { self[.contentEncoding] == nil ? self[.contentLength].flatMap { Int($0) } : nil }

    /// Throws a `Problem` with 411 where the head announces no body (RFC 9112 §6.3), which is to say that it was forgotten.
    func requireBody() throws(Problem) {
        guard self[.contentLength] == nil, self[.transferEncoding] == nil else { return }
        throw Problem(
            .lengthRequired,
            detail: "this needs a body; send it with Content-Length, or with Transfer-Encoding: chunked"
        )
    }

    /// What `curl -d` sends where nobody tells it otherwise.
    static let curlDefault = "application/x-www-form-urlencoded"
}

extension Response {
    /// A response with a value as its JSON body.
    static func json(_ status: HTTPResponse.Status, _ value: some JSONWritable, fields: HTTPFields = [:]) -> Response {
        Response(status, json: value.jsonBytes, fields: fields)
    }
}
