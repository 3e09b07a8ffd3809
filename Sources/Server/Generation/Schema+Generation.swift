extension Schema {
    /// What a client wants a model to go on from.
    static let generationRequest = Schema.object(
        [
            .required("model", .name), .optional("version", .versionReference.orNull),
            .required(
                "inputs",
                Schema([("type", ["array", "string", "object"])]).described(
                    "A text, an array of tokens or of steps of numbers; of several inputs an object by name, in which "
                        + "the decoder's input is what its sequence begins with"
                )
            ),
            .optional("parameters", generationParameters.orNull), .optional("stream", .boolean.defaulting(to: false)),
        ],
        closed: true
    )
    .example(JSONMembers([("model", "poet"), ("inputs", "the moon"), ("parameters", ["max_new_tokens": 50])]))
    .named("GenerationRequest")

    private static let generationParameters = Schema.object(
        [
            .optional(
                "max_new_tokens",
                .integer(GenerationParameters.Standard.limits).defaulting(to: GenerationParameters.Standard.limit)
                    .orNull
            ),
            .optional("do_sample", .boolean.defaulting(to: false).orNull),
            .optional("temperature", .number.with("exclusiveMinimum", 0).defaulting(to: 1).orNull),
            .optional("top_k", .integer(0...Int(Int32.max)).defaulting(to: GenerationParameters.Standard.topK).orNull),
            .optional("top_p", .number(0...).with("maximum", 1).defaulting(to: 1).orNull),
            .optional("min_p", .number(0...).with("maximum", 1).defaulting(to: 0).orNull),
            .optional("repetition_penalty", .number.with("exclusiveMinimum", 0).defaulting(to: 1).orNull),
            .optional("num_beams", .integer(GenerationParameters.Standard.beams).defaulting(to: 1).orNull),
            .optional("length_penalty", .number.defaulting(to: 1).orNull),
            .optional("early_stopping", .any(of: [.boolean, .constant("never"), .null])),
            .optional("seed", .integer(GenerationParameters.Standard.seeds).orNull),
            .optional(
                "stop",
                .any(of: [
                    .string(length: GenerationParameters.Standard.stopLengths),
                    .array(
                        of: .string(length: GenerationParameters.Standard.stopLengths),
                        count: GenerationParameters.Standard.stopTexts
                    ), .null,
                ])
            ),
            .optional(
                "eos_token_id",
                .any(of: [
                    .integer(0...Int(Int32.max)), .array(of: .integer(0...Int(Int32.max)), count: 1...64), .null,
                ])
            ),
            .optional("return_full_text", .boolean.defaulting(to: false).orNull),
            .optional("details", .boolean.defaulting(to: false).orNull),
        ],
        closed: true
    ).named("GenerationParameters")

    /// What a model added.
    static let generation = Schema.object([
        .required("model", .name), .required("version", .versionName),
        .optional("generated_text", .string.described("Where tokens have words")),
        .optional("generated", .array(of: .anything).described("Tokens or steps of numbers, where they have none")),
        .required(
            "details",
            .object([
                .required("finish_reason", .oneOf(["length", "eos_token", "stop_sequence"])),
                .required("generated_tokens", .integer(0...)), .required("seed", .integer(0...).orNull),
                .optional("tokens", .array(of: .anything)),
            ])
        ),
        .optional("non_finite", .constant(true)), .optional("notes", .notes),
    ]).named("Generation")
}
