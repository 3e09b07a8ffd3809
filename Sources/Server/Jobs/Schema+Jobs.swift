import ModelStore

extension Schema {
    /// The id of a job.
    static let jobID = string(matching: "^[1-9][0-9]{0,17}$")

    /// Where a job stands.
    static let jobState = oneOf(JobState.allCases.map(\.rawValue)).named("JobState")

    /// One event of a stream (WHATWG HTML §9.2.6), as its fields.
    static let jobEvent = Schema.object([
        .optional("id", .string(matching: "^[0-9]+$")),
        .optional("event", .oneOf(JobEvent.Kind.allCases.map(\.rawValue))),
        .required("data", .string.with("contentMediaType", "application/json")),
    ]).named("JobEvent")

    /// One job.
    static let job = Schema.object([
        .required("id", .jobID), .required("state", .jobState), .required("model", .name),
        .required("dataset", .string.orNull),
        .required(
            "progress",
            Schema.object([
                .optional("epoch", .integer(0...)), .optional("epochs", .integer(0...)),
                .optional("step", .integer(0...)), .optional("steps", .integer(0...)),
                .optional("samples_per_second", .number.orNull), .optional("eta_seconds", .number.orNull),
            ]).orNull
        ),
        .required("metrics", .object()), .optional("history", .array(of: .object())),
        .required("version", .integer(1...).orNull), .required("weights_sha256", .string.orNull),
        .required("error", Schema.object().orNull), .required("initial_version", .integer(0...).orNull),
        .required("options", .object()), .required("priority", .integer), .required("created_at", .time),
        .required("started_at", Schema.time.orNull), .required("finished_at", Schema.time.orNull),
    ]).named("Job")
}
