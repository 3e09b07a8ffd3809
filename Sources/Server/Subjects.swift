import HTTP

/// What the server is made of: to add a subject is to add its folder and its line here.
enum Subjects {
    static let all: [any Subject.Type] =
        [
            PageFiles.self,
            System.self,
            ModelCatalog.self,
            VersionCatalog.self,
            WeightsCatalog.self,
            ModelExports.self,
            DatasetCatalog.self,
            TrainingQueue.self,
            JobCatalog.self,
            ExperimentCatalog.self,
            Predictions.self,
            Generator.self,
            Evaluator.self,
            Inspector.self,
        ] + Dialects.all

    /// A router for everything that the server answers, and what says problems in the form of a path's clients.
    static func router(_ parts: Parts) -> (router: Router, form: @Sendable (Problem, [String]) -> Response?) {
        var router = Router()
        let rules = RouteRules(
            gate: WriteGate(store: parts.store, threads: parts.threads),
            memory: parts.memory,
            names: parts.predictor.names
        )
        let subjects = all.map { $0.init(parts) as any Subject }
        for subject in subjects { subject.add(to: &router, under: rules) }
        return (router, Dialects.form(subjects.compactMap { $0 as? any Dialect }))
    }
}
