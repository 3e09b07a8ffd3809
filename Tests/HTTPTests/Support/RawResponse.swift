import Testing

/// A response as it came over the wire, its body unchunked.
struct RawResponse {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension RawClient {
    /// The next response; `hasBody` is false for the answer to HEAD.
    func response(hasBody: Bool = true) async throws -> RawResponse {
        let head = try await read(through: "\r\n\r\n")
        let lines = head.split(separator: "\r\n")
        let statusLine = lines[0].split(separator: " ", maxSplits: 2)
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        var response = RawResponse(status: try #require(Int(statusLine[1])), fields: fields, body: [])
        guard hasBody, response.status != 204, response.status != 304, response.status >= 200 else { return response }
        if response["Transfer-Encoding"] == "chunked" {
            while true {
                let size = try #require(Int(try await read(through: "\r\n").dropLast(), radix: 16))
                let chunk = try await read(count: size + 2)
                guard size > 0 else { return response }
                response.body += chunk.dropLast(2)
            }
        }
        if let length = response["Content-Length"] {
            response.body = try await read(count: try #require(Int(length)))
        } else {
            response.body = Array(try await readToEnd().utf8)
        }
        return response
    }

    /// Sends a GET and reads the answer.
    func get(_ path: String, fields: String = "") async throws -> RawResponse {
        try await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return try await response()
    }
}
