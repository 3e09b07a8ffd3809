import Foundation
import Synchronization

/// The threads that compute predictions.
///
/// A request that finds a thread free is answered at once. What arrives while all are busy waits at its model, and the
/// next thread that falls free takes it as one batch.
final class InferenceThreads: Sendable {
    private let ready = Mutex(Ready())
    private let signal = DispatchSemaphore(value: 0)
    private let count: Int

    private struct Ready {
        var models: [ServedModel] = []
        var isStopped = false
    }

    /// Starts the threads.
    init(count: Int) {
        self.count = count
        for number in 1...count {
            let thread = Thread { self.work() }
            thread.name = "predict-\(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Has a request answered by a model.
    func submit(_ request: PendingPrediction, to model: ServedModel) {
        if model.add(request) { announce(model) }
    }

    /// Ends the threads once nothing waits; requests must not come any more.
    func stop() {
        ready.withLock { $0.isStopped = true }
        for _ in 0..<count { signal.signal() }
    }

    private func announce(_ model: ServedModel) {
        ready.withLock { $0.models.append(model) }
        signal.signal()
    }

    private func work() {
        while true {
            signal.wait()
            let (model, isStopped) = ready.withLock { ready in
                (ready.models.isEmpty ? nil : ready.models.removeFirst(), ready.isStopped)
            }
            if let model {
                model.answerBatch { announce(model) }
            } else if isStopped {
                return
            }
        }
    }
}
