import HTTP

/// The table of routes: to add some is to add a file with a function like these and its line here.
enum Routes {
    /// A router for everything that the server answers.
    static func router(_ services: Services, limits: BodyLimits) -> Router {
        var router = Router()
        addHealth(to: &router, services.readiness)
        addModels(to: &router, services.models)
        addVersions(to: &router, services.versions)
        addWeights(to: &router, services.weights)
        addDatasets(to: &router, services.datasets, limits)
        addTraining(to: &router, services.queue)
        addJobs(to: &router, services.queue)
        addJobEvents(to: &router, services.queue)
        addPredictions(to: &router, services.predictor)
        addMetrics(to: &router, services.metrics)
        // Last, since it describes those above.
        addDescription(to: &router)
        return router
    }
}

/// How long request bodies may be.
struct BodyLimits: Sendable {
    /// The bytes of a body that is held in memory, such as JSON.
    let held: Int
}
