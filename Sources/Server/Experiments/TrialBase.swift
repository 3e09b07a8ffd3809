import JSON
import ModelStore

/// The base of an experiment with a trial's values in it.
struct TrialBase: Sendable {
    /// A model's name, or a definition.
    let model: JSONValue
    /// The dataset's name.
    let dataset: String
    /// The options of the training.
    let training: JSONValue

    /// Puts values into the base.
    ///
    /// - Throws: `FaultyInput` for a place that the base hasn't got.
    init(_ request: ExperimentRequest, _ values: SpaceDraws.Values) throws {
        let placed = zip(request.space.parameters, values).map { parameter, value in
            PlacedValue(path: parameter.path, tokens: parameter.tokens[...], value: value)
        }
        let base = try request.base.placing(placed)
        guard let model = base["model"], let training = base["training"] else {
            preconditionFailure("a request without a base has a fault")
        }
        (self.model, self.training) = (model, training)
        dataset = try base["dataset"]?.string() ?? ""
    }

    /// The body of `POST /train` for a job.
    ///
    /// - Parameters:
    ///   - name: The name of the model that it trains.
    ///   - place: Which job it is.
    ///   - request: The experiment.
    ///   - rung: The round that it is of.
    ///   - keepsLast: Whether another job goes on from where this one ends.
    ///   - compile: The training's defaults that the model itself has; nil for none.
    /// - Returns: The body.
    /// - Throws: Never in fact: what is written is JSON.
    func body(
        model name: String,
        _ place: TrialPlace,
        _ request: ExperimentRequest,
        _ rung: Rung,
        keepsLast: Bool,
        compile: JSONValue?
    ) throws -> JSONValue {
        let given = training["seed"].flatMap { $0.isNull ? nil : $0 }
        let own = given.map { try? $0.int() } ?? request.seed
        var json = JSONWriter()
        json.object { json in
            json.field("model", name)
            json.field("dataset", dataset)
            // One that can't be is refused with the other options.
            json.field("seed", ifPresent: own.map { $0 + place.repetition - 1 })
            json.field("epochs", ifPresent: rung.epochs)
            if keepsLast { json.field("keep_epochs", 1) }
            if let folds = request.folds {
                let isOfClasses = Self.isOfClasses(training["loss"] ?? compile?["loss"])
                let method = isOfClasses ? ValidationChoice.FoldMethod.stratified : .random
                json.key("validation")
                ValidationChoice.fold(.init(number: place.fold, folds: folds, method: method)).write(to: &json)
            }
            for (key, value) in training.members where !isReplaced(key, request, rung, keepsLast: keepsLast) {
                json.field(key, value)
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }

    private func isReplaced(_ key: String, _ request: ExperimentRequest, _ rung: Rung, keepsLast: Bool) -> Bool {
        switch key {
        case "keep_epochs": keepsLast
        case "seed": training["seed"].map { $0.isNull || (try? $0.int()) != nil } ?? false
        case "epochs": rung.epochs != nil
        case "validation": request.folds != nil
        default: false
        }
    }

    /// Whether a loss is of classes, of which each fold gets as many.
    private static func isOfClasses(_ loss: JSONValue?) -> Bool {
        let name = loss.flatMap { loss in
            (try? loss.string()) ?? (try? loss["type"]?.string()) ?? (try? loss["class_name"]?.string())
        }
        return name.map(classLosses.contains) ?? false
    }

    private static let classLosses: Set<String> = [
        "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", "categorical_crossentropy",
        "CategoricalCrossentropy", "binary_crossentropy", "bce", "BinaryCrossentropy", "categorical_hinge",
        "CategoricalHinge", "hinge", "Hinge", "squared_hinge", "SquaredHinge",
    ]
}

extension ExperimentRequest {
    /// The rounds of so many trials.
    ///
    /// The base of a halving says how many epochs there are: it was filled in when the experiment was accepted.
    func rungs(trials count: Int) -> [Rung] {
        guard search == .halving else { return Rung.all(count) }
        return Rung.halving(count, epochs: base["training"]?["epochs"].flatMap { try? $0.int() } ?? 1)
    }

    /// The values of a trial out of those that are stored, an object by path.
    func values(of stored: String) throws -> SpaceDraws.Values {
        let root = try JSONDocument(parsing: stored).root
        return space.parameters.map { root[$0.path]?.source ?? "null" }
    }
}

extension ExperimentCourse {
    /// How a stored experiment stands.
    ///
    /// - Throws: `StoreError.corrupt` where its request can't be read.
    init(_ snapshot: ExperimentSnapshot) throws {
        let request: ExperimentRequest
        do {
            request = try ExperimentRequest(JSONDocument(parsing: snapshot.experiment.request).root)
        } catch {
            let name = snapshot.experiment.name
            throw StoreError.corrupt("experiment \"\(name)\": its stored request can't be read: \(error)")
        }
        self.init(request, request.rungs(trials: snapshot.trials.count), snapshot)
    }
}
