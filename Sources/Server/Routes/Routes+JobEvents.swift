import HTTP
import HTTPTypes
import ModelStore

extension Routes {
    /// What happens to a job, as server-sent events (WHATWG HTML §9.2) out of the store: each carries the id of its row,
    /// so a client that was cut off, or that outlives a restart, goes on where it was.
    static func addJobEvents(to router: inout Router, _ queue: TrainingQueue) {
        router.get("/jobs/{id}/events") { request in
            let id = try request.jobID()
            let last = try lastEvent(of: request)
            // Whether the job exists is told before the stream begins.
            _ = try await queue.find(id)
            return .stream(
                .ok,
                contentType: "text/event-stream",
                endsOnDrain: true,
                fields: [.cacheControl: "no-store"]
            ) { writer in
                try await follow(id, after: last, in: queue, writer)
            }
        }
    }

    /// How long to wait before the store is asked for new events.
    private static let interval = Duration.milliseconds(200)
    /// How many times to wait before a comment tells proxies and the client that the line is still there.
    private static let waitsBeforeComment = 75

    private static func follow(
        _ id: JobID,
        after first: Int64,
        in queue: TrainingQueue,
        _ writer: any BodyWriter
    ) async throws {
        var last = first
        var waits = 0
        while true {
            let (events, isFinal) = try await queue.events(of: id, after: last)
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
            try await Task.sleep(for: interval)
            waits += 1
            if waits % waitsBeforeComment == 0 { try await writer.write(Array(": waiting\n\n".utf8)) }
        }
    }

    private static func lastEvent(of request: Request) throws -> Int64 {
        guard let name = HTTPField.Name("Last-Event-ID"), let text = request[name], !text.isEmpty else { return 0 }
        guard let id = Int64(text), id >= 0 else {
            throw Problem(.badRequest, detail: "Last-Event-ID: expected the id of an event, found \"\(text)\"")
        }
        return id
    }
}
