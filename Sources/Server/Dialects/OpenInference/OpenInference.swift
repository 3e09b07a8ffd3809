import HTTP
import HTTPTypes
import JSON
import ModelStore
import NN
import Synchronization

/// The Open Inference Protocol, version 2, over HTTP, as Triton and KServe answer it.
struct OpenInference: Sendable {
    let predictor: Predictor
    let catalog: ServedCatalog
    let readiness: Readiness
    private let resting = RestingModels()

    init(_ parts: Parts) {
        predictor = parts.predictor
        catalog = ServedCatalog(parts)
        readiness = parts.readiness
    }

    /// Answers a request for inference.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - version: The version.
    ///   - body: The body.
    ///   - headLength: How many bytes of it are JSON; nil for all, 0 for a body that is one tensor.
    /// - Returns: The answer.
    /// - Throws: `StoreError.notFound`, `JSONSyntaxError`, `FaultyInput`, or a `Problem` for a model out of service and
    ///   for an answer that came too late.
    func infer(
        _ name: String,
        version: VersionReference,
        body: [UInt8],
        headLength: Int?
    ) async throws -> InferenceAnswer {
        let model = try await predictor.model(name, version: version)
        if resting.contains(name, model.identity.model) {
            throw Problem(.badRequest, detail: "the model \"\(name)\" was unloaded; load it to have it answer again")
        }
        let request =
            headLength == 0
            ? try InferenceRequest(raw: body, ModelSignature(model))
            : try InferenceRequest(body, headLength: headLength)
        let prediction = try await Deadline.within(request.timeout) { [predictor] in
            try await predictor.prediction(by: model, priority: request.priority) {
                try request.instances.values(for: $0)
            }
        }
        return try InferenceAnswer(prediction, to: request)
    }

    /// A model's inputs and outputs; throws `StoreError.notFound`.
    func metadata(of name: String, version: VersionReference) async throws -> InferenceMetadata {
        let entry = try await catalog.entry(name, version)
        return InferenceMetadata(name: name, versions: entry.versions.reversed(), signature: entry.signature)
    }

    /// A model's configuration; throws `StoreError.notFound`.
    func configuration(of name: String, version: VersionReference) async throws -> InferenceConfiguration {
        let entry = try await catalog.entry(name, version)
        return InferenceConfiguration(name: name, signature: entry.signature, batchRows: predictor.batchRows)
    }

    /// Whether a version of a model answers; throws `StoreError.notFound`.
    func isReady(_ name: String, version: VersionReference) async throws -> Bool {
        let entry = try await catalog.entry(name, version)
        return !resting.contains(name, entry.identifier)
    }

    /// What was counted of a model's versions, or of one of them; throws `StoreError.notFound`.
    func statistics(of name: String, version: VersionReference) async throws -> [InferenceStatistics] {
        statistics(of: try await catalog.entry(name, version))
    }

    /// What was counted of all versions.
    func statistics() async throws -> [InferenceStatistics] {
        try await catalog.entries().flatMap { statistics(of: $0) }
    }

    private func statistics(of entry: ServedCatalog.Entry) -> [InferenceStatistics] {
        entry.wanted.map { version in
            let identity = VersionIdentity(model: entry.identifier, number: version)
            let numbers = predictor.statistics.numbers(of: identity) ?? ServingStatistics.Numbers()
            return InferenceStatistics(name: entry.name, version: version, numbers: numbers)
        }
    }

    /// All versions of all models.
    ///
    /// - Parameter isReady: Whether those alone are told that answer, or those alone that don't; nil for all.
    /// - Returns: An entry a version, newest first.
    /// - Throws: What keeps the store from being read.
    func index(isReady: Bool?) async throws -> [IndexEntry] {
        try await catalog.entries().flatMap { entry -> [IndexEntry] in
            let isResting = resting.contains(entry.name, entry.identifier)
            if let isReady, isReady == isResting { return [] }
            return entry.wanted.map {
                IndexEntry(name: entry.name, version: $0, reason: isResting ? "unloaded" : nil)
            }
        }
    }

    /// Has a model answer, and has it ready.
    ///
    /// - Parameters:
    ///   - name: The model.
    ///   - parameters: What the client would change of it, of which nothing can be.
    /// - Throws: `StoreError.notFound`, or `FaultyInput` for parameters.
    func load(_ name: String, _ parameters: JSONValue?) async throws {
        if let given = parameters?.members.first(where: { _ in true }) {
            throw FaultyInput(
                given.value,
                "\"\(given.key)\" can't be given with load; models are made by POST /models and changed by new versions"
            )
        }
        let model = try await predictor.model(name, version: .newest)
        resting.remove(name, model.identity.model)
    }

    /// Lets go of a model's memory, and has it answer nothing in this protocol until it is loaded.
    ///
    /// - Throws: `StoreError.notFound`.
    func unload(_ name: String) async throws {
        let entry = try await catalog.entry(name, .newest)
        resting.insert(name, entry.identifier)
        predictor.rest(model: name)
    }
}

/// The models that were unloaded, each as it was when that happened: one that is made anew under the name isn't.
private final class RestingModels: Sendable {
    private let models = Mutex<[String: Int64]>([:])

    func contains(_ name: String, _ identifier: Int64) -> Bool { models.withLock { $0[name] == identifier } }

    func insert(_ name: String, _ identifier: Int64) { models.withLock { $0[name] = identifier } }

    func remove(_ name: String, _ identifier: Int64) {
        models.withLock { models in
            if models[name] == identifier { models[name] = nil }
        }
    }
}

/// Work that nobody wants any more after a time.
private enum Deadline {
    /// Runs a body; throws a `Problem` with 503 where it takes longer than a time, and what it throws.
    static func within<Value: Sendable>(
        _ time: Duration?,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let time else { return try await body() }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: time)
                throw Problem(.serviceUnavailable, detail: "Request timeout expired: no answer within \(time)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
