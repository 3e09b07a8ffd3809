public import HTTPTypes
public import JSON

/// A status, fields and a body, which is bytes or a stream.
public struct Response: Sendable {
    /// The status of the answer.
    public var status: HTTPResponse.Status

    /// The fields; framing, `Date` and `Connection` are the server's and are added when it is sent.
    public var fields: HTTPFields

    package var body: Body

    /// What lives until the answer is on its way, such as a count of the memory that it takes.
    public var kept: (any Sendable)?

    /// The bytes of the body, as far as it is held in memory.
    public var byteCount: Int {
        if case .bytes(let bytes) = body { bytes.count } else { 0 }
    }

    /// What the body was made as; reading it from the fields for every answer would cost more.
    private(set) var contentType: String?

    /// What it tells of, where that is a problem: a server may say it in another form.
    package internal(set) var reported: ReportedProblem?

    /// Whether it may be compressed for a client that accepts that.
    public var isCompressible = true

    package enum Body: Sendable {
        case bytes([UInt8])
        case stream(BodyStream)
    }

    /// A response without a body.
    public init(_ status: HTTPResponse.Status, fields: HTTPFields = [:]) {
        self.status = status
        self.fields = fields
        self.body = .bytes([])
    }

    /// A response whose body is those bytes.
    public init(_ status: HTTPResponse.Status, bytes: [UInt8], contentType: String, fields: HTTPFields = [:]) {
        self.status = status
        self.fields = fields
        // Appending to no fields spares the search for one to replace.
        let field = HTTPField(name: .contentType, value: contentType)
        if fields.isEmpty { self.fields.append(field) } else { self.fields[.contentType] = contentType }
        self.contentType = contentType
        self.body = .bytes(bytes)
    }

    /// A response whose body is JSON that was encoded before.
    public init(_ status: HTTPResponse.Status, json: [UInt8], fields: HTTPFields = [:]) {
        self.init(status, bytes: json, contentType: "application/json", fields: fields)
    }

    /// A response whose body is text in UTF-8.
    public init(_ status: HTTPResponse.Status, text: String, fields: HTTPFields = [:]) {
        self.init(status, bytes: Array(text.utf8), contentType: "text/plain; charset=utf-8", fields: fields)
    }

    /// A response whose body is the JSON that `write` writes.
    public static func json(
        _ status: HTTPResponse.Status,
        fields: HTTPFields = [:],
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        write(&json)
        return Response(status, json: json.bytes, fields: fields)
    }
}

extension Response {
    /// A response whose body is written piece by piece while it is sent.
    ///
    /// A client that reads slowly suspends the writer; one that goes away cancels the task that runs `produce`.
    /// - Parameters:
    ///   - status: The status of the answer.
    ///   - contentType: The media type of the body.
    ///   - length: The number of bytes that `produce` writes, if known; otherwise the body is sent in chunks.
    ///   - endsOnDrain: Whether a server that stops ends the body at once, as is right for events without end.
    ///   - fields: Further fields.
    ///   - produce: Writes the body.
    /// - Returns: The response.
    public static func stream(
        _ status: HTTPResponse.Status,
        contentType: String,
        length: Int? = nil,
        endsOnDrain: Bool = false,
        fields: HTTPFields = [:],
        _ produce: @escaping @Sendable (any BodyWriter) async throws -> Void
    ) -> Response {
        var response = Response(status, bytes: [], contentType: contentType, fields: fields)
        response.body = .stream(BodyStream(length: length, endsOnDrain: endsOnDrain, produce: produce))
        return response
    }

    /// A response whose body is the chunks of a sequence.
    public static func stream<Chunks: AsyncSequence & Sendable>(
        _ status: HTTPResponse.Status,
        contentType: String,
        length: Int? = nil,
        fields: HTTPFields = [:],
        chunks: Chunks
    ) -> Response where Chunks.Element == [UInt8] {
        stream(status, contentType: contentType, length: length, fields: fields) { writer in
            for try await chunk in chunks { try await writer.write(chunk) }
        }
    }
}
