import NN

extension Schema {
    /// What a client wants evaluated.
    static let evaluationRequest = Schema.object(
        [
            .required("model", .name), .optional("version", .versionReference.orNull),
            .optional("dataset", .name.orNull),
            .optional(
                "data",
                Schema.any(of: [.inlineData, .array(of: .object()), .map(of: .array(of: .anything)), .null])
                    .described("Rows as `x` and `y`, or records or columns, as `POST /train` takes them")
            ),
            .optional(
                "part",
                Schema.any(of: [.oneOf(EvaluationPart.allCases.map(\.rawValue)), .null])
                    .defaulting(to: EvaluationPart.standard.rawValue)
            ),
            .optional(
                "loss",
                .anything.described("As in a `TrainingRequest`; that of the version's training by default")
            ),
            .optional(
                "metrics",
                .anything.described("As in a `TrainingRequest`; those of the version's training by default")
            ),
        ],
        closed: true
    )
    .with("oneOf", [Schema.sending("dataset", not: ["data"]), .sending("data", not: ["dataset", "part"])])
    .example(JSONMembers([("model", "line"), ("dataset", "line")]))
    .named("EvaluationRequest")

    /// An object that gives one member, and others not at all or as null.
    private static func sending(_ member: String, not others: [String]) -> Schema {
        let absent = others.map { ($0, Schema.null as Value) }
        return Schema([("required", [member]), ("properties", JSONMembers([(member, Schema.not(.null))] + absent))])
    }

    /// What an evaluation found.
    static let evaluation = Schema.object(
        subject + judged(isWhole: true) + [
            .optional(
                "outputs",
                Schema.map(of: .object(outputMetrics + judged(isWhole: true)))
                    .described("Of a model of several outputs what there is of one otherwise, by output")
            ),
            .optional("notes", .notes),
        ]
    ).named("Evaluation")

    /// An evaluation as it is kept: without points of curves and without rows.
    static let keptEvaluation = Schema.object(
        subject + judged(isWhole: false) + [
            .optional("outputs", .map(of: .object(outputMetrics + judged(isWhole: false)))),
            .required("created_at", .time),
        ]
    ).named("KeptEvaluation")

    private static let subject: [Member] = [
        .required("model", .name), .required("version", .versionName),
        .required("dataset", Schema.name.orNull.described("Null for rows that came with the request")),
        .required("part", .any(of: [.oneOf(EvaluationPart.allCases.map(\.rawValue)), .null])),
        .required("rows", .integer(0...)),
        .required(
            "metrics",
            Schema.object([.required("loss", .number.orNull)])
                .described(
                    "Those of the version's training or of the request, and `accuracy`, or `mse`, `mae`, `rmse`, `r2`"
                )
        ),
    ]

    private static let outputMetrics: [Member] = [.required("metrics", .map(of: .number.orNull))]

    private static func judged(isWhole: Bool) -> [Member] {
        let points: [Member] = [.required("roc", rocPoints.orNull), .required("precision_recall", recallPoints.orNull)]
        let members: [Member] = [
            .optional(
                "classes",
                .array(
                    of: .object(
                        [.required("class", .integer(0...)), .optional("label", .string)] + figures + [
                            .required("support", .integer(0...)), .required("roc_auc", .number.orNull),
                            .required("average_precision", .number.orNull),
                        ] + (isWhole ? points : [])
                    )
                )
            ),
            .optional(
                "averages",
                .object([.required("macro", .object(figures)), .required("weighted", .object(figures))])
            ),
            .optional(
                "confusion_matrix",
                Schema.array(of: .array(of: .integer(0...))).orNull.described(
                    "A row a true class, a column a predicted one"
                )
            ),
            .optional("calibration", calibration.orNull), .optional("residuals", residuals),
        ]
        guard isWhole else { return members }
        return members + [
            .optional(
                "worst",
                Schema.array(
                    of: .object([
                        .required("row", .integer(0...)), .required("loss", .number.orNull),
                        .required("target", .anything), .required("prediction", .anything),
                    ]),
                    count: 0...WorstRows.limit
                ).described("The rows of the greatest loss, by their number in the dataset")
            )
        ]
    }

    private static let figures: [Member] = ["precision", "recall", "f1"].map { .required($0, .number(0...)) }

    private static let numbers = Schema.array(of: .number)
    private static let thresholds = Schema.array(of: .number.orNull)

    private static let rocPoints = Schema.object([
        .required("threshold", thresholds), .required("fpr", numbers), .required("tpr", numbers),
    ]).named("ROCPoints")

    private static let recallPoints = Schema.object([
        .required("threshold", thresholds), .required("precision", numbers), .required("recall", numbers),
    ]).named("PrecisionRecallPoints")

    private static let calibration = Schema.object([
        .required(
            "bins",
            .array(
                of: .object([
                    .required("from", .number), .required("to", .number), .required("count", .integer(0...)),
                    .required("confidence", .number.orNull), .required("accuracy", .number.orNull),
                ])
            )
        ),
        .required("expected_calibration_error", .number.orNull),
    ]).named("Calibration")

    private static let residuals = Schema.object([
        .required("mean", .number), .required("std", .number),
        .required("quantiles", .object(Residuals.levels.map { .required("\($0)", .number) })),
    ]).named("Residuals")
}
