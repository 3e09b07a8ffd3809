/// What the routes serve: each handler calls one method of one of these.
struct Services: Sendable {
    /// The models.
    let models: ModelCatalog
    /// Their versions.
    let versions: VersionCatalog
    /// Their weights.
    let weights: WeightsCatalog
    /// The datasets.
    let datasets: DatasetCatalog
    /// The jobs.
    let queue: TrainingQueue
    /// The answers.
    let predictor: Predictor
    /// Whether requests can be served.
    let readiness: Readiness
    /// What is counted.
    let metrics: ProgramMetrics
}
