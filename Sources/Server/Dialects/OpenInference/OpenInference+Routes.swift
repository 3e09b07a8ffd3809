import HTTP
import HTTPTypes
import JSON
import ModelStore

extension OpenInference: Dialect {
    static let title = "open inference protocol"
    static let refusal: Answer? = .error(0, "what was wrong, where, and what is allowed")

    func speaks(at path: [String]) -> Bool { path.first == "v2" }

    static func answer(to problem: Problem) -> Response {
        var problem = problem
        // By these words clients of Triton know the error.
        if problem.status == .notFound, ["model \"", "version "].contains(where: problem.detail.hasPrefix) {
            problem.detail = "Request for unknown model: \(problem.detail)"
        } else if problem.status == .notFound, problem.detail.contains("sharedmemory") {
            problem.detail =
                "shared memory isn't there, since clients may be on other machines; send tensors with the request, in bytes "
                + "(binary_data)"
        }
        return problem.errorObject
    }

    static let routes: [Route<OpenInference>] = serverRoutes + modelRoutes + repositoryRoutes

    private static let serverRoutes: [Route<OpenInference>] = [
        Route(
            "/v2/health/live",
            "inferenceLive",
            "Whether the process lives",
            access: .open,
            answers: [.ok("it does", .object([.required("live", .boolean)]))],
            isProbe: true,
            sync: { _, _ in .json(.ok, ["live": true]) }
        ),
        Route(
            .get,
            "/v2/health/ready",
            "inferenceReady",
            "Whether requests can be served",
            access: .open,
            toleratesQuery: true,
            answers: [
                .ok("they can", .object([.required("live", .boolean), .required("ready", .boolean)])),
                .error(503, "the server stops, or the store can't be written"),
            ],
            isProbe: true
        ) { inference, _ in
            if let problem = try await inference.readiness.problem() {
                throw Problem(.serviceUnavailable, detail: problem, fields: [.retryAfter: "1"])
            }
            return .json(.ok, ["live": true, "ready": true])
        },
        server("/v2", "inferenceServer"), server("/v2/", "inferenceServerToo"),
        Route(
            .get,
            "/v2/models",
            "inferenceModels",
            "The names of all models",
            toleratesQuery: true,
            answers: [.ok("the names", .object([.required("models", .array(of: .name))]))]
        ) { inference, _ in plain(["models": try await inference.catalog.names()]) },
        Route(
            .get,
            "/v2/models/stats",
            "inferenceStatistics",
            "What was counted of all versions since the start",
            toleratesQuery: true,
            answers: [.ok("the numbers", .inferenceStatistics)]
        ) { inference, _ in plain(JSONList("model_stats", try await inference.statistics())) },
    ]

    private static func server(_ path: String, _ id: String) -> Route<OpenInference> {
        Route(
            .get,
            path,
            id,
            "The server's name, version and extensions",
            toleratesQuery: true,
            answers: [.ok("the server", .inferenceServer)]
        ) { _, _ in
            .json(.ok) { json in
                json.object { json in
                    json.field("name", "trainyard")
                    json.field("version", ProgramVersion.current)
                    json.field("extensions", extensions)
                }
            }
        }
    }

    /// What is there beside the protocol itself, by Triton's names.
    private static let extensions = [
        "binary_tensor_data", "classification", "statistics", "model_repository", "model_configuration",
        "schedule_policy", "parameters",
    ]

    /// Each with and without a version in its path.
    private static let modelRoutes = modelRoutes("") + modelRoutes("/versions/{version}")

