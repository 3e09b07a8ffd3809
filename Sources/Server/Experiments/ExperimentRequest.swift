import JSON
import ModelStore
import NN

/// What a client wants tried, as far as the body alone can tell.
struct ExperimentRequest: Sendable {
    /// The experiment's name.
    let name: String
    /// The model, the dataset and the options of a training, of which trials change some.
    let base: JSONValue
    /// What is changed.
    let space: SpaceDraws
    /// How trials are chosen.
    let search: Search
    /// How many trials there are at most; nil where the search says it.
    let trials: Int?
    /// By what they are ranked.
    let metric: ScoreMetric
    /// How many folds each trial is trained on; nil for a training on all rows.
    let folds: Int?
    /// With how many seeds each trial is trained.
    let repeats: Int
    /// What draws, and the first of the jobs' seeds unless the base has one.
    let seed: Int
    /// After how many seconds it ends; nil for never.
    let greatestSeconds: Double?

    /// How trials are chosen.
    enum Search: String, CaseIterable, Sendable {
        /// Every combination.
        case grid
        /// Draws.
        case random
        /// Draws, of which most are dropped again and again, before the others are trained on.
        case halving
    }

    /// How many trials there may be.
    static let trialCounts = 1...1000
    /// How many draws there are where a request doesn't say it, as in scikit-learn.
    static let standardTrials = 10
    /// With how many seeds a trial may be trained.
    static let repeatCounts = 1...100

    /// Reads a body.
    ///
    /// - Throws: `FaultyInput` with every fault.
    init(_ body: JSONValue) throws(FaultyInput) {
        self = try body.read { reader in ExperimentRequest(reading: &reader, body) }
    }

    private init(reading reader: inout ObjectReader, _ body: JSONValue) {
        name = reader.string("name")
        do throws(StoreError) {
            if !name.isEmpty || body["name"]?.kind == .string { try NameRule.check(name, of: "experiment") }
        } catch {
            reader.fault(at: "name", error.message)
        }
        base = reader.value("base") ?? body
        Self.checkBase(base, of: body, &reader.faults)
        search = reader.choice("search")
        var parameters: [SpaceParameter] = []
        if let space = reader.value("space") {
            if space.kind == .object {
                for (path, rule) in space.members {
                    if let parameter = SpaceParameter(path, rule, &reader.faults) { parameters.append(parameter) }
                }
            } else {
                reader.faults.add(space.mismatch("an object of rules by path"))
            }
        }
        space = SpaceDraws(parameters: parameters)
        Self.checkOverlap(parameters, &reader.faults)
        trials = reader.optionalInt("trials", in: Self.trialCounts)
        metric = ScoreMetric(reading: &reader)
        folds = reader.optionalInt("folds", in: ValidationChoice.Fold.counts)
        repeats = reader.int("repeats", in: Self.repeatCounts, default: 1)
        seed = reader.int("seed", in: TrainingOptions.Bounds.seed, default: TrainingOptions.Standard.seed)
        greatestSeconds = reader.optionalDouble("max_seconds", in: .above(0))
        if reader.faults.isEmpty { checkSearch(&reader) }
        if folds != nil { checkFolds(&reader) }
    }

    /// The draws of the trials, in their order.
    var draws: [SpaceDraws.Values] {
        if let count = space.combinations, search == .grid || search == .halving && trials == nil {
            return space.combinations(count)
        }
        return space.draws(trials ?? Self.standardTrials, seed: seed)
    }

    private static func checkBase(_ base: JSONValue, of body: JSONValue, _ faults: inout Faults) {
        guard body["base"] != nil else { return }
        faults.read(base) { reader in
            if let model = reader.value("model"), model.kind != .string, model.kind != .object {
                reader.faults.add(model.mismatch("a model's name, or a definition"))
            }
            _ = reader.string("dataset")
            guard let training = reader.value("training") else { return }
            guard training.kind == .object else { return reader.faults.add(training.mismatch("an object")) }
            for key in ["model", "dataset"] where training[key] != nil {
                reader.faults.add("/base/training/\(key)", "stands in \"base\", not in \"training\"")
            }
            for key in ["data", "validation_data"] where training[key] != nil {
                let detail = "an experiment trains on a stored dataset; upload the rows and name it in \"base\""
                reader.faults.add("/base/training/\(key)", detail)
            }
        }
    }

