import HTTP
import HTTPTypes
import JSON
import ModelStore

/// Which version of which model is asked where a request names none.
struct ModelChoice: Sendable, Equatable {
    /// The model's name.
    let name: String
    /// Its version.
    let version: VersionReference

    /// Reads `NAME` or `NAME@VERSION`, the version a number or an alias; nil for what is neither.
    init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, (try? NameRule.check(first, of: "model")) != nil else { return nil }
        name = first
        guard parts.count == 2 else {
            version = .newest
            return
        }
        guard !parts[1].isEmpty else { return nil }
        version = VersionReference(parts[1])
    }
}

/// Requests for predictions whose path names no model: those of MLflow's scoring server, of SageMaker, of Vertex AI.
struct Invocations: Sendable {
    let predictor: Predictor
    private let catalog: ServedCatalog
    private let inference: OpenInference
    private let standard: ModelChoice?

    init(_ parts: Parts) {
        predictor = parts.predictor
        catalog = ServedCatalog(parts)
        inference = OpenInference(parts)
        standard = parts.defaultModel
    }

    /// What a request may say in its head.
    static let parameters: [any DeclaredParameter] = [
        modelName, RouteParameter.version,
        Parameter("X-Amzn-SageMaker-Target-Model", in: .header, .name, "The model, where the query names none"),
    ]

    private static let modelName = RouteParameter<String?>.optionalQuery("model", .name) { $0 }
    private static let targetModel = HTTPField.Name.known("X-Amzn-SageMaker-Target-Model")
    private static let customAttributes = HTTPField.Name.known("X-Amzn-SageMaker-Custom-Attributes")

    /// The bodies that are taken, for the description.
    static let bodies: [(mediaType: String, schema: Schema?)] = [
        ("application/json", .invocation), ("text/csv", .string), (PredictionBody.array, nil),
        ("application/jsonlines", .string),
    ]

    /// The answers that are given, for the description.
    static let answer = Answer(
        200,
        "an answer each",
        contents: [
            ("application/json", .object([.required("predictions", .array(of: .anything))])), ("text/csv", .string),
            ("application/jsonlines", .string), (PredictionBody.array, nil),
        ]
    )

    /// Answers a request.
    ///
    /// - Throws: `StoreError.notFound`, `JSONSyntaxError`, `FaultyInput`, or a `Problem` for a body that is not taken.
    func answer(_ request: Request) async throws -> Response {
        let choice = try await choice(for: request)
        var response = try await answer(request, by: choice)
        if let given = request[Self.customAttributes], given.utf8.count <= 1024 {
            response.fields[Self.customAttributes] = given
        }
        return response
    }

    private func answer(_ request: Request, by choice: ModelChoice) async throws -> Response {
        if let tensors = try TensorMediaType.read(request) {
            let body = try await request.bytes()
            let answer = try await inference.infer(
                choice.name,
                version: choice.version,
                body: body,
                headLength: tensors.headLength
            )
            return answer.response(acceptEncoding: nil, length: .type(tensors.type))
        }
        let body = try await InvocationBody(request)
        let model = try await predictor.model(choice.name, version: choice.version)
        let prediction = try await predictor.prediction(by: model) { try body.values(for: $0) }
        return try InvocationAnswer(prediction).response(accept: request[.accept])
    }

    /// The model that a request means: the one in its query, in the field of SageMaker, the default, or the only one.
    private func choice(for request: Request) async throws -> ModelChoice {
        let version = try request[.version]
        if let name = try request[Self.modelName] ?? request[Self.targetModel] {
            guard let named = ModelChoice(name) else {
                throw FaultyInput("\"\(name)\" is no name of a model; expected letters, digits, '.', '_' or '-'")
            }
            return version == .newest ? named : ModelChoice(named.name, version)
        }
        if let standard { return version == .newest ? standard : ModelChoice(standard.name, version) }
        let names = try await catalog.names()
        if names.count == 1 { return ModelChoice(names[0], version) }
        guard !names.isEmpty else { throw FaultyInput("there is no model yet; POST /models makes one") }
        let list = names.prefix(50).joined(separator: ", ") + (names.count > 50 ? " and \(names.count - 50) more" : "")
        throw FaultyInput(
            "which model is meant? Send ?model=NAME or X-Amzn-SageMaker-Target-Model, or start the server with --default-model; there are \(list)"
        )
    }
}

extension ModelChoice {
    /// A version of a model.
    init(_ name: String, _ version: VersionReference) { (self.name, self.version) = (name, version) }
}

extension Schema {
    /// What a client wants predicted, in one of MLflow's forms.
    static let invocation = object([
        .optional("dataframe_split", .object()), .optional("dataframe_records", .array(of: .object())),
        .optional("instances", .array(of: .anything)), .optional("inputs", .anything), .optional("params", .object()),
    ]).with(
        "oneOf",
        [having("dataframe_split"), having("dataframe_records"), having("instances"), having("inputs")]
    ).named("Invocation")
}
