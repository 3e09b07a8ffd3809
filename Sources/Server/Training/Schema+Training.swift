import JSON
import NN

extension Schema {
    /// What a client sends to have a model trained; the defaults are those that `TrainingOptions` counts with.
    static let trainingRequest = Schema.object(
        [
            .required("model", .name),
            .optional("dataset", .name.orNull),
            .optional(
                "data",
                Schema.any(of: [.inlineData, .array(of: .object()), .map(of: .array(of: .anything)), .null])
                    .described("Rows as `x` and `y`, or records or columns as an upload of them would have")
            ),
            .optional("initial_version", .versionReference.orNull),
            .optional("validation_data", .inlineData.orNull),
            .optional("inputs", Schema.columnNames.orNull.described("The columns of each input")),
            .optional("targets", Schema.columnNames.orNull.described("The columns of each output")),
            .optional("window", Schema.window.orNull),
            .optional(
                "sample_weight",
                Schema.string.orNull.described("The column of how much each row counts, or each of its steps")
            ),
            .optional("validation", .any(of: [.validationSplit, .validationFold, .name, .null])),
            .optional(
                "shift",
                Schema.integer(0...1).defaulting(to: 0)
                    .described("1: targets are sequences one step later than the inputs (teacher forcing)")
            ),
            .optional(
                "loss",
                Schema.perOutput(of: .oneOrWithOptions(Loss.everyName))
                    .described("Required where the model has no `compile`")
            ),
            .optional("loss_weights", .perOutput(of: .number(0...)).orNull),
            .optional(
                "optimizer",
                .any(of: [.oneOrWithOptions(OptimizerConfiguration.everyName), .null])
                    .defaulting(to: OptimizerConfiguration.standard.name)
            ),
            .optional("metrics", .metrics.orNull),
            .optional("epochs", .integer(TrainingOptions.Bounds.epochs).defaulting(to: Standard.epochs)),
            .optional("batch_size", .integer(TrainingOptions.Bounds.batchSize).defaulting(to: Standard.batchSize)),
            .optional(
                "micro_batches",
                Schema.any(of: TrainingOptions.Bounds.microBatchCounts.map { .constant($0) }).defaulting(
                    to: Standard.microBatches
                ).described(
                    "The most parts that a batch's gradients are summed of; it changes the weights in their last bits"
                )
            ),
            .optional("validation_split", .number(0..<1).defaulting(to: Standard.validationSplit)),
            .optional(
                "validation_rows",
                .integer(TrainingOptions.Bounds.validationRows).defaulting(to: Standard.validationRows)
            ),
            .optional("shuffle", .boolean.defaulting(to: Standard.shuffle)),
            .optional("seed", .integer(TrainingOptions.Bounds.seed).defaulting(to: Standard.seed)),
            .optional(
                "priority",
                .integer(TrainingRequest.priorities).defaulting(to: TrainingRequest.standardPriority)
            ),
            .optional(
                "keep_epochs",
                Schema.any(of: [.constant(KeptCount.allWord), .integer(KeptCount.counts), .null])
                    .described("How many epochs are kept as versions of the job: the newest, or all")
            ),
            .optional(
                "diagnostics",
                Schema.boolean.defaulting(to: TrainingRequest.standardDiagnostics).described(
                    "Whether the norms of gradient, weight and update are taken down at each epoch's last step"
                )
            ),
            .optional(
                "keep_optimizer",
                Schema.boolean.defaulting(to: TrainingRequest.standardKeepsOptimizer).described(
                    "Whether the version keeps what the optimizer remembers, for jobs and exported files that go on from it"
                )
            ),
            .optional(
                "ranks",
                Schema.integer(RankWish.counts).orNull.defaulting(to: 1).described(
                    "The most workers, of any nodes, that train it together; it doesn't change the weights"
                )
            ),
            .optional("parallel", Schema.rankWish.orNull.described("In place of `ranks`")),
            .optional("class_weight", .classWeight.orNull),
            .optional(
                "adapt",
                Schema.boolean.orNull.described(
                    "Whether `Normalization` learns from the rows first; by default where no version is gone on from"
                )
            ),
            .optional("early_stopping", .earlyStopping.orNull),
            .optional("reduce_lr_on_plateau", .plateauReduction.orNull),
            .optional(
                "free_running",
                Schema.boolean.defaulting(to: Standard.freeRunning).described(
                    "Whether a decoder is also judged by the sequences that it says by itself"
                )
            ),
            .optional(
                "precision",
                Schema.oneOf(ProductPrecision.allCases.map(\.rawValue)).defaulting(to: Standard.precision.rawValue)
                    .described(
                        "What the products of a training step are computed in; mixed_bfloat16 needs AVX-512 BF16"
                    )
            ),
        ],
        closed: true
    )
    .with("oneOf", [Schema.giving("dataset", not: "data"), .giving("data", not: "dataset")])
    .described("Keras's options of `compile` and `fit`; either `dataset` or `data`")
    .example(JSONMembers([("model", "line"), ("dataset", "line"), ("loss", "mse")]))
    .named("TrainingRequest")

    /// What a client sends to have a job go on from another one.
    static let forkRequest = Schema.object([
        .optional("epoch", Schema.integer(1...).orNull.described("A kept epoch; without it the newest"))
    ])
    .described("The options of a `TrainingRequest` that change; the others are the origin's")
    .example(JSONMembers([("epoch", 3), ("epochs", 20)]))
    .named("ForkRequest")

