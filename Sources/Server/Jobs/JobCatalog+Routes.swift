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
            details:
                "With `view=row` each job is a few members, as lists for people show them: numbers among the metrics alone.",
            parameters: [state, model, experiment, limit, after, view],
            answers: [
                .ok(
                    "the page, of jobs without their history",
                    .page("jobs", of: .any(of: [.job, .jobRow]), next: .string)
                )
            ]
        ) { jobs, request in
            let filter = JobFilter(
                state: try request[state],
                model: try request[model],
                experiment: try request[experiment],
                limit: try request[limit],
                after: try request[after]
            )
            let isRow = try request[view] != nil
            return .json(.ok, JobPageDocument(page: try await jobs.list(filter), isOfRows: isRow))
        },
        Route(
            .get,
            "/jobs/{id}",
            "findJob",
            "One job, with its history",
            parameters: [id, withHistory],
            toleratesQuery: true,
            answers: [.ok("the job", .job), .notFound]
        ) { jobs, request in .json(.ok, try await jobs.find(request[id], withHistory: request[withHistory])) },
        Route(
            .get,
            "/jobs/{id}/history",
            "readHistory",
            "A job's metrics over its epochs, thinned out for a curve",
            details: """
                The epochs between the first and the last are cut into bins, each of which gives its least and its \
                greatest value. `smoothed` is Σ aᵗ⁻ⁱxᵢ / Σ aᵗ⁻ⁱ over the epochs up to t, for a = `smooth`. A table, such \
                as a confusion matrix, is given of one epoch that `from` and `to` name, where `metrics` asks for it.
                """,
            parameters: [id] + HistoryRequest.parameters,
            answers: [.ok("the series", .jobHistory), .notFound]
        ) { jobs, request in .json(.ok, try await jobs.history(of: request[id], HistoryRequest(request))) },
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
        Route(
            .get,
            "/jobs/{id}/postmortem",
            "readPostmortem",
            "Where a job that diverged came to a number that isn't finite, and its last steps before that",
            parameters: [id],
            toleratesQuery: true,
            answers: [
                .ok("what was found", .postmortem),
                .problem(404, "there is no such job, or it did not diverge; which of the two is said"),
            ]
        ) { jobs, request in
            let text = try await jobs.postmortem(of: request[id])
            return .json(.ok, StoredJSON(text: text))
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
                events, Answer(204, "`Last-Event-ID` names the last event of a job that has ended"), .notFound,
            ]
        ) { jobs, request in try await jobs.follow(request[id], after: request[lastEvent]) },
        Route(
            .get,
            "/events",
            "followJobs",
            "What happens to all jobs from now on, as server-sent events",
            details: """
                As those of one job, with `job` and `model` in the data. `reset` comes first where what followed \
                `Last-Event-ID` isn't known any more: read the list of jobs anew.
                """,
            parameters: [lastEvent],
            answers: [events]
        ) { jobs, request in try await jobs.followAll(after: request[lastEvent]) },
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

    private static let id = RouteParameter.jobID

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

    private static let experiment = RouteParameter<String?>.optionalQuery(
        "experiment",
        .queryText,
        "Those of one experiment"
    ) { $0 }

    private static let view = RouteParameter<String?>.optionalQuery(
        "view",
        .oneOf(["row"]),
        "Few members of each job, for a list"
    ) { text in
        guard text == "row" else {
            throw Problem(.badRequest, detail: "query parameter \"view\": expected \"row\", found \"\(text)\"")
        }
        return text
    }

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

    private static let events = Answer(
        200,
        "the events; the data of each is JSON",
        contents: [(EventStream.contentType, .jobEvent)]
    )

    private static let withHistory = RouteParameter.query("history", default: true, "Whether the history comes with it")

    private static let lastEvent = RouteParameter<Int64?>(
        Parameter(
            "Last-Event-ID",
            in: .header,
            .integer(0...JSONValue.exactIntegers.upperBound),
            "The id after which to begin"
        )
    ) { text in
        guard let text, !text.isEmpty else { return nil }
        guard let id = Int64(text), eventIDs.contains(id) else {
            throw Problem(.badRequest, detail: "Last-Event-ID: expected the id of an event, found \"\(text)\"")
        }
        return id
    }
}
