import ModelStore

extension Schema {
    /// The id of a job.
    static let jobID = string(matching: "^[1-9][0-9]{0,17}$")

    /// Where a job stands.
    static let jobState = oneOf(JobState.allCases.map(\.rawValue)).named("JobState")

    /// One event of a stream (WHATWG HTML §9.2.6), as its fields.
    static let jobEvent = Schema.object([
        .optional("id", .string(matching: "^[0-9]+$")),
        .optional("event", .oneOf(JobEvent.Kind.allCases.map(\.rawValue) + ["reset"])),
        .required("data", .string.with("contentMediaType", "application/json")),
    ]).named("JobEvent")

    /// A job's metrics over its epochs.
    static let jobHistory = Schema.object([
        .required("job", .jobID), .required("epochs", .integer(0...)), .required("from", .integer(0...)),
        .required("to", .integer(0...)), .required("decimated", .boolean),
        .required(
            "series",
            .array(
                of: .object([
                    .required("metric", .string), .required("epoch", .array(of: .integer(1...))),
                    .required("value", .array(of: .anything).described("Numbers; a table is an array of rows")),
                    .optional("smoothed", .array(of: .number)),
                    .optional(
                        "elapsed",
                        Schema.array(of: .number).described(
                            "Seconds from the job's first step to the end of each epoch"
                        )
                    ),
                    .required(
                        "nonfinite",
                        .array(
                            of: .object([
                                .required("epoch", .integer(1...)), .required("value", .string),
                                .optional("elapsed", .number),
                            ])
                        )
                    ),
                ])
            )
        ),
    ]).named("JobHistory")

    /// The norms of a job over its epochs.
    static let jobNorms = Schema.object([
        .required("job", .jobID), .required("tensors", .array(of: .string)),
        .required("epoch", .array(of: .integer(1...))),
        .required("gradient", .normRows), .required("weight", .normRows), .required("update", .normRows),
    ]).named("JobNorms")

    private static let normRows = Schema.array(of: .array(of: .number.orNull))

    /// What is known of a job that diverged.
    static let postmortem = Schema.object([
        .required("epoch", .integer(1...)), .required("step", .integer(1...)),
        .required(
            "layer",
            Schema.string.described("`input` for what came in, `loss` where every layer's result is finite")
        ),
        .required("value", .oneOf(["NaN", "Infinity", "-Infinity"])),
        .required("rows", Schema.array(of: .integer(0...)).described("From 0 in the data as given")),
        .required(
            "before",
            .array(
                of: .object([
                    .required("epoch", .integer(1...)), .required("step", .integer(1...)),
                    .required("loss", .number), .required("gradient", Schema.number.orNull),
                    .required("weight", .number),
                ])
            )
        ),
    ]).named("Postmortem")

    /// One job as a row of a list.
    static let jobRow = Schema.object([
        .required("id", .jobID), .required("kind", .oneOf(JobKind.allCases.map(\.rawValue))),
        .required("state", .jobState), .required("model", .name), .required("dataset", .string.orNull),
        .required("progress", .jobProgress.orNull), .required("metrics", .map(of: .number.orNull)),
        .required("created_at", .time), .required("started_at", Schema.time.orNull),
        .required("finished_at", Schema.time.orNull), .optional("experiment", .name),
    ]).named("JobRow")

    private static let ranks = Schema.object([
        .required("ranks", .integer(RankWish.counts)), .required("nodes", .array(of: .string)),
        .required("transport", .oneOf([RankLibrary.transport, RankLibrary.noTransport])),
        .required("generation", .integer(0...)),
        .required(
            "exchange_share",
            Schema.number(0...).orNull.described("The share of the time together that went into speaking and waiting")
        ),
    ])
    .described("The ranks that train it, or did last; null where it has always been one")
    .named("JobRanks")

    private static let jobProgress = Schema.object([
        .optional("waiting_for", .oneOf(["ranks"])),
        .optional("epoch", .integer(0...)), .optional("epochs", .integer(0...)),
        .optional("step", .integer(0...)), .optional("steps", .integer(0...)),
        .optional("samples_per_second", .number.orNull), .optional("eta_seconds", .number.orNull),
    ])

    /// One job.
    static let job = Schema.object([
        .required("id", .jobID), .required("kind", .oneOf(JobKind.allCases.map(\.rawValue))),
        .required("state", .jobState), .required("model", .name),
        .required("dataset", .string.orNull),
        .required("progress", .jobProgress.orNull),
        .required("metrics", .object()), .optional("history", .array(of: .object())),
        .required(
            "version",
            Schema.versionName.orNull.described("The version that was made, or of an evaluation that is evaluated")
        ), .required("weights_sha256", .string.orNull),
        .required("error", Schema.object().orNull), .required("initial_version", Schema.versionName.orNull),
        .optional("forked_from", .object([.required("job", .jobID), .required("epoch", .integer(1...))])),
        .optional("replay", .object([.required("of", .jobID), .required("identical", Schema.boolean.orNull)])),
        .optional(
            "kept_epochs",
            Schema.array(of: .integer(1...)).described("Each is a version of the model, `job:ID@EPOCH`")
        ),
        .required("options", .object()), .required("priority", .integer),
        .required("claims", Schema.integer(0...).described("How often a worker has taken it")),
        .required("node", Schema.string.orNull.described("The id of the node that runs it, or ran it last")),
        .required("ranks", Schema.integer(RankWish.counts).described("How many ranks were asked for, at most")),
        .required("parallel", Schema.ranks.orNull),
        .required("created_at", .time),
        .required("started_at", Schema.time.orNull), .required("finished_at", Schema.time.orNull),
        .optional("experiment", Schema.name.described("The experiment that it is of")),
        .optional("notes", .notes),
        .optional("evaluation", .evaluation),
    ]).named("Job")
}
