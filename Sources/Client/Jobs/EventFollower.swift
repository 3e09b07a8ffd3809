internal import Foundation

/// Follows server-sent events, going on behind the last one when the connection is lost.
struct EventFollower {
    /// The client that asks.
    let client: ServerClient
    /// The segments of the events' path.
    let path: [String]

    /// The server writes a comment every 15 s, so silence means that the connection is gone.
    private static let silence = Duration.seconds(60)
    private static let pause: useconds_t = 200_000

    /// Hands on each event, until `use` has enough or there are no more.
    func follow(_ use: (ServerEvent) throws(Failure) -> Bool) throws(Failure) {
        var last: String?
        var hasBegun = false
        var lostSince: ContinuousClock.Instant?
        while true {
            var request = Request(segments: path)
            request.idleLimit = Self.silence
            request.fields = [("Accept", "text/event-stream")] + (last.map { [("Last-Event-ID", $0)] } ?? [])
            var isDone = false
            var reader = EventReader()
            do throws(Failure) {
                let begin = {
                    hasBegun = true
                    lostSince = nil
                }
                let head = try client.stream(request, begin: begin) { piece throws(Failure) in
                    try reader.take(piece) { event throws(Failure) in
                        last = event.id ?? last
                        isDone = try !use(event)
                        return !isDone
                    }
                }
                // No content: there is nothing behind the last event.
                if isDone || head.status == 204 { return }
            } catch {
                guard error.status == .unavailable else { throw error }
                let since = lostSince ?? .now
                lostSince = since
                guard ContinuousClock.now - since < Socket.patience, hasBegun else { throw error }
            }
            usleep(Self.pause)
        }
    }
}
