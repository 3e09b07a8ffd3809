import HTTP
import HTTPTypes
import JSON

extension TensorFlowServing: Dialect {
    static let title = "tensorflow serving"
    static let refusal: Answer? = .error(0, "what was wrong, where, and what is allowed")

    func speaks(at path: [String]) -> Bool { path.first == "v1" }

    static func answer(to problem: Problem) -> Response {
        var problem = problem
        // Below its root the original takes every path that it doesn't know for a malformed one.
        if problem.status == .notFound, problem.detail.hasPrefix("there is nothing at ") {
            problem.status = .badRequest
            problem.detail = "Malformed request: \(problem.detail)"
        } else if problem.status == .methodNotAllowed, let path = unknownVerb(problem.detail) {
            problem.status = .badRequest
            problem.detail = "Malformed request: POST \(path)"
            problem.fields = [:]
        }
        return problem.errorObject
    }

    /// The path of a request for something that is neither predict, classify nor regress; nil for any other.
    private static func unknownVerb(_ detail: String) -> String? {
        let words = detail.split(separator: " ")
        guard words.first == "POST", let path = words.first(where: { $0.hasPrefix("/v1/") })?.dropLast(),
            let end = path.split(separator: "/").last, end.contains(":")
        else { return nil }
        return String(path)
    }

    /// How a path names a version: not, by number, or by label, which is an alias.
    private enum VersionPlace: String, CaseIterable {
        case none = ""
        case number = "/versions/{version}"
        case label = "/labels/{label}"

        /// What is put behind the names of operations.
        var suffix: String {
            switch self {
            case .none: ""
            case .number: "OfVersion"
            case .label: "OfLabel"
            }
        }
    }

    static let routes: [Route<TensorFlowServing>] = VersionPlace.allCases.flatMap { place in
        reading(place) + [
            asking(
                place,
                "predict",
                "Predict rows (`instances`) or columns (`inputs`)",
                .servingRequest,
                .ok("an answer each, or a column of them", .object())
            ) { .json(.ok, try await $0.predict($1, $2, version: $3)) },
            asking(
                place,
                "classify",
                "The score of each class for examples",
                .servingExamples,
                .ok("pairs of label and score, in the order of the classes", .servingResults)
            ) { .json(.ok, try await $0.classify($1, $2, version: $3)) },
            asking(
                place,
                "regress",
                "One number for each example",
                .servingExamples,
                .ok("the numbers", .servingResults)
            ) { .json(.ok, try await $0.regress($1, $2, version: $3)) },
        ]
    }

    /// The routes that tell of a model.
    private static func reading(_ place: VersionPlace) -> [Route<TensorFlowServing>] {
        let path = "/v1/models/{name}\(place.rawValue)"
        return [
            Route(
                .get,
                path,
                "servingStatus\(place.suffix)",
                "A model's versions and their states",
                parameters: parameters(place),
                toleratesQuery: true,
                answers: [.ok("the versions, newest first", .servingStatus), missing]
            ) { serving, request in
                let (name, version) = try model(request, place)
                return plain(.json(.ok, try await serving.status(of: name, version: version)))
            },
            Route(
                .get,
                "\(path)/metadata",
                "servingMetadata\(place.suffix)",
                "A model's inputs and outputs",
                parameters: parameters(place),
                toleratesQuery: true,
                answers: [.ok("its signature", .object([.required("model_spec", .object())])), missing]
            ) { serving, request in
                let (name, version) = try model(request, place)
                return plain(.json(.ok, try await serving.metadata(of: name, version: version)))
            },
        ]
    }

    private static let missing = Answer.error(404, "there is no such model or version")

    /// A route that asks a model: what stands before the colon names it, or its version.
    private static func asking(
        _ place: VersionPlace,
        _ verb: String,
        _ summary: String,
        _ body: Schema,
        _ answer: Answer,
        _ ask: @escaping @Sendable (TensorFlowServing, JSONValue, String, VersionReference) async throws -> Response
    ) -> Route<TensorFlowServing> {
        Route(
            .post,
            "/v1/models/{name}\(place.rawValue):\(verb)",
            "serving\(verb.prefix(1).uppercased())\(verb.dropFirst())\(place.suffix)",
            summary,
            access: .read,
            parameters: parameters(place),
            toleratesQuery: true,
            body: [("application/json", body)],
            answers: [answer] + Answer.predictionErrors,
            executor: { $0.predictor.executor }
        ) { serving, request in
            let (name, version) = try model(request, place)
            return plain(try await ask(serving, request.anyJSON(), name, version))
        }
    }

    private static func parameters(_ place: VersionPlace) -> [any DeclaredParameter] {
        switch place {
        case .none: [RouteParameter.modelName]
        case .number: [RouteParameter.modelName, RouteParameter.versionNumber]
        case .label: [RouteParameter.modelName, label]
        }
    }

    private static let label = RouteParameter<String>.path("label", .string(matching: "^[^/:]+$"), "An alias")

    private static func model(
        _ request: Request,
        _ place: VersionPlace
    ) throws -> (name: String, version: VersionReference) {
        let name = try request[.modelName]
        switch place {
        case .none: return (name, .newest)
        case .number: return (name, try request[.versionNumber])
        case .label: return (name, .alias(try request[label]))
        }
    }

    /// The answer as it is: the original compresses none.
    private static func plain(_ response: Response) -> Response {
        var response = response
        response.isCompressible = false
        return response
    }
}

extension Schema {
    /// What a client wants predicted: rows or columns, never both.
    fileprivate static let servingRequest = object([
        .optional("signature_name", .constant(ServingRequest.signature)),
        .optional("instances", .array(of: .anything, count: 1...Int.max)), .optional("inputs", .anything),
    ]).with("oneOf", [having("instances"), having("inputs")]).named("ServingRequest")

    /// Examples by features.
    fileprivate static let servingExamples = object([
        .optional("signature_name", .constant(ServingRequest.signature)), .optional("context", .object()),
        .required("examples", .array(of: .object(), count: 1...Int.max)),
    ]).named("ServingExamples")

    /// A result an example.
    fileprivate static let servingResults = object([.required("results", .array(of: .anything))])
        .named("ServingResults")

    /// The versions of a model.
    fileprivate static let servingStatus = object([
        .required("name", .name), .required("ready", .boolean),
        .required(
            "model_version_status",
            .array(
                of: .object([
                    .required("version", .string), .required("state", .string),
                    .required(
                        "status",
                        .object([.required("error_code", .string), .required("error_message", .string)])
                    ),
                ])
            )
        ),
    ]).named("ServingStatus")
}
