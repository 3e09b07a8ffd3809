import HTTP
import HTTPTypes
import JSON

extension ExperimentCatalog: Subject {
    static let title = "experiments"

    static let routes: [Route<ExperimentCatalog>] = [
        Route(
            .post,
            "/experiments",
            "startExperiment",
            "Try many settings of a training",
            details: """
                Every trial is checked before any is trained. Its jobs are jobs like any other, and `GET /jobs?experiment=` \
                lists them.
                """,
            parameters: [RouteParameter.dryRun],
            body: [("application/json", .experimentRequest)],
            answers: [
                .ok(
                    "with `dry_run`: every trial was checked, some were timed, and nothing has changed",
                    .experimentPrice
                ),
                .accepted("the experiment, which exists from now on whatever happens", .experiment),
                .problem(404, "there is no such model, dataset or version"),
                .conflict("the name is taken, or that of a model that it would make"),
                .unprocessable,
                .problem(413, "a job takes more memory than the server has"),
            ]
        ) { experiments, request in
            let body = try await request.json()
            if try request[.dryRun] { return .json(.ok, try await experiments.price(body)) }
            let document = try await experiments.start(body)
            return .json(.accepted, document, fields: [.location: document.location])
        },
        Route(
            .get,
            "/experiments",
            "listExperiments",
            "All experiments, newest first",
            answers: [.ok("the experiments, without their leaderboards", .list("experiments", of: .experiment))]
        ) { experiments, _ in .json(.ok, JSONList("experiments", try await experiments.list())) },
        Route(
            .get,
            "/experiments/{name}",
            "findExperiment",
            "One experiment, with its leaderboard",
            details: "The best trial first, those without a score behind the others, what failed last.",
            parameters: [name],
            toleratesQuery: true,
            answers: [.ok("the experiment", .experiment), .notFound]
        ) { experiments, request in .json(.ok, try await experiments.find(request[name])) },
        Route(
            .post,
            "/experiments/{name}/cancel",
            "cancelExperiment",
            "End an experiment and what is left of its jobs",
            parameters: [name],
            toleratesQuery: true,
            answers: [.ok("the experiment", .experiment), .notFound, .conflict("it has ended")]
        ) { experiments, request in .json(.ok, try await experiments.cancel(request[name])) },
        Route(
            .delete,
            "/experiments/{name}",
            "deleteExperiment",
            "Remove an experiment that has ended; its jobs, models and versions stay",
            parameters: [name],
            toleratesQuery: true,
            answers: [.noContent(), .notFound, .conflict("it is running")]
        ) { experiments, request in
            try await experiments.delete(request[name])
            return Response(.noContent)
        },
    ]

    private static let name = RouteParameter.path("name", .name)
}
