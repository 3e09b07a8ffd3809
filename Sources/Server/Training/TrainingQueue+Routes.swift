import HTTP
import HTTPTypes
import ModelStore

extension TrainingQueue: Subject {
    static let title = "training"

    static let routes: [Route<TrainingQueue>] = [
        Route(
            .post,
            "/train",
            "train",
            "Have a model trained",
            parameters: [RouteParameter.dryRun, RouteParameter.idempotencyKey],
            body: [("application/json", .trainingRequest)],
            answers: [
                .ok("with `dry_run`: the request was checked and timed, and nothing has changed", .trainingEstimate),
                .accepted("the job, which exists from now on whatever happens", .job),
                .problem(404, "there is no such model, dataset or version"),
                .unprocessable,
                .problem(413, "the job takes more memory than the server has"),
                .problem(429, "the queue is full", fields: [Answer.retryAfter]),
            ]
        ) { queue, request in
            let (body, key) = try await request.idempotentJSON("POST /train")
            if try request[.dryRun] { return .json(.ok, try await queue.estimate(body)) }
            return Response(try await queue.submit(body, once: key))
        },
        Route(
            .post,
            "/jobs/{id}/fork",
            "forkJob",
            "Go on from a kept epoch of a job, with its options or with some of them changed",
            details: """
                Unchanged, it ends in the weights of its origin, bit for bit. Whatever `keep_epochs` kept is taken, also of a \
                job that failed, was cancelled or still runs.
                """,
            parameters: [RouteParameter.jobID, RouteParameter.idempotencyKey],
            body: [("application/json", .forkRequest)],
            answers: [
                .accepted("the job, which has its origin's history up to the epoch", .job),
                .problem(404, "there is no such job, or the epoch is not kept; those that are kept are named"),
                .conflict("its model or its data are others since"), .unprocessable,
                .problem(413, "the job takes more memory than the server has"),
                .problem(429, "the queue is full", fields: [Answer.retryAfter]),
            ]
        ) { queue, request in
            let id = try request[.jobID]
            let (body, key) = try await request.idempotentJSON("POST /jobs/\(id)/fork", default: "{}")
            return Response(try await queue.fork(id, body, once: key))
        },
        Route(
            .post,
            "/jobs/{id}/replay",
            "replayJob",
            "Train a job again, and find out whether it comes to the same weights",
            details:
                "A replay makes no version of the model, and keeps no epochs: a check changes nothing that is served.",
            parameters: [RouteParameter.jobID, RouteParameter.idempotencyKey],
            toleratesQuery: true,
            answers: [
                .accepted("the job, whose `replay` has `identical` once it has ended", .job), .notFound,
                .conflict("it did not succeed, or its model or its data are others since"),
                .problem(429, "the queue is full", fields: [Answer.retryAfter]),
            ]
        ) { queue, request in
            let id = try request[.jobID]
            let key = try request[.idempotencyKey].map {
                AnswerKey(route: "POST /jobs/\(id)/replay", key: $0, body: [])
            }
            return Response(try await queue.replay(id, once: key))
        },
    ]
}
