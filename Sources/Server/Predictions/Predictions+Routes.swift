import HTTP
import HTTPTypes
import JSON
import ModelStore

/// Predictions, of one instance in the query or of several in the body.
struct Predictions: Subject {
    let predictor: Predictor

    init(_ parts: Parts) { predictor = parts.predictor }

    static let title = "predictions"

    static let routes: [Route<Predictions>] = [
        Route(
            .get,
            "/predict",
            "predictOne",
            "Predict one instance",
            parameters: [model, RouteParameter.version, input, top],
            answers: answers,
            executor: { $0.predictor.executor }
        ) { predictions, request in
            let (model, version) = (try request[model], try request[.version])
            do {
                var prediction = PredictionRequest(model: model, version: version, text: try request[input])
                prediction.top = try request[top]
                return try await predictions.predictor.predict(prediction).response(accept: request[.accept])
            } catch let error as JSONSyntaxError {
                throw Problem(.badRequest, detail: "query parameter \"input\": \(error.description)")
            } catch let error as FaultyInput {
                var problem = Problem(error)
                problem.detail = "query parameter \"input\": \(error.description)"
                throw problem
            }
        },
        Route(
            .post,
            "/predict",
            "predict",
            "Predict instances",
            details: "Beside JSON it takes the bare bytes of what the model named in the query takes: a picture, a "
                + "recording, a text, an array, a table of records, or a form with a part for each input. "
                + "`Accept: application/x-npy` asks for the numbers alone, as 32-bit floats.",
            access: .read,
            parameters: [bodyModel, RouteParameter.version, top],
            body: PredictionBody.bodies,
            answers: answers + [.problem(415, "the body is of a type that is not taken")],
            executor: { $0.predictor.executor }
        ) { predictions, request in
            try await predictions.predictor.run(in: PredictionLane(bytes: request.knownLength)) {
                try await predictions.answer(request)
            }
        },
        Route(
            .post,
            "/models/{name}/reset",
            "resetSessions",
            "Have a stateful model's session begin anew, or all of them",
            parameters: [RouteParameter.modelName],
            body: [("application/json", .resetRequest)],
            answers: [.noContent("they begin with zeros"), .notFound, .unprocessable]
        ) { predictions, request in
            let name = try request[.modelName]
            let hasBody = request[.contentLength].map { $0 != "0" } ?? (request[.transferEncoding] != nil)
            let session = hasBody ? try await request.json().read { $0.session() } : nil
            _ = try await predictions.predictor.model(name, version: .newest)
            predictions.predictor.reset(session, of: name)
            return Response(.noContent)
        },
    ]

    /// Answers the instances of a body.
    private func answer(_ request: Request) async throws -> Response {
        var prediction = try await PredictionBody.request(
            of: request,
            model: request[Self.bodyModel],
            version: request.query["version"] == nil ? nil : request[.version]
        )
        prediction.top = try request[Self.top]
        return try await predictor.run(in: PredictionLane(rows: prediction.rows)) { [prediction] in
            try await predictor.predict(prediction).response(accept: request[.accept])
        }
    }

    private static let answers: [Answer] = [
        Answer(
            200,
            "the predictions",
            contents: [("application/json", .prediction), (PredictionBody.array, nil)]
        ),
        .problem(404, "there is no such model or version"),
        .problem(406, "`Accept` asks for one array, and the model has several outputs"), .unprocessable,
    ]

    private static let model = RouteParameter<String>(
        Parameter("model", in: .query, .name, isRequired: true),
        read: required("model")
    )

    private static let bodyModel = RouteParameter<String?>(
        Parameter("model", in: .query, .name, "The model, where the body isn't JSON that names it"),
        read: { text in
            if let text { try NameRule.check(text, of: "model") }
            return text
        }
    )

    private static let top = RouteParameter<Int?>.optionalQuery(
        "top",
        1...65_536,
        "How many of the best classes to tell, with their probabilities"
    )

    private static let input = RouteParameter<String>(
        Parameter("input", in: .query, .instance, isRequired: true, isJSON: true),
        read: required("input")
    )

    private static func required(_ name: String) -> @Sendable (String?) throws -> String {
        { text in
            guard let text else {
                throw Problem(.badRequest, detail: "query parameter \"\(name)\": expected a value, found none")
            }
            return text
        }
    }
}
