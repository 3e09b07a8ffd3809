import HTTPTypes

/// Decides which answers are compressed (RFC 9110 §12.5.3).
enum Compression {
    /// A body shorter than this gains nothing.
    private static let leastBytes = 1_024

    /// The response in gzip, where its body is bytes that compress, its handler left its coding open and the client
    /// accepts that.
    static func apply(to response: Response, for request: Request) -> Response {
        guard case .bytes(let bytes) = response.body, bytes.count >= leastBytes, isCompressible(response) else {
            return response
        }
        var response = response
        response.fields.append(HTTPField(name: .vary, value: "Accept-Encoding"))
        guard let accepted = request[.acceptEncoding],
            ContentCoding.weight(of: .gzip, inAcceptEncoding: accepted) > 0
        else { return response }
        let compressed = Gzip.compress(bytes)
        guard compressed.count < bytes.count else { return response }
        response.body = .bytes(compressed)
        response.fields[.contentEncoding] = "gzip"
        return response
    }

    /// A tag or a range speaks of the bytes as they are, so such a response stays as it is.
    private static func isCompressible(_ response: Response) -> Bool {
        guard response.isCompressible, response.status.code != 206, response.fields[.contentEncoding] == nil,
            response.fields[.eTag] == nil,
            response.fields[.cacheControl]?.contains("no-transform") != true, let type = response.contentType
        else { return false }
        let essence = MediaType.essence(of: type)
        return essence.hasPrefix("text/") || essence.hasSuffix("json") || essence.hasSuffix("xml")
            || essence == "application/javascript"
    }
}
