extension Schema {
    /// One instance, in any of the forms that a model may ask for.
    static let instance = Schema([("type", ["array", "number", "object", "string", "boolean", "null"])])
        .described(
            "Nested arrays of the input shape, or a flat one of the right count; a string; a file as `{\"b64\": \"…\"}`; of several "
                + "inputs an object by name, in which what is missing is null"
        )
        .named("Instance")

    /// What a client wants predicted.
    static let predictionRequest = Schema.object(
        [
            .required("model", .name), .optional("version", .versionReference.orNull),
            .required("instances", .array(of: .instance, count: 1...Int.max)), .optional("session", session.orNull),
            .optional("decode", decoding.orNull),
        ],
        closed: true
    )
    .example(JSONMembers([("model", "line"), ("instances", [[1, 2]])]))
    .named("PredictionRequest")

    private static let decoding = Schema.object(
        [
            .optional(
                "strategy",
                .oneOf(LabelDecoding.Strategy.allCases.map(\.rawValue)).defaulting(
                    to: LabelDecoding.Strategy.greedy.rawValue
                )
            ),
            .optional(
                "beam_width",
                .integer(LabelDecoding.Standard.beamWidths).defaulting(to: LabelDecoding.Standard.beamWidth)
            ),
            .optional(
                "top_paths",
                .integer(LabelDecoding.Standard.beamWidths).defaulting(to: LabelDecoding.Standard.topPaths)
            ),
        ],
        closed: true
    ).described("Reads labels out of results that were learned with the loss `ctc`")

    /// The name of a session.
    static let session = Schema.string(length: Sessions.lengths)
        .described("Where a stateful model goes on from the end of the session's last answered request, row by row")

    /// The sessions that are to begin anew.
    static let resetRequest = Schema.object([.optional("session", session.orNull)], closed: true).named("ResetRequest")

    /// The answers.
    static let prediction = Schema.object([
        .required("model", .name), .required("version", .versionName),
        .required("predictions", .array(of: .anything).described("A number that is not finite is null")),
        .optional("classes", .array(of: .anything)), .optional("labels", .array(of: .anything)),
        .optional("top", .array(of: .anything).described("The best classes of each instance, best first")),
        .optional("decoded", .array(of: .anything).described("The labels of each instance, best first")),
        .optional("non_finite", .constant(true)), .optional("notes", .notes),
    ]).named("Prediction")
}
