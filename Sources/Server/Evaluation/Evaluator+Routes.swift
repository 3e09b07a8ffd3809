import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Evaluator: Subject {
    static let title = "evaluation"

    static let routes: [Route<Evaluator>] = [
        Route(
            .post,
            "/evaluate",
            "evaluate",
            "Find out how well a version does on rows whose targets are known",
            details: """
                By scikit-learn's definitions with `zero_division=0`, each class against the rest. More than \
                \(EvaluationPlan.greatestRows) rows, more than \(EvaluationPlan.greatestNumbers / 1_000_000) million numbers \
                in their answers or \(EvaluationPlan.greatestOperations / 1_000_000_000) billion floating-point operations \
                are a job, and so is everything with `Prefer: respond-async`; its answer is the job's `evaluation`.
                """,
            access: .read,
            parameters: [prefer],
            body: [("application/json", .evaluationRequest)],
            answers: [
                .ok("what was found", .evaluation), .accepted("the job that finds it", .job),
                .problem(404, "there is no such model, version or dataset"), .unprocessable,
                .problem(413, "the evaluation takes more memory than the server has"),
                .problem(429, "the queue is full", fields: [Answer.retryAfter]),
            ]
        ) { evaluator, request in
            let isJob = try request[prefer]
            let body = try await request.json()
            switch try await evaluator.evaluate(body, isJob: isJob) {
            case .found(let document): return .json(.ok, document)
            case .accepted(let answer): return Response(answer)
            }
        },
        Route(
            .get,
            "/models/{name}/versions/{version}/evaluations",
            "listEvaluations",
            "A version's evaluations on stored datasets, newest first",
            details: "The newest \(EvaluationTable.limit) are kept, without points of curves and without rows.",
            parameters: [RouteParameter.modelName, reference],
            toleratesQuery: true,
            answers: [.ok("the evaluations", .list("evaluations", of: .keptEvaluation)), .notFound]
        ) { evaluator, request in
            .json(.ok, try await evaluator.list(of: request[.modelName], version: VersionReference(request[reference])))
        },
    ]

    private static let reference = RouteParameter.path(
        "version",
        .versionReference,
        "A number, 0 for the initial weights, an alias, or a kept epoch, of which none are kept"
    )

    /// Whether the client would rather have a job (RFC 7240 §4.1).
    private static let prefer = RouteParameter<Bool>(
        Parameter("Prefer", in: .header, .string, "`respond-async` makes it a job")
    ) { text in
        (text ?? "").split(separator: ",").contains { preference in
            let name = preference.prefix { $0 != ";" }.trimming { $0.isWhitespace }
            return name.lowercased() == "respond-async"
        }
    }
}

extension Substring {
    /// The text without what a condition holds for at both ends.
    fileprivate func trimming(_ condition: (Character) -> Bool) -> Substring {
        let rest = drop(while: condition)
        return rest.lastIndex { !condition($0) }.map { rest[...$0] } ?? ""
    }
}
