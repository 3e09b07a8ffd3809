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

    /// Answers a request; the bits of an answer don't depend on what else is asked at the time.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version, `FaultyInput` for instances that the
    ///   model can't take.
    func predict(_ request: PredictionRequest) async throws -> Prediction {
        let model = try await models.model(request.model, version: request.version)
        let network = model.network
        let (rows, inputs, notes) = try request.values(for: model.inputs)
        let values = try await withCheckedThrowingContinuation { continuation in
            let pending = PendingPrediction(
                rows: rows,
                inputs: inputs,
                outputWidth: network.outputShape.volume,
                continuation: continuation
            )
            threads.submit(pending, to: model)
        }
        return Prediction(
            model: model.name,
            version: model.version,
            rows: rows,
            outputs: network.outputs,
            values: values,
            labels: model.labels,
            logitsActivations: model.logitsActivations,
            notes: notes
        )
    }

    /// Lets go of a model that was deleted.
    func forget(model name: String) { models.forget(name) }

    /// Has the next request without a version find a model's new version.
    func renew(model name: String) { models.renew(name) }

    /// Ends the threads, once the last request has been answered.
    func stop() { threads.stop() }
}
