import HTTPTypes

/// Writes response heads and chunks (RFC 9112 §4, §7.1).
package enum ResponseSerializer {
    /// What the connection knows about an answer that its handler does not.
    package struct Context {
        /// The `Date` field's value.
        package var date: [UInt8]
        /// The `X-Request-ID` field's value.
        package var requestID: String
        /// Whether the connection closes behind this answer.
        package var closes: Bool
        /// Whether the request was HTTP/1.0, which has no chunks and must be told that the connection persists.
        package var isVersion10: Bool
        /// Whether the request was HEAD: the same head, and no body.
        package var isHead: Bool

        package init(date: [UInt8], requestID: String, closes: Bool, isVersion10: Bool, isHead: Bool) {
            self.date = date
            self.requestID = requestID
            self.closes = closes
            self.isVersion10 = isVersion10
            self.isHead = isHead
        }
    }

    /// How the body behind a head is delimited.
    package enum Framing: Equatable {
        /// Nothing follows the head.
        case none
        /// That many bytes follow.
        case length(Int)
        /// Chunks follow.
        case chunked
        /// Bytes follow until the connection closes, as HTTP/1.0 needs where no length is known.
        case untilClose
    }

    package static let interimContinue = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    package static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Behind the date: what keeps browsers from taking an answer for another type than its own (WHATWG Fetch §3.6) and from
    /// handing it to pages of other origins that did not ask by CORS (§3.7).
    private static let defenses: StaticString =
        "\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"

    /// Appends the head of the response; the framing says what must follow.
    package static func append(
        _ response: Response,
        _ context: Context,
        to bytes: inout [UInt8]
    ) -> Framing {
        let framing = framing(of: response, context)
        appendStatusLine(response.status, to: &bytes)
        bytes.append(literal: "Date: ")
        bytes.append(contentsOf: context.date)
        bytes.append(literal: Self.defenses)
        for field in response.fields where !isReserved(field.name.canonicalName) {
            bytes.append(text: field.name.rawName)
            bytes.append(literal: ": ")
            bytes.append(text: field.value)
            bytes.append(literal: "\r\n")
        }
        bytes.append(literal: "X-Request-ID: ")
        bytes.append(text: context.requestID)
        switch framing.announced {
        case .length(let length):
            bytes.append(literal: "\r\nContent-Length: ")
            bytes.append(decimal: length)
        case .chunked:
            bytes.append(literal: "\r\nTransfer-Encoding: chunked")
        case .none, .untilClose:
            break
        }
        if context.closes || framing.announced == .untilClose {
            bytes.append(literal: "\r\nConnection: close")
        } else if context.isVersion10 {
            bytes.append(literal: "\r\nConnection: keep-alive")
        }
        bytes.append(literal: "\r\n\r\n")
        return framing.sent
    }

    /// Appends one chunk; an empty one would end the body, so it is left out.
    package static func append(chunk: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        bytes.append(text: String(chunk.count, radix: 16))
        bytes.append(literal: "\r\n")
        bytes.append(contentsOf: chunk)
        bytes.append(literal: "\r\n")
    }

    /// What the head announces, and what is really sent: nothing for HEAD, 204 and 304 (RFC 9112 §6.3).
    private static func framing(of response: Response, _ context: Context) -> (announced: Framing, sent: Framing) {
        let announced: Framing
        switch response.body {
        case _ where response.status.code == 204 || response.status.code < 200: announced = .none
        case .bytes(let body) where response.status.code == 304: announced = body.isEmpty ? .none : .length(body.count)
        case .bytes(let body): announced = .length(body.count)
        case .stream(let stream):
            announced = stream.length.map { .length($0) } ?? (context.isVersion10 ? .untilClose : .chunked)
        }
        let isBodiless = context.isHead || response.status.code == 304
        return (announced, isBodiless ? .none : announced)
    }

    /// Whether only the server writes the field; asked for each field of each answer, so lengths are compared first.
    private static func isReserved(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name == "date"
        case 10: name == "connection" || name == "keep-alive"
        case 12: name == "x-request-id"
        case 14: name == "content-length"
        case 17: name == "transfer-encoding"
        case 22: name == "x-content-type-options"
        case 28: name == "cross-origin-resource-policy"
        default: false
        }
    }

    private static func appendStatusLine(_ status: HTTPResponse.Status, to bytes: inout [UInt8]) {
        guard status.code != 200 else { return bytes.append(literal: "HTTP/1.1 200 OK\r\n") }
        bytes.append(literal: "HTTP/1.1 ")
        bytes.append(decimal: status.code)
        bytes.append(literal: " ")
        bytes.append(text: status.reasonPhrase)
        bytes.append(literal: "\r\n")
    }
}

extension [UInt8] {
    mutating func append(literal text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(contentsOf: $0) }
    }

    /// Appends a number that is not negative.
    mutating func append(decimal number: Int) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
