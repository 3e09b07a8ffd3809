import HTTP
import HTTPTypes
import Interchange
import JSON
import ModelStore

extension ModelCatalog: Subject {
    static let title = "models"

    static let routes: [Route<ModelCatalog>] = [
        Route(
            .post,
            "/models",
            "defineModel",
            "Define a model",
            details:
                "A file of another framework's is known by its first bytes, whatever type is said; with weights in it, "
                + "they are version 1.",
            parameters: [RouteParameter.newName, RouteParameter.dryRun, RouteParameter.idempotencyKey],
            body: [("application/json", .modelDefinition)]
                + (FileBody.mediaTypes + [ModelForm.mediaType]).map { ($0, Schema?.none) },
            bodyLimit: .max,
            answers: [
                .ok("with `dry_run`: the model was checked, and nothing has changed", .checkedModel),
                .created("the model", .model),
                .conflict("the name is taken"),
                .unprocessable,
            ]
        ) { models, request in
            let (name, isDry) = (try request[.newName], try request[.dryRun])
            switch try await FileBody(ofModel: request, upTo: models.heldBytes) {
            case .bytes(let bytes):
                let key = try request.answerKey("POST /models") { AnswerKey(route: $0, key: $1, body: bytes) }
                let body = try JSONDocument(parsing: bytes).root.named(name)
                if isDry { return .json(.ok, try await models.check(body)) }
                return Response(try await models.define(body, once: key))
            case .file(let file):
                let key = try request.answerKey("POST /models") { route, key in
                    file.withBytes { AnswerKey(route: route, key: key, bytes: $0) }
                }
                if isDry { return .json(.ok, try await models.check(file, named: name)) }
                return Response(try await models.define(file, named: name, once: key))
            }
        },
        Route(
            .get,
            "/models",
            "listModels",
            "All models by name",
            answers: [.ok("the models", .list("models", of: .modelOverview))]
        ) { models, _ in
            .json(.ok, JSONList("models", try await models.list().map(ModelOverview.init)))
        },
        Route(
            .get,
            "/models/{name}",
            "findModel",
            "One model",
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            answers: [.ok("the model", .model), .notFound]
        ) { models, request in
            .json(.ok, try await models.find(request[.modelName]))
        },
        Route(
            .delete,
            "/models/{name}",
            "deleteModel",
            "Remove a model with all its versions",
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            answers: [.noContent(), .notFound, .conflict("an unfinished job uses it")]
        ) { models, request in
            try await models.delete(request[.modelName])
            return Response(.noContent)
        },
    ]
}
