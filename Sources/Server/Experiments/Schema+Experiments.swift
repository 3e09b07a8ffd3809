import ModelStore
import NN

extension Schema {
    /// What a client sends to have many settings of a training tried.
    static let experimentRequest = Schema.object(
        [
            .required("name", .name),
            .required(
                "base",
                .object(
                    [
                        .required("model", .any(of: [.name, .modelDefinition])), .required("dataset", .name),
                        .required("training", Schema.object().described("What `POST /train` takes beside these two")),
                    ],
                    closed: true
                )
            ),
            .required(
                "space",
                Schema.map(of: .spaceRule).described("What trials change, by JSON pointers into `base`")
            ),
            .required("search", .oneOf(ExperimentRequest.Search.allCases.map(\.rawValue))),
            .optional(
                "trials",
                Schema.integer(ExperimentRequest.trialCounts).orNull.described(
                    "How many draws; \(ExperimentRequest.standardTrials) where `random` isn't told, all where `halving` isn't"
                )
            ),
            .optional("metric", .string.defaulting(to: ScoreMetric.standardName)),
            .optional("mode", Schema.oneOf(ScoreMetric.Mode.allCases.map(\.rawValue) + ["auto"]).orNull),
            .optional("folds", Schema.integer(ValidationChoice.Fold.counts).orNull),
            .optional("repeats", .integer(ExperimentRequest.repeatCounts).defaulting(to: 1)),
            .optional("seed", .integer(TrainingOptions.Bounds.seed).defaulting(to: TrainingOptions.Standard.seed)),
            .optional("max_seconds", Schema.number.with("exclusiveMinimum", 0).orNull),
        ],
        closed: true
    ).named("ExperimentRequest")

    private static let spaceRule = Schema.one(of: [
        .object(
            [.required("choice", .array(of: .anything, count: 1...SpaceParameter.greatestChoice))],
            closed: true
        ),
        range("uniform", .number), range("log_uniform", Schema.number.with("exclusiveMinimum", 0)),
        range("int", .integer),
    ]).named("SpaceRule")

    private static func range(_ name: String, _ bound: Schema) -> Schema {
        .object([.required(name, .array(of: bound, count: 2...2))], closed: true)
    }

    /// One experiment.
    static let experiment = Schema.object([
        .required("name", .name), .required("state", .oneOf(ExperimentState.allCases.map(\.rawValue))),
        .required("search", .oneOf(ExperimentRequest.Search.allCases.map(\.rawValue))),
        .required("metric", .string), .required("mode", .oneOf(ScoreMetric.Mode.allCases.map(\.rawValue))),
        .required("seed", .integer(0...)), .required("folds", .integer(2...).orNull),
        .required("repeats", .integer(1...)), .required("max_seconds", .number.orNull),
        .required("trials", .integer(0...)), .required("finished", .integer(0...)),
        .required("epochs_trained", .integer(0...)), .required("error", Schema.object().orNull),
        .required("created_at", .time), .required("finished_at", Schema.time.orNull),
        .optional("base", .object()), .optional("space", .object()),
        .optional("leaderboard", .array(of: trial)),
    ]).named("Experiment")

    private static let trial = Schema.object([
        .required("trial", .integer(1...)), .required("jobs", .array(of: .jobID)),
        .required("state", .oneOf(TrialStanding.State.allCases.map(\.rawValue))),
        .required("model", .name), .required("values", .object()), .required("scores", .array(of: .number)),
        .required("mean", Schema.number.orNull), .required("deviation", Schema.number.orNull),
        .required("epochs", .integer(0...)), .optional("error", .object()),
    ]).named("Trial")

    /// What an experiment comes to that was only checked.
    static let experimentPrice = Schema.object([
        .required("trials", .integer(0...)), .required("epochs", .integer(0...)), .required("seconds", .number(0...)),
        .required("peak_bytes", .integer(0...)), .required("values", .array(of: .object())),
    ]).named("ExperimentPrice")
}