    /// Refuses places of which one lies in the other.
    private static func checkOverlap(_ parameters: [SpaceParameter], _ faults: inout Faults) {
        for (place, parameter) in parameters.enumerated() {
            for other in parameters[(place + 1)...] {
                let shared = min(parameter.tokens.count, other.tokens.count)
                guard parameter.tokens.prefix(shared) == other.tokens.prefix(shared) else { continue }
                faults.add(other.pointer, "is about the same place as \"\(parameter.path)\"")
            }
        }
    }

    private func checkSearch(_ reader: inout ObjectReader) {
        let most = Self.trialCounts.upperBound
        let isWhole = search == .grid || search == .halving && trials == nil
        if isWhole {
            for parameter in space.parameters where parameter.count == nil {
                let remedy = search == .grid ? "take \"choice\", or search \"random\"" : "send \"trials\""
                reader.faults.add(parameter.pointer, "has no end of values to be tried one by one; \(remedy)")
            }
            let isEndless = space.parameters.contains { $0.count == nil }
            if !isEndless, (space.combinations ?? .max) > most {
                let count = space.combinations.map(String.init) ?? "no end of"
                reader.fault(at: "space", "has \(count) combinations, and an experiment has \(most) trials at most")
            }
        }
        if search == .grid, let trials, trials != space.combinations {
            let detail = "does not go with \"grid\", which tries all \(space.combinations ?? 0) combinations"
            reader.fault(at: "trials", detail)
        }
        if search == .halving, let own = space.parameters.first(where: { $0.path == "/training/epochs" }) {
            reader.faults.add(own.pointer, "\"halving\" itself says how many epochs a trial is trained for")
        }
    }

    private func checkFolds(_ reader: inout ObjectReader) {
        let own = ["validation", "validation_split", "validation_rows"]
        for key in own where base["training"]?[key].map({ !$0.isNull }) ?? false {
            reader.fault(at: "folds", "does not go with \"\(key)\" in base.training; the folds validate by turns")
        }
        for parameter in space.parameters where own.contains(where: { parameter.tokens == ["training", $0] }) {
            reader.faults.add(parameter.pointer, "does not go with \"folds\", which validate by turns")
        }
    }
}

extension ExperimentRequest: JSONWritable {
    /// Writes what the initializer reads, with every default.
    func write(to json: inout JSONWriter) { json.object { json in writeFields(base: base, to: &json) } }

    /// Writes everything, with another base, as fields of the object that is being written.
    func writeFields(base: JSONValue, to json: inout JSONWriter) {
        json.field("name", name)
        json.field("base", base)
        json.key("space")
        json.object { json in
            for parameter in space.parameters { json.field(parameter.path, parameter.rule) }
        }
        json.field("search", search.rawValue)
        json.field("trials", ifPresent: trials)
        json.field("metric", metric.name)
        json.field("mode", metric.mode.rawValue)
        json.field("folds", ifPresent: folds)
        json.field("repeats", repeats)
        json.field("seed", seed)
        json.field("max_seconds", ifPresent: greatestSeconds)
    }
}

extension SpaceParameter.Rule: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .choice(let values): json.field("choice", values.map(StoredJSON.init))
            case .uniform(let range): json.field("uniform", [range.lowerBound, range.upperBound])
            case .logUniform(let range): json.field("log_uniform", [range.lowerBound, range.upperBound])
            case .int(let range): json.field("int", [range.lowerBound, range.upperBound])
            }
        }
    }
}
