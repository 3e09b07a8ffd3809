import HTTP
import HTTPTypes
import JSON

/// MLflow's scoring server, whose places SageMaker's containers share.
struct MLflow: Dialect {
    private let invocations: Invocations
    private let readiness: Readiness

    init(_ parts: Parts) {
        invocations = Invocations(parts)
        readiness = parts.readiness
    }

    static let title = "mlflow and sagemaker"

    static let refusal: Answer? = error(0, "what was wrong, where, and what is allowed")

    func speaks(at path: [String]) -> Bool {
        ["invocations", "ping", "version"].contains(path.first) || path == ["health"]
    }

    static func answer(to problem: Problem) -> Response {
        let problem = problem.plain
        return .json(
            problem.status,
            ["error_code": code(of: problem.status.code), "message": problem.detail],
            fields: problem.fields
        )
    }

    /// What MLflow calls an error of a status.
    private static func code(of status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403, 421: "PERMISSION_DENIED"
        case 404: "RESOURCE_DOES_NOT_EXIST"
        case 429: "REQUEST_LIMIT_EXCEEDED"
        case 503: "TEMPORARILY_UNAVAILABLE"
        case 500...: "INTERNAL_ERROR"
        default: "BAD_REQUEST"
        }
    }

    private static func error(_ status: Int, _ summary: String) -> Answer {
        let schema = Schema.object([.required("error_code", .string), .required("message", .string)]).named(
            "MLflowError"
        )
        return Answer(status, summary, contents: [("application/json", schema)])
    }

    static let routes: [Route<MLflow>] = [
        alive("/ping", "ping"), alive("/health", "mlflowHealth"),
        Route(
            .get,
            "/version",
            "mlflowVersion",
            "The program's version, bare",
            toleratesQuery: true,
            answers: [Answer(200, "the version", contents: [("application/json", nil)])]
        ) { _, _ in Response(.ok, json: Array(ProgramVersion.current.utf8)) },
        Route(
            .post,
            "/invocations",
            "invoke",
            "Predict with the model that is named beside the body, the default one, or the only one",
            access: .read,
            parameters: Invocations.parameters,
            toleratesQuery: true,
            body: Invocations.bodies,
            answers: [
                Invocations.answer, error(400, "the model can't take the body"),
                error(404, "there is no such model or version"), error(415, "the body is of a type that is not taken"),
            ],
            executor: { $0.invocations.predictor.executor }
        ) { mlflow, request in try await mlflow.invocations.answer(request) },
    ]

    /// A check of life, whose answer is an empty line.
    private static func alive(_ path: String, _ id: String) -> Route<MLflow> {
        Route(
            .get,
            path,
            id,
            "Whether requests can be served",
            access: .open,
            toleratesQuery: true,
            answers: [
                Answer(200, "they can", contents: [("application/json", nil)]),
                error(503, "the server stops, or the store can't be written"),
            ],
            isProbe: true
        ) { mlflow, _ in
            if let problem = try await mlflow.readiness.problem() {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return Response(.ok, json: [0x0A])
        }
    }
}
