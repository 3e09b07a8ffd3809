internal import Foundation
internal import JSON

/// Follows a job by its events to its end, across servers that restart.
struct JobFollower {
    /// The client that asks.
    let client: ServerClient
    /// The job's id.
    let id: String

    private static let ends: Set<String> = ["succeeded", "failed", "cancelled"]

    /// Follows the job: hands on each event as it comes, and gives the job as it is at its end, without its history.
    func follow(_ see: (ServerEvent) throws(Failure) -> Void) throws(Failure) -> JSONValue {
        try EventFollower(client: client, path: ["jobs", id, "events"]).follow { event throws(Failure) in
            try see(event)
            let state = event.name == "state" ? event.json?.text("state") : nil
            return !(state.map(Self.ends.contains) ?? false)
        }
        return try Self.job(id, of: client)
    }

    /// Follows the job with a bar on standard error.
    func followWithBar() throws(Failure) -> JSONValue {
        var display = JobDisplay()
        defer { display.clear() }
        return try follow { event throws(Failure) in display.draw(event, job: id) }
    }

    /// A job, without its history.
    static func job(_ id: String, of client: ServerClient) throws(Failure) -> JSONValue {
        var request = Request("GET", "jobs", id)
        request.query = [("history", "false")]
        return try client.answer(to: request).json()
    }

    /// - Throws: what ended a job other than success, as `jobFailed`; a replay that came to other
    ///   weights too.
    static func checkSuccess(of job: JSONValue) throws(Failure) {
        let state = job.text("state") ?? ""
        guard state != "succeeded" else {
            guard let replay = job["replay"], (try? replay["identical"]?.bool()) == false else { return }
            throw Failure(
                .jobFailed,
                "job \(job.text("id") ?? "?") came to other weights than job \(replay.text("of") ?? "?")"
            )
        }
        let cause = job["error"]?.text("detail").map { ": \($0)" } ?? ""
        throw Failure(
            .jobFailed,
            "job \(job.text("id") ?? "?") \(state == "cancelled" ? "was cancelled" : "failed\(cause)")"
        )
    }
}
