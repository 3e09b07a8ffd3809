import HTTP
import HTTPTypes
import JSON

/// What version 1 of KServe's protocol has beside TensorFlow Serving's, whose paths and errors it shares.
struct KServe: Dialect {
    private let catalog: ServedCatalog

    init(_ parts: Parts) { catalog = ServedCatalog(parts) }

    static let title = "kserve"
    static let refusal: Answer? = .error(0, "what was wrong, where, and what is allowed")

    func speaks(at path: [String]) -> Bool { path == ["v1", "models"] }

    static func answer(to problem: Problem) -> Response { problem.errorObject }

    static let routes: [Route<KServe>] = [
        Route(
            .get,
            "/v1/models",
            "servingModels",
            "The names of all models",
            toleratesQuery: true,
            answers: [.ok("the names", .object([.required("models", .array(of: .name))]))]
        ) { kserve, _ in .json(.ok, ["models": try await kserve.catalog.names()]) },
        Route(
            .post,
            "/v1/models/{name}:explain",
            "servingExplain",
            "Not there: models explain nothing in this protocol",
            access: .read,
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            body: [("application/json", .anything)],
            answers: [.ok("never yet", .object()), .error(501, "always")]
        ) { _, _ in
            throw Problem(
                .notImplemented,
                detail:
                    "explanations are not there in this protocol; POST /models/NAME/inspect shows what a model looks at"
            )
        },
    ]
}
