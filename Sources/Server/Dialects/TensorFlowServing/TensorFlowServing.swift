import HTTP
import HTTPTypes
import JSON

/// The REST API of TensorFlow Serving, version 1.
struct TensorFlowServing: Sendable {
    let predictor: Predictor
    let catalog: ServedCatalog

    init(_ parts: Parts) {
        predictor = parts.predictor
        catalog = ServedCatalog(parts)
    }

    /// Predicts rows or columns.
    ///
    /// - Throws: `StoreError.notFound`, or `FaultyInput` for what the model can't take.
    func predict(_ body: JSONValue, _ name: String, version: VersionReference) async throws -> ServingAnswers {
        let model = try await predictor.model(name, version: version)
        let request = try ServingRequest(body)
        return try ServingAnswers(
            try await predictor.prediction(by: model) { try request.values(for: $0) },
            to: request
        )
    }

    /// The scores of each class for examples; throws as `predict`.
    func classify(_ body: JSONValue, _ name: String, version: VersionReference) async throws -> ServingResults {
        try ServingResults(classes: try await prediction(body, name, version))
    }

    /// The one number for each example; throws as `predict`.
    func regress(_ body: JSONValue, _ name: String, version: VersionReference) async throws -> ServingResults {
        try ServingResults(numbers: try await prediction(body, name, version))
    }

    private func prediction(_ body: JSONValue, _ name: String, _ version: VersionReference) async throws -> Prediction {
        let model = try await predictor.model(name, version: version)
        let examples = try ServingExamples(body)
        return try await predictor.prediction(by: model) { try examples.values(for: $0) }
    }

    /// A model's versions, or the one that is meant; throws `StoreError.notFound`.
    func status(of name: String, version: VersionReference) async throws -> ServingStatus {
        ServingStatus(name: name, versions: try await catalog.entry(name, version).wanted)
    }

    /// What a model takes and gives; throws `StoreError.notFound`.
    func metadata(of name: String, version: VersionReference) async throws -> ServingMetadata {
        let entry = try await catalog.entry(name, version)
        return ServingMetadata(name: name, version: entry.wanted[0], signature: entry.signature)
    }
}
