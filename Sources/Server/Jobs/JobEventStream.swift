import HTTP
import HTTPTypes
import ModelStore

/// What happens to a job, as server-sent events (WHATWG HTML §9.2) out of the store.
///
/// Each carries the id of its row, so a client that was cut off, or that outlives a restart, goes on where it was.
struct JobEventStream: Sendable {
    let jobs: JobCatalog
    let id: JobID
    /// The event after which to begin; 0 for the first.
    let after: Int64

    static let contentType = "text/event-stream"

    /// How long to wait before the store is asked for new events.
    private static let interval = Duration.milliseconds(200)
    /// How many times to wait before a comment tells proxies and the client that the line is still there.
    private static let waitsBeforeComment = 75

    /// The answer, which ends with the job.
    ///
    /// - Throws: `StoreError.notFound` where there is no such job, before the stream begins.
    func response() async throws -> Response {
        _ = try await jobs.find(id)
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
        var last = after
        var waits = 0
        while true {
            let (events, isFinal) = try await jobs.events(of: id, after: last)
            for event in events {
                let text = "id: \(event.id)\nevent: \(event.kind.rawValue)\ndata: \(event.data)\n\n"
                try await writer.write(Array(text.utf8))
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
