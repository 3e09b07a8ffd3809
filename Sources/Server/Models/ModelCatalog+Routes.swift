import HTTP
import HTTPTypes
import JSON

extension ModelCatalog: Subject {
    static let title = "models"

    static let routes: [Route<ModelCatalog>] = [
        Route(
            .post,
            "/models",
            "defineModel",
            "Define a model",
            parameters: [RouteParameter.dryRun, RouteParameter.idempotencyKey],
            body: [("application/json", .modelDefinition)],
            answers: [
                .ok("with `dry_run`: the model was checked, and nothing has changed", .checkedModel),
                .created("the model", .model),
                .conflict("the name is taken"),
                .unprocessable,
            ]
        ) { models, request in
            let (body, key) = try await request.idempotentJSON("POST /models")
            if try request[.dryRun] { return .json(.ok, try await models.check(body)) }
            return Response(try await models.define(body, once: key))
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
