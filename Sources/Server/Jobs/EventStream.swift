import HTTP
import HTTPTypes

/// One server-sent event (WHATWG HTML §9.2), whose id lets a client that was cut off go on behind it.
struct ServerEvent: Sendable {
    let id: Int64
    let name: String
    /// JSON on one line.
    let data: String

    fileprivate var text: String { "id: \(id)\nevent: \(name)\ndata: \(data)\n\n" }
}

/// Events out of the store as they come.
struct EventStream: Sendable {
    /// Events after one of them, and whether none will ever follow.
    typealias Source = @Sendable (Int64) async throws -> (events: [ServerEvent], isFinal: Bool)

    static let contentType = "text/event-stream"

    /// How long to wait before the store is asked for new events.
    private static let interval = Duration.milliseconds(200)
    /// How many times to wait before a comment tells proxies and the client that the line is still there.
    private static let waitsBeforeComment = 75

    private let first: Int64
    private let source: Source

    /// The events after `first`.
    init(after first: Int64, from source: @escaping Source) {
        self.first = first
        self.source = source
    }

    /// The answer, which ends when no event will follow; 204, with which a browser stops asking, where none will already
    /// and the client has named the last one.
    ///
    /// - Parameter isReconnect: Whether the client has named an event.
    /// - Returns: The answer.
    /// - Throws: What the source throws before the stream has begun.
    func response(isReconnect: Bool) async throws -> Response {
        let known = try await source(first)
        if isReconnect, known.isFinal, known.events.isEmpty { return Response(.noContent) }
        return .stream(
            .ok,
            contentType: Self.contentType,
            endsOnDrain: true,
            fields: [.cacheControl: "no-store"]
        ) { writer in
            try await follow(writer)
        }
    }

    private func follow(_ writer: any BodyWriter) async throws {
        var last = first
        var waits = 0
        while true {
            let (events, isFinal) = try await source(last)
            for event in events {
                try await writer.write(Array(event.text.utf8))
                last = event.id
            }
            if !events.isEmpty {
                waits = 0
                continue
            }
            if isFinal { return }
            try await Task.sleep(for: Self.interval)
            waits += 1
            if waits % Self.waitsBeforeComment == 0 { try await writer.write(Array(": waiting\n\n".utf8)) }
        }
    }
}
