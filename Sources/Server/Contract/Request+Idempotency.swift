import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Request {
    /// The body as JSON, and what its `Idempotency-Key` stands for
    /// (draft-ietf-httpapi-idempotency-key-header-07, §2.1); nil where it has none.
    ///
    /// The key is a structured string, `"8e03978e-40d5"`; one without quotes, as many clients send it, means the same.
    ///
    /// - Throws: What `json()` throws, and a `Problem` with 400 for a key that is empty, too long, or not printable
    ///   ASCII.
    ///
    /// - Parameters:
    ///   - route: The route, which keys belong to.
    ///   - standard: What stands for no body; nil where there must be one.
    /// - Returns: Body and key.
    func idempotentJSON(
        _ route: String,
        default standard: String? = nil
    ) async throws -> (body: JSONValue, key: AnswerKey?) {
        var bytes = standard.map { Array($0.utf8) } ?? []
        if standard == nil || (knownLength ?? 1) > 0 && (self[.contentLength] ?? self[.transferEncoding]) != nil {
            bytes = try await jsonBytes()
        }
        let key = try self[.idempotencyKey].map { AnswerKey(route: route, key: $0, body: bytes) }
        return (try JSONDocument(parsing: bytes).root, key)
    }
}

extension RouteParameter where Value == String? {
    /// The key under which a request is carried out once; nil where it has none.
    static let idempotencyKey = RouteParameter(
        Parameter(
            "Idempotency-Key",
            in: .header,
            .string(matching: "^[ -~]{1,\(longestKey)}$"),
            "A repetition with the same key and body gets the first answer again, for a day"
        )
    ) { text in
        guard let text else { return nil }
        let isQuoted = text.utf8.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        let key = isQuoted ? String(text.dropFirst().dropLast()) : text
        guard (1...longestKey).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem(
                .badRequest,
                detail: "Idempotency-Key: expected 1 to \(longestKey) printable ASCII characters, found \"\(key)\""
            )
        }
        return key
    }
}

/// The most characters of a key.
private let longestKey = 255

extension Response {
    /// A first answer, or the same one again.
    init(_ answer: FirstAnswer) {
        var fields: HTTPFields = [:]
        fields[.location] = answer.location
        self.init(HTTPResponse.Status(code: answer.status), json: answer.body, fields: fields)
    }
}
