import JSON
import ModelStore
import NN

/// Answers instances with stored models: finds the version, checks the instances, batches and computes.
final class Predictor: Sendable {
    private let models: ServedModels
    private let threads: InferenceThreads

    /// Where requests are best read and answered: on the threads that compute, so that an answer needs no change of
    /// thread.
    var executor: any TaskExecutor { threads }

    /// A predictor with its own threads.
    ///
    /// - Parameters:
    ///   - loader: Where models come from.
    ///   - threads: How many batches are computed at once.
    ///   - byteLimit: The memory that models in use may take.
    init(loader: ModelLoader, threads: Int, byteLimit: Int) {
        models = ServedModels(loader: loader, byteLimit: byteLimit)
        self.threads = InferenceThreads(count: threads)
    }

    /// What a row takes while it is answered, and what each number of its answer does, as such and as text.
    private static let (rowBytes, numberBytes) = (8, 20)

    /// Answers a request; the bits of an answer don't depend on what else is asked at the time.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version, `FaultyInput` for instances that the
    ///   model can't take.
    func predict(_ request: PredictionRequest) async throws -> Prediction {
        try Task.checkCancellation()
        let model = try await models.model(request.model, version: request.version)
        try Task.checkCancellation()
        let network = model.network
        let (rows, inputs, notes) = try request.values(for: model.inputs)
        let answerBytes = rows * (Self.rowBytes + network.outputShape.volume * Self.numberBytes)
        try await RequestMemory.current?.take(answerBytes, waits: false)
        let values = try await answers(rows: rows, inputs, of: model.served)
        return Prediction(
            model: model.name,
            version: model.version,
            rows: rows,
            outputs: network.outputs,
            values: values,
            labels: model.labels,
            logitsActivations: model.logitsActivations,
            top: request.top,
            notes: notes
        )
    }

    /// The version of a model that is asked for, ready to answer.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func model(_ name: String, version: VersionReference) async throws -> ServedModel {
        try await models.model(name, version: version)
    }

    /// What a network answers some rows, in a batch with whatever else waits for it.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    func answers(rows: Int, _ inputs: [Float], of network: ServedNetwork) async throws -> [Float] {
        let pending = PendingPrediction(rows: rows, inputs: inputs, outputWidth: network.network.outputShape.volume)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if pending.begin(continuation) { threads.submit(pending, to: network) }
            }
        } onCancel: {
            pending.cancel()
        }
    }

    /// Lets go of the model that was used least recently, for others to have its memory; false where there is none.
    func giveUpModel() -> Bool { models.giveUpOne() }

    /// Lets go of a model that was deleted.
    func forget(model name: String) { models.forget(name) }

    /// Has the next request without a version find a model's new version.
    func renew(model name: String) { models.renew(name) }

    /// Ends the threads, once the last request has been answered.
    func stop() { threads.stop() }
}
