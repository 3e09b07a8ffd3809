import JSON
import ModelStore
import NN
import Platform

/// An experiment of which every trial has been checked: it can be accepted, or priced.
struct CheckedExperiment: Sendable {
    /// What was asked for, with what was looked up for it.
    let request: ExperimentRequest
    /// Its trials.
    let trials: [Trial]
    /// The rounds of it.
    let rungs: [Rung]
    /// The digest of its dataset.
    let datasetSHA256: String

    /// A trial that was checked.
    struct Trial: Sendable {
        /// Its values.
        let values: SpaceDraws.Values
        /// What its jobs train.
        let model: TrialModel
        /// What its first job is asked to do.
        let training: TrainingRequest
        /// How many epochs a training on all rows of it has, if none is dropped.
        let epochs: Int
        /// How many bytes one of its jobs takes.
        let bytes: Int
    }

    /// Checks an experiment.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - trainer: What makes plans.
    ///   - threads: How many threads train a job.
    ///   - memory: What a job has to fit into.
    /// - Throws: `FaultyInput` with every fault of the first trials that have some, `MissingReferences` for an unknown model or
    ///   dataset, `StoreError.conflict` where a name is taken, `MemoryShortage`.
    init(
        _ request: ExperimentRequest,
        _ trainer: ExperimentTrainer,
        threads: Int,
        memory: MemoryBudget
    ) throws {
        var request = try request.settled(trainer)
        let draws = request.draws
        var faults = TrialFaults(request)
        var trials: [Trial] = []
        var digest = ""
        for (place, values) in draws.enumerated() {
            do {
                let checked = try Self.trial(request, place + 1, values, trainer, threads: threads, memory: memory)
                digest = checked.dataset
                trials.append(checked.trial)
                if place == 0 { request = try request.settled(epochs: checked.trial.epochs) }
            } catch let fault as FaultyInput {
                faults.add(fault, values)
                if faults.isFull { break }
            } catch let missing as MissingReferences {
                throw MissingReferences(faults: faults.placed(missing.faults.list, values))
            }
        }
        try faults.check()
        (self.request, self.trials, datasetSHA256) = (request, trials, digest)
        rungs = request.rungs(trials: trials.count)
        try Self.checkNames(request, trials, trainer.store)
    }

    private static func trial(
        _ request: ExperimentRequest,
        _ number: Int,
        _ values: SpaceDraws.Values,
        _ trainer: ExperimentTrainer,
        threads: Int,
        memory: MemoryBudget
    ) throws -> (trial: Trial, dataset: String) {
        let base = try TrialBase(request, values)
        var model: TrialModel?
        var draft: StoredModel?
        let name: String
        if base.model.kind == .string {
            name = try base.model.string()
            model = try trainer.model(name, draft: nil).map { TrialModel.stored($0.stored) }
        } else {
            name = "\(request.name)-\(number)"
            let defined: DefinedModel
            do {
                defined = try trainer.definition(base.model, named: name)
            } catch let fault as FaultyInput {
                throw fault.below("/model", isOfModel: true)
            }
            guard base.training["initial_version"]?.isNull ?? true else {
                let detail = "a model that the experiment defines has no versions to go on from"
                throw FaultyInput(Fault(pointer: "/training/initial_version", detail: detail))
            }
            model = .own(name: name, definition: defined.definition)
            draft = .draft(name: name, definition: defined.definition)
        }
        let place = TrialPlace(trial: number, rung: 0, repetition: 1, fold: request.folds == nil ? 0 : 1)
        let rung = Rung(trials: 1, epochs: nil)
        let training = try trainer.training(
            base,
            place,
            request,
            rung,
            keepsLast: request.search == .halving,
            model: name,
            draft: draft
        )
        do {
            let plan = try trainer.plan(training, draft: draft)
            try plan.check(measure: request.metric.name, at: "/metric")
            let bytes = try plan.expectedBytes(threads: threads, TrainingPrices())
            let shortage = MemoryShortage("a job of trial \(number)", needs: bytes, of: memory)
            guard !shortage.isForGood else { throw shortage }
            guard let model else { preconditionFailure("a plan without a model") }
            let epochs = plan.options.epochs
            let trial = Trial(values: values, model: model, training: training, epochs: epochs, bytes: bytes)
            return (trial, plan.dataset.sha256)
        } catch let fault as FaultyInput {
            throw fault.below("/training", isOfModel: false)
        }
    }

    /// Refuses names that are taken.
    private static func checkNames(_ request: ExperimentRequest, _ trials: [Trial], _ store: Store) throws {
        let own = trials.compactMap { trial in
            if case .own(let name, _) = trial.model { name } else { nil }
        }
        for name in own { try NameRule.check(name, of: "model") }
        let known = own.isEmpty ? [] : Set(try store.models.names())
        if let taken = own.first(where: known.contains) {
            throw StoreError.conflict(
                "model \"\(taken)\": the experiment would make one of that name; delete it or choose another name"
            )
        }
        guard try store.experiments.names().contains(request.name) else { return }
        throw StoreError.conflict(
            "experiment \"\(request.name)\": the name is taken; delete that experiment or choose another name"
        )
    }

    /// The experiment to be stored.
    var new: NewExperiment {
        NewExperiment(
            name: request.name,
            request: request.jsonText,
            datasetSHA256: datasetSHA256,
            trials: trials.map { NewTrial(values: request.space.object($0.values), model: $0.model) }
        )
    }
}

extension FaultyInput {
    /// The same with pointers into an experiment's base in place of those into a body of another route.
    fileprivate func below(_ root: String, isOfModel: Bool) -> FaultyInput {
        var moved = Faults()
        for fault in faults {
            let stays = fault.pointer == "/metric" || fault.pointer.hasPrefix("/training/")
            let isOfBase = !isOfModel && ["/model", "/dataset"].contains(fault.pointer)
            moved.add(stays || isOfBase ? fault.pointer : root + fault.pointer, fault.detail)
        }
        do throws(FaultyInput) { try moved.check() } catch { return error }
        return self
    }
}

extension ExperimentRequest {
    /// The same with the definition of a stored model in its name's place, where trials change something of it.
    fileprivate func settled(_ trainer: ExperimentTrainer) throws -> ExperimentRequest {
        guard let model = base["model"], model.kind == .string,
            space.parameters.contains(where: { $0.tokens[0] == "model" && $0.tokens.count > 1 })
        else { return self }
        let name = try model.string()
        guard let found = try trainer.model(name, draft: nil) else {
            var missing = Faults()
            let known = try trainer.store.models.names()
            missing.add("/base/model", Suggestion.unknown("model", name, known: known))
            throw MissingReferences(faults: missing)
        }
        let definition = PlacedValue(path: "/model", tokens: ["model"], value: found.defined.definition)
        return try with(base: base.placing([definition]))
    }

    /// The same with the epochs of a halving written down.
    fileprivate func settled(epochs: Int) throws -> ExperimentRequest {
        guard search == .halving else { return self }
        let value = PlacedValue(path: "/training/epochs", tokens: ["training", "epochs"], value: String(epochs))
        return try with(base: base.placing([value]))
    }

    private func with(base: JSONValue) throws -> ExperimentRequest {
        var json = JSONWriter()
        json.object { json in writeFields(base: base, to: &json) }
        return try ExperimentRequest(JSONDocument(parsing: json.bytes).root)
    }
}
