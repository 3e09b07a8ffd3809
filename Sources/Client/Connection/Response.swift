internal import Foundation
internal import JSON

/// The head of an answer.
struct ResponseHead: Sendable {
    /// The status.
    let status: Int
    /// The fields, in order, names in lower case.
    let fields: [(name: String, value: String)]

    /// The first value of a field, whose name is in lower case.
    func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// How the body's end is found (RFC 9112, section 6.3).
    var framing: Framing {
        if status == 204 || status == 304 || status / 100 == 1 { return .length(0) }
        if field("transfer-encoding")?.lowercased().hasSuffix("chunked") == true { return .chunked }
        return field("content-length").flatMap(Int.init).map(Framing.length) ?? .untilClosed
    }

    /// How the body's end is found.
    enum Framing {
        case length(Int), chunked, untilClosed
    }

    /// A head out of its lines, without the empty one; nil where it is none of HTTP/1.
    init?(_ text: String) {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        self.status = status
        fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
    }
}

/// A whole answer.
struct Response: Sendable {
    /// Its head.
    let head: ResponseHead
    /// Its body.
    let body: [UInt8]

    /// The body as JSON.
    func json() throws(Failure) -> JSONValue {
        do {
            return try JSONDocument(parsing: body, maximumDepth: JSONDocument.greatestMaximumDepth).root
        } catch {
            throw Failure(.unavailable, "the server's answer is \(error.description); is it a Trainyard server?")
        }
    }
}
