import HTTP
import HTTPTypes
import JSON

extension Routes {
    /// Predictions, of one instance in the query or of several in the body.
    static func addPredictions(to router: inout Router, _ predictor: Predictor) {
        router.on(.post, "/predict", access: .read, executor: predictor.executor) { request in
            try request.query.check(known: [])
            return .json(.ok, try await predictor.predict(PredictionRequest(request.json())))
        }
        router.on(.get, "/predict", access: .read, executor: predictor.executor) { request in
            try request.query.check(known: ["model", "version", "input"])
            let model = try request.query.require("model")
            let version = try request.queryVersion()
            do {
                let input = try JSONDocument(parsing: request.query.require("input")).root
                let prediction = PredictionRequest(model: model, version: version, input: input)
                return .json(.ok, try await predictor.predict(prediction))
            } catch let error as JSONSyntaxError {
                throw Problem(.badRequest, detail: "query parameter \"input\": \(error.description)")
            } catch let error as FaultyInput {
                var problem = Problem(error)
                problem.detail = "query parameter \"input\": \(error.description)"
                throw problem
            }
        }
    }
}
