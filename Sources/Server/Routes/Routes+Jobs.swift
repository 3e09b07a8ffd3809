import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Routes {
    /// Jobs: listed, looked at, cancelled, paused, resumed, removed.
    static func addJobs(to router: inout Router, _ queue: TrainingQueue) {
        router.get("/jobs") { request in
            .json(.ok, JobPageDocument(page: try await queue.list(filter(of: request))))
        }
        router.get("/jobs/{id}") { request in .json(.ok, try await queue.find(request.jobID())) }
        router.delete("/jobs/{id}") { request in
            try await queue.delete(request.jobID())
            return Response(.noContent)
        }
        router.post("/jobs/{id}/cancel") { request in .json(.ok, try await queue.cancel(request.jobID())) }
        router.post("/jobs/{id}/pause") { request in .json(.ok, try await queue.pause(request.jobID())) }
        router.post("/jobs/{id}/resume") { request in .json(.ok, try await queue.resume(request.jobID())) }
    }

    private static func filter(of request: Request) throws -> JobFilter {
        try request.query.check(known: ["state", "model", "limit", "after"])
        let state = try request.query["state"].map { text throws(Problem) in
            guard let state = JobState(rawValue: text) else {
                let known = JobState.allCases.map(\.rawValue)
                throw Problem(
                    .badRequest,
                    detail: "query parameter \"state\": " + Suggestion.unknown("state", text, known: known)
                )
            }
            return state
        }
        let limit = try request.query.value("limit", as: Int.self) ?? 50
        guard 1...1000 ~= limit else {
            throw Problem(
                .badRequest,
                detail: "query parameter \"limit\": expected an integer from 1 to 1000, found \(limit)"
            )
        }
        let after = try request.query["after"].map { text throws(Problem) in
            guard let id = JobID(text) else {
                throw Problem(
                    .badRequest,
                    detail:
                        "query parameter \"after\": expected what \"next\" of the page before was, found \"\(text)\""
                )
            }
            return id
        }
        return JobFilter(state: state, model: request.query["model"], limit: limit, after: after)
    }
}
