import JSON
import ModelStore
import NN

/// Makes training plans of an experiment's jobs, as `POST /train` makes them of its bodies.
struct ExperimentTrainer: Sendable {
    let store: Store
    let networks: NetworkCache
    let inlineData: InlineData

    /// The definition of a model, with every default.
    ///
    /// - Parameters:
    ///   - body: What `POST /models` takes, whatever its name.
    ///   - name: The name that the model gets.
    /// - Returns: The model.
    /// - Throws: `FaultyInput` with every fault.
    func definition(_ body: JSONValue, named name: String) throws -> DefinedModel {
        var quoted = JSONWriter()
        quoted.write(name)
        let named = try body.placing([PlacedValue(path: "/name", tokens: ["name"], value: quoted.text)])
        return try DefinedModel(SchemaPreset.expanded(named, store), limits: networks.limits)
    }

    /// The model of a job.
    ///
    /// - Returns: The model, and what it says of its own training; nil where there is none of that name.
    func model(_ name: String, draft: StoredModel?) throws -> (stored: StoredModel, defined: DefinedModel)? {
        do {
            let stored = try draft ?? store.models.find(name)
            return (stored, try networks.model(of: stored))
        } catch StoreError.notFound {
            return nil
        }
    }

    /// What a job is asked to do.
    ///
    /// - Parameters:
    ///   - base: The trial's base.
    ///   - place: Which of its jobs it is.
    ///   - request: The experiment.
    ///   - rung: The round that it is of.
    ///   - keepsLast: Whether another job goes on from where this one ends.
    ///   - name: The name of the model.
    ///   - draft: The model, where it isn't stored yet.
    /// - Returns: The request; what is wrong with it is among its faults.
    /// - Throws: `StoreError` where the model can't be read.
    func training(
        _ base: TrialBase,
        _ place: TrialPlace,
        _ request: ExperimentRequest,
        _ rung: Rung,
        keepsLast: Bool,
        model name: String,
        draft: StoredModel? = nil
    ) throws -> TrainingRequest {
        let model = try model(name, draft: draft)?.defined
        let body = try base.body(model: name, place, request, rung, keepsLast: keepsLast, compile: model?.compile)
        return try model.map { try TrainingRequest(body, of: $0) } ?? TrainingRequest(body)
    }

    /// The plan of a job.
    ///
    /// - Throws: What `TrainingPlan` throws.
    func plan(_ training: TrainingRequest, draft: StoredModel? = nil) throws -> TrainingPlan {
        try TrainingPlan(
            training,
            store: store,
            networks: networks,
            inlineData: inlineData,
            memory: nil,
            draft: draft
        )
    }
}
