extension Schema {
    /// What the server is.
    static let inferenceServer = object([
        .required("name", .string), .required("version", .string), .required("extensions", .array(of: .string)),
    ]).named("InferenceServer")

    /// What a model takes and gives.
    static let inferenceModel = object([
        .required("name", .name), .required("versions", .array(of: .string)), .required("platform", .string),
        .required("inputs", .array(of: tensorMetadata)), .required("outputs", .array(of: tensorMetadata)),
    ]).named("InferenceModel")

    private static let tensorMetadata = object([
        .required("name", .string), .required("datatype", .oneOf(TensorDatatype.allCases.map(\.rawValue))),
        .required("shape", .array(of: .integer((-1)...)).described("-1 for an extent that may be any")),
    ]).named("TensorMetadata")

    /// What was counted of versions.
    static let inferenceStatistics = object([.required("model_stats", .array(of: .object()))])
        .named("InferenceStatistics")

    private static let tensorParameters = object().described("Strings, numbers and truth values by name")

    /// What a client wants predicted.
    static let inferenceRequest = object([
        .optional("id", .string), .optional("parameters", tensorParameters),
        .required("inputs", .array(of: requestTensor, count: 1...Int.max)),
        .optional(
            "outputs",
            .array(of: .object([.required("name", .string), .optional("parameters", tensorParameters)]))
        ),
    ]).named("InferenceRequest")

    private static let requestTensor = object([
        .required("name", .string), .required("shape", .array(of: .integer(0...), count: 1...Int.max)),
        .required("datatype", .oneOf(TensorDatatype.allCases.map(\.rawValue))),
        .optional("parameters", tensorParameters), .optional("data", .array(of: .anything)),
    ]).named("InferenceTensor")

    /// The outputs.
    static let inferenceAnswer = object([
        .optional("id", .string), .required("model_name", .name), .required("model_version", .string),
        .optional("parameters", tensorParameters),
        .required(
            "outputs",
            .array(
                of: .object([
                    .required("name", .string), .required("datatype", .string),
                    .required("shape", .array(of: .integer(0...))), .optional("parameters", tensorParameters),
                    .optional("data", .array(of: .anything)),
                ])
            )
        ),
    ]).named("InferenceAnswer")
}