    private static let rankWish = Schema.object(
        [
            .optional("ranks", .integer(RankWish.counts).defaulting(to: 1)),
            .optional(
                "min_ranks",
                Schema.integer(RankWish.counts).defaulting(to: RankWish.standardFewest)
                    .described("The fewest to begin with, no more than `ranks`")
            ),
            .optional(
                "wait_seconds",
                Schema.number(0..<3600).defaulting(to: RankWish.standardWait)
                    .described("How long the first one waits for more than these")
            ),
        ],
        closed: true
    ).named("RankWish")

    private typealias Standard = TrainingOptions.Standard

    /// Windows over the records of a series.
    static let window = Schema.object(
        [
            .required("steps", .integer(1...)),
            .optional("horizon", .any(of: [.integer(1...), .array(of: .integer(1...), count: 1...10_000)])),
            .optional("stride", .integer(1...)),
            .optional("group_by", Schema.string.orNull), .optional("order_by", Schema.string.orNull),
        ],
        closed: true
    ).named("Window")

    /// Which rows validate; beside it there are the name of a part or of another dataset.
    private static let validationSplit = Schema.object(
        [
            .required("split", .number),
            .optional("by", .oneOf(ValidationChoice.Method.allCases.map(\.rawValue))),
            .optional("group_by", Schema.string.orNull.described("The column whose rows of one value stay together")),
        ],
        closed: true
    ).named("ValidationSplit")

    /// Rows that validate by turns, a fold a job.
    private static let validationFold = Schema.object(
        [
            .required("fold", .integer(1...ValidationChoice.Fold.counts.upperBound)),
            .required("folds", .integer(ValidationChoice.Fold.counts)),
            .optional(
                "by",
                Schema.oneOf(ValidationChoice.FoldMethod.allCases.map(\.rawValue))
                    .defaulting(to: ValidationChoice.FoldMethod.random.rawValue)
            ),
        ],
        closed: true
    )
    .described("The training rows in so many parts, drawn by the job's seed, one of which validates")
    .named("ValidationFold")

    /// A column, several, or either by the name of an input or output.
    private static let columnNames = Schema.any(of: [oneOrMore, .map(of: oneOrMore)])
    private static let oneOrMore = Schema.any(of: [.string, .array(of: .string, count: 1...65_536)])

    /// An object that gives one member, and the other not at all or as null.
    private static func giving(_ member: String, not other: String) -> Schema {
        Schema(
            [
                ("required", [member]),
                ("properties", JSONMembers([(member, Schema.not(.null)), (other, Schema.null)])),
            ]
        )
    }

    /// A name, or an object with the name and options, in the short form or in Keras's long one.
    private static func oneOrWithOptions(_ names: [String]) -> Schema {
        .any(of: [
            .oneOf(names), .object([.required("type", .oneOf(names))]),
            .object([.required("class_name", .oneOf(names)), .optional("config", .object())]),
        ])
    }

    /// One for all outputs, one for each in their order, or one for each by name.
    private static func perOutput(of item: Schema) -> Schema {
        .any(of: [item, .array(of: item.orNull, count: 1...Int.max), .map(of: item.orNull)])
    }

    private static let metrics = Schema.any(of: [
        .array(of: .any(of: [.metric, .array(of: .metric)])),
        .map(of: .any(of: [.metric, .array(of: .metric), .null])),
    ])

    private static let metric = Schema.oneOrWithOptions(TrainingOptions.metricNames).named("Metric")

    private static let classWeight = Schema.any(of: [.map(of: .number(0...)), .constant("balanced")])
        .described("By class index or label, or `balanced`")

    private static let earlyStopping = Schema.object(
        monitor(EarlyStopping.Standard.minDelta) + [
            .optional("patience", .integer(EarlyStopping.patiences).defaulting(to: EarlyStopping.Standard.patience)),
            .optional("baseline", .number.orNull),
            .optional(
                "restore_best_weights",
                .boolean.defaulting(to: EarlyStopping.Standard.restoresBestWeights)
            ),
            .optional(
                "start_from_epoch",
                .integer(EarlyStopping.patiences).defaulting(to: EarlyStopping.Standard.startFromEpoch)
            ),
            .optional("verbose", .anything),
        ],
        closed: true
    ).named("EarlyStopping")

    private static let plateauReduction = Schema.object(
        monitor(PlateauReduction.Standard.minDelta) + [
            .optional("factor", .number(0..<1).defaulting(to: PlateauReduction.Standard.factor)),
            .optional(
                "patience",
                .integer(PlateauReduction.patiences).defaulting(to: PlateauReduction.Standard.patience)
            ),
            .optional(
                "cooldown",
                .integer(PlateauReduction.patiences).defaulting(to: PlateauReduction.Standard.cooldown)
            ),
            .optional("min_lr", .number(0...).defaulting(to: PlateauReduction.Standard.minRate)),
            .optional("verbose", .anything),
        ],
        closed: true
    ).named("ReduceLROnPlateau")

    private static func monitor(_ minDelta: Double) -> [Member] {
        [
            .optional("monitor", .string.defaulting(to: Monitor.standardName)),
            .optional(
                "mode",
                .oneOf(Monitor.Mode.allCases.map(\.rawValue)).defaulting(to: Monitor.standardMode.rawValue)
            ),
            .optional("min_delta", .number(0...).defaulting(to: minDelta)),
        ]
    }

    /// What a training request comes to that was only tried.
    static let trainingEstimate = Schema.object([
        .required("model", .checkedModel), .required("parameters", .integer(0...)),
        .required("operations_per_sample", .integer(0...)), .required("peak_bytes", .integer(0...)),
        .required("seconds_per_epoch", .number(0...)),
        .required("useful_ranks", Schema.integer(1...).described("The most ranks that have something to do")),
        .optional("notes", .notes),
    ]).named("TrainingEstimate")
}
