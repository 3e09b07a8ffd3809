import HTTP

/// What the server is made of: to add a subject is to add its folder and its line here.
enum Subjects {
    static let all: [any Subject.Type] = [
        PageFiles.self,
        System.self,
        ModelCatalog.self,
        VersionCatalog.self,
        WeightsCatalog.self,
        DatasetCatalog.self,
        TrainingQueue.self,
        JobCatalog.self,
        ExperimentCatalog.self,
        Predictions.self,
        Generator.self,
        Evaluator.self,
        Inspector.self,
    ]

    /// A router for everything that the server answers.
    static func router(_ parts: Parts) -> Router {
        var router = Router()
        let gate = WriteGate(store: parts.store, threads: parts.threads)
        for subject in all { subject.init(parts).add(to: &router, behind: gate, memory: parts.memory) }
        return router
    }
}
