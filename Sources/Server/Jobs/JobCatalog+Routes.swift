import HTTP
import HTTPTypes
import JSON
import ModelStore

extension JobCatalog: Subject {
    static let title = "jobs"

    static let routes: [Route<JobCatalog>] = [
        Route(
            .get,
            "/jobs",
            "listJobs",
            "A page of jobs, newest first",
            parameters: [state, model, limit, after],
            answers: [.ok("the page, of jobs without their history", .page("jobs", of: .job, next: .string))]
        ) { jobs, request in
            let filter = JobFilter(
                state: try request[state],
                model: try request[model],
                limit: try request[limit],
                after: try request[after]
            )
            return .json(.ok, JobPageDocument(page: try await jobs.list(filter)))
        },
        Route(
            .get,
            "/jobs/{id}",
            "findJob",
            "One job, with its history",
            parameters: [id],
            toleratesQuery: true,
            answers: [.ok("the job", .job), .notFound]
        ) { jobs, request in .json(.ok, try await jobs.find(request[id])) },
        Route(
            .delete,
            "/jobs/{id}",
            "deleteJob",
            "Remove a job that has ended",
            parameters: [id],
            toleratesQuery: true,
            answers: [.noContent(), .notFound, .conflict("it has not ended")]
        ) { jobs, request in
            try await jobs.delete(request[id])
            return Response(.noContent)
        },
        change("cancel", "End a job without a result", unless: "it has ended") { try await $0.cancel($1) },
        change("pause", "Pause a running job at a checkpoint", unless: "it isn't running") { try await $0.pause($1) },
        change("resume", "Have a paused job go on", unless: "it isn't paused") { try await $0.resume($1) },
        Route(
            .get,
            "/jobs/{id}/events",
            "followJob",
            "What happens to a job, as server-sent events",
            details: "`progress`, `epoch` and `state` events from the start of the job until its end.",
            parameters: [id, lastEvent],
            toleratesQuery: true,
            answers: [
                Answer(
                    200,
                    "the events; the data of each is JSON",
                    contents: [(JobEventStream.contentType, .jobEvent)]
                ),
                .notFound,
            ]
        ) { jobs, request in
            try await JobEventStream(jobs: jobs, id: request[id], after: request[lastEvent]).response()
        },
    ]

    /// A route that changes a job's state.
    private static func change(
        _ verb: String,
        _ summary: String,
        unless reason: String,
        _ work: @escaping @Sendable (JobCatalog, JobID) async throws -> JobDocument
    ) -> Route<JobCatalog> {
        Route(
            .post,
            "/jobs/{id}/\(verb)",
            "\(verb)Job",
            summary,
            parameters: [id],
            toleratesQuery: true,
            answers: [.ok("the job", .job), .notFound, .conflict(reason)]
        ) { jobs, request in .json(.ok, try await work(jobs, request[id])) }
    }

    private static let id = RouteParameter<JobID>(Parameter("id", in: .path, .jobID)) { text in
        guard let id = text.flatMap(JobID.init) else {
            throw StoreError.notFound("job \"\(text ?? "")\": there is none of that id")
        }
        return id
    }

    private static let state = RouteParameter<JobState?>.optionalQuery("state", .jobState) { text in
        guard let state = JobState(rawValue: text) else {
            let known = JobState.allCases.map(\.rawValue)
            throw Problem(
                .badRequest,
                detail: "query parameter \"state\": " + Suggestion.unknown("state", text, known: known)
            )
        }
        return state
    }

    private static let model = RouteParameter<String?>.optionalQuery("model", .queryText, "Those of one model") { $0 }

    private static let limit = RouteParameter.query("limit", 1...1000, default: 50)

    private static let after = RouteParameter<JobID?>.optionalQuery(
        "after",
        .jobID,
        "The `next` of the page before"
    ) { text in
        guard let id = JobID(text) else {
            throw Problem(
                .badRequest,
                detail: "query parameter \"after\": expected what \"next\" of the page before was, found \"\(text)\""
            )
        }
        return id
    }

    /// What the ids of events may be.
    private static let eventIDs = 0...Int64(JSONValue.exactIntegers.upperBound)

    private static let lastEvent = RouteParameter<Int64>(
        Parameter(
            "Last-Event-ID",
            in: .header,
            .integer(0...JSONValue.exactIntegers.upperBound),
            "The id after which to begin"
        )
    ) { text in
        guard let text, !text.isEmpty else { return 0 }
        guard let id = Int64(text), eventIDs.contains(id) else {
            throw Problem(.badRequest, detail: "Last-Event-ID: expected the id of an event, found \"\(text)\"")
        }
        return id
    }
}
