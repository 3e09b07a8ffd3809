public import HTTPTypes

extension Response {
    /// Answers with a representation that has a known length and perhaps a tag, as the request's conditions ask.
    ///
    /// `If-Match` that fails is a 412, `If-None-Match` that names the tag a 304, `Range` a 206 or 416, unless `If-Range`
    /// has another tag (RFC 9110 §13, §14).
    /// - Parameters:
    ///   - request: The GET or HEAD request.
    ///   - contentType: The media type.
    ///   - length: Bytes of the whole representation.
    ///   - tag: Its tag; equal tags must mean equal bytes.
    ///   - fields: Further fields.
    ///   - produce: Writes the bytes in that range.
    /// - Returns: The response.
    public static func representation(
        for request: Request,
        contentType: String,
        length: Int,
        tag: EntityTag? = nil,
        fields: HTTPFields = [:],
        _ produce: @escaping @Sendable (Range<Int>, any BodyWriter) async throws -> Void
    ) -> Response {
        let fields = validated(fields, tag)
        if let answer = answer(to: request, tag: tag, fields: fields) { return answer }
        return selected(from: length, for: request, tag: tag, fields: fields) { status, range, fields in
            .stream(status, contentType: contentType, length: range.count, fields: fields) { writer in
                try await produce(range, writer)
            }
        }
    }

    /// The same for a representation that is in memory as a whole; where the conditions alone give the answer, it is not
    /// even made.
    /// - Parameters:
    ///   - request: The GET or HEAD request.
    ///   - contentType: The media type.
    ///   - tag: Its tag; equal tags must mean equal bytes.
    ///   - fields: Further fields.
    ///   - make: Makes the whole representation.
    /// - Returns: The response.
    /// - Throws: What `make` throws.
    public static func representation(
        for request: Request,
        contentType: String,
        tag: EntityTag,
        fields: HTTPFields = [:],
        bytes make: () async throws -> [UInt8]
    ) async throws -> Response {
        let fields = validated(fields, tag)
        if let answer = answer(to: request, tag: tag, fields: fields) { return answer }
        let bytes = try await make()
        return selected(from: bytes.count, for: request, tag: tag, fields: fields) { status, range, fields in
            let part = range == bytes.indices ? bytes : Array(bytes[range])
            return Response(status, bytes: part, contentType: contentType, fields: fields)
        }
    }

    /// The fields with those that tell of conditions and ranges.
    private static func validated(_ fields: HTTPFields, _ tag: EntityTag?) -> HTTPFields {
        var fields = fields
        fields[.acceptRanges] = "bytes"
        fields[.eTag] = tag?.description
        return fields
    }

    /// The 412 or 304 that the conditions of a GET or HEAD ask for, where what it gives has a tag and no bytes of its own.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - tag: The tag of what is there.
    ///   - fields: The fields that a 304 has, such as `ETag`.
    /// - Returns: The answer; nil where the request asks for what is there.
    public static func unchanged(for request: Request, tag: EntityTag, fields: HTTPFields) -> Response? {
        answer(to: request, tag: tag, fields: fields)
    }

    /// The 412 or 304 that the request's conditions ask for; nil where they ask for the representation.
    private static func answer(to request: Request, tag: EntityTag?, fields: HTTPFields) -> Response? {
        do throws(Problem) {
            try request.checkMatch(tag)
        } catch {
            return error.response
        }
        guard let list = request[.ifNoneMatch], EntityTag.list(list, names: tag, strongly: false) else { return nil }
        return Response(.notModified, fields: fields)
    }

    /// The whole or the part that the request asks for, made by `make`; else a 416.
    private static func selected(
        from length: Int,
        for request: Request,
        tag: EntityTag?,
        fields: HTTPFields,
        _ make: (HTTPResponse.Status, Range<Int>, HTTPFields) -> Response
    ) -> Response {
        switch request.range(of: length, tag: tag) {
        case .whole: return make(.ok, 0..<length, fields)
        case .part(let range):
            var fields = fields
            fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
            return make(.partialContent, range, fields)
        case .unsatisfiable:
            return Problem(
                .rangeNotSatisfiable,
                detail: "the representation is \(length) bytes long",
                fields: [.contentRange: "bytes */\(length)"]
            ).response
        }
    }
}

extension Request {
    /// Throws a 412 `Problem` where the conditions of a change do not hold for what is stored now.
    ///
    /// No tag means that nothing is stored, so `If-None-Match: *` lets a client create but not replace.
    public func checkPreconditions(of tag: EntityTag?) throws(Problem) {
        try checkMatch(tag)
        guard let list = self[.ifNoneMatch], EntityTag.list(list, names: tag, strongly: false) else { return }
        throw Problem(.preconditionFailed, detail: "If-None-Match: \(list) fails: \(Self.describe(tag))")
    }

    fileprivate func checkMatch(_ tag: EntityTag?) throws(Problem) {
        guard let list = self[.ifMatch], !EntityTag.list(list, names: tag, strongly: true) else { return }
        throw Problem(.preconditionFailed, detail: "If-Match: \(list) fails: \(Self.describe(tag))")
    }

    fileprivate func range(of length: Int, tag: EntityTag?) -> ByteRange {
        guard method == .get, let field = self[.range] else { return .whole }
        if let condition = self[.ifRange] {
            // A date never matches, since nothing here has one.
            guard let tag, EntityTag.parse(condition).contains(where: tag.matchesStrongly) else { return .whole }
        }
        return ByteRange(field, length: length)
    }

    private static func describe(_ tag: EntityTag?) -> String {
        tag.map { "the stored representation is \($0)" } ?? "nothing is stored"
    }
}
