import HTTP
import HTTPTypes

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
        }
    ]
}
