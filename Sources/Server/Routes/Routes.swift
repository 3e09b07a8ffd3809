import HTTP

/// The table of routes: to add some is to add a file with a function like these and its line here.
enum Routes {
    /// A router for everything that the server answers.
    static func router(_ services: Services, limits: BodyLimits, tokens: AccessTokens?) -> Router {
        var router = GuardedRouter(tokens: tokens)
        addHealth(to: &router, services.readiness)
        addModels(to: &router, services.models)
        addVersions(to: &router, services.versions)
        addWeights(to: &router, services.models)
        addDatasets(to: &router, services.datasets, limits)
        addTraining(to: &router, services.queue)
        addJobs(to: &router, services.queue)
        addJobEvents(to: &router, services.queue)
        addPredictions(to: &router, services.predictor)
        return router.router
    }
}

/// How long request bodies may be.
struct BodyLimits: Sendable {
    /// The bytes of a body that is held in memory, such as JSON.
    let held: Int
}