    private static func modelRoutes(_ version: String) -> [Route<OpenInference>] {
        let path = "/v2/models/{name}\(version)"
        let (suffix, isVersioned) = (version.isEmpty ? "" : "OfVersion", !version.isEmpty)
        let parameters: [any DeclaredParameter] =
            [RouteParameter.modelName] + (isVersioned ? [RouteParameter.versionNumber] : [])
        @Sendable func model(_ request: Request) throws -> (name: String, version: VersionReference) {
            (try request[.modelName], isVersioned ? try request[.versionNumber] : .newest)
        }
        let missing = Answer.error(404, "there is no such model or version")
        return [
            Route(
                .get,
                path,
                "inferenceModel\(suffix)",
                "A model's inputs and outputs",
                parameters: parameters,
                toleratesQuery: true,
                answers: [.ok("the model", .inferenceModel), missing]
            ) { inference, request in
                let (name, version) = try model(request)
                return plain(try await inference.metadata(of: name, version: version))
            },
            Route(
                .get,
                "\(path)/ready",
                "inferenceModelReady\(suffix)",
                "Whether a model answers",
                parameters: parameters,
                toleratesQuery: true,
                answers: [
                    .ok("it does", .object([.required("name", .name), .required("ready", .boolean)])),
                    .error(400, "it was unloaded"), missing,
                ]
            ) { inference, request in
                let (name, version) = try model(request)
                guard try await inference.isReady(name, version: version) else {
                    throw Problem(.badRequest, detail: "Model version not ready: \"\(name)\" was unloaded")
                }
                return .json(.ok) { json in
                    json.object { json in
                        json.field("name", name)
                        json.field("ready", true)
                    }
                }
            },
            Route(
                .get,
                "\(path)/config",
                "inferenceConfiguration\(suffix)",
                "A model's configuration as Triton has it",
                parameters: parameters,
                toleratesQuery: true,
                answers: [.ok("the configuration", .object([.required("name", .name)])), missing]
            ) { inference, request in
                let (name, version) = try model(request)
                return plain(try await inference.configuration(of: name, version: version))
            },
            Route(
                .get,
                "\(path)/stats",
                "inferenceModelStatistics\(suffix)",
                "What was counted of a model since the start",
                parameters: parameters,
                toleratesQuery: true,
                answers: [.ok("the numbers", .inferenceStatistics), missing]
            ) { inference, request in
                let (name, version) = try model(request)
                return plain(JSONList("model_stats", try await inference.statistics(of: name, version: version)))
            },
            Route(
                .post,
                "\(path)/infer",
                "infer\(suffix)",
                "Predict from tensors",
                details:
                    "Tensors may stand behind the JSON in bytes, whose length the field tells; 0 stands for a body "
                    + "that is the one input's elements alone.",
                access: .read,
                parameters: parameters + [
                    Parameter("Inference-Header-Content-Length", in: .header, .string(matching: "^[0-9]{1,18}$"))
                ],
                toleratesQuery: true,
                body: [("application/json", .inferenceRequest), ("application/octet-stream", nil)],
                answers: [
                    Answer(
                        200,
                        "the outputs",
                        contents: [("application/json", .inferenceAnswer), ("application/octet-stream", nil)]
                    )
                ] + Answer.predictionErrors,
                executor: { $0.predictor.executor }
            ) { inference, request in
                let (name, version) = try model(request)
                let answer = try await inference.infer(
                    name,
                    version: version,
                    body: try await request.bytes(),
                    headLength: try headLength(request)
                )
                return answer.response(acceptEncoding: request[.acceptEncoding])
            },
        ]
    }

    private static func headLength(_ request: Request) throws(Problem) -> Int? {
        guard let text = request[.inferenceHeaderLength] else { return nil }
        guard let length = Int(text), length >= 0 else {
            throw Problem(
                .badRequest,
                detail: "Inference-Header-Content-Length: expected a number of bytes, found \"\(text)\""
            )
        }
        return length
    }

    /// The repository routes; it has one repository, so a name in the path says nothing.
    private static let repositoryRoutes: [Route<OpenInference>] = [
        index("/v2/repository/index", "inferenceIndex", []),
        index("/v2/repository/{repository}/index", "inferenceIndexOf", [repository]),
        Route(
            .post,
            "/v2/repository/models/{name}/load",
            "inferenceLoad",
            "Have a model answer, and have it ready",
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            body: [("application/json", .object())],
            answers: [loaded] + Answer.predictionErrors
        ) { inference, request in
            let name = try request[.modelName]
            let parameters = try await request.optionalObject()["parameters"]
            do {
                try await inference.load(name, parameters)
            } catch {
                throw notLoaded(name, error)
            }
            return changed(name, "load")
        },
        Route(
            .post,
            "/v2/repository/models/{name}/unload",
            "inferenceUnload",
            "Have a model answer nothing in this protocol until it is loaded",
            details: "Its memory is let go of; nothing that is stored changes.",
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            body: [("application/json", .object())],
            answers: [loaded] + Answer.predictionErrors
        ) { inference, request in
            let name = try request[.modelName]
            _ = try await request.optionalObject()
            try await inference.unload(name)
            return changed(name, "unload")
        },
    ]

    /// An error by the words by which clients of Triton know it.
    private static func notLoaded(_ name: String, _ error: any Error) -> any Error {
        switch error {
        case StoreError.notFound(let detail):
            Problem(.notFound, detail: "failed to load \"\(name)\": \(detail)")
        case let error as FaultyInput:
            Problem(.badRequest, detail: "failed to load \"\(name)\": \(error.faults[0].description)")
        default: error
        }
    }

    private static let loaded = Answer.ok("it is done", .object([.required("name", .name)]))

    private static func changed(_ name: String, _ what: String) -> Response {
        .json(.ok) { json in
            json.object { json in
                json.field("name", name)
                json.field(what, true)
            }
        }
    }

    private static let repository = RouteParameter<String>.path("repository", .string(matching: "^[^/]+$"))

    private static func index(
        _ path: String,
        _ id: String,
        _ parameters: [any DeclaredParameter]
    ) -> Route<OpenInference> {
        Route(
            .post,
            path,
            id,
            "All versions of all models, and whether they answer",
            access: .read,
            parameters: parameters,
            toleratesQuery: true,
            body: [("application/json", .object([.optional("ready", .boolean)]))],
            answers: [
                .ok("the versions", .array(of: .object([.required("name", .name)]))), .error(400, "the body is wrong"),
            ]
        ) { inference, request in
            let body = try await request.optionalObject()
            let isReady = try body.read { $0.optionalBool("ready") }
            return plain(try await inference.index(isReady: isReady))
        }
    }

    /// JSON as it is: a client of these routes asks for compressed answers that it can't read.
    private static func plain(_ value: some JSONWritable) -> Response {
        var response = Response.json(.ok, value)
        response.isCompressible = false
        return response
    }
}
