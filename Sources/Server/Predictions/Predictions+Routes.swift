import HTTP
import HTTPTypes
import JSON

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
            parameters: [model, RouteParameter.version, input],
            answers: answers,
            executor: { $0.predictor.executor }
        ) { predictions, request in
            let (model, version) = (try request[model], try request[.version])
            do {
                let input = try JSONDocument(parsing: request[input]).root
                let prediction = PredictionRequest(model: model, version: version, input: input)
                return .json(.ok, try await predictions.predictor.predict(prediction))
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
            access: .read,
            body: [("application/json", .predictionRequest)],
            answers: answers,
            executor: { $0.predictor.executor }
        ) { predictions, request in
            .json(.ok, try await predictions.predictor.predict(PredictionRequest(request.json())))
        },
    ]

    private static let answers: [Answer] = [
        .ok("the predictions", .prediction), .problem(404, "there is no such model or version"), .unprocessable,
    ]

    private static let model = RouteParameter<String>(
        Parameter("model", in: .query, .name, isRequired: true),
        read: required("model")
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
