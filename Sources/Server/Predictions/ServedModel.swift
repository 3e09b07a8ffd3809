import ModelStore
import NN
import Synchronization

/// A version of a model that answers: its compiled network, and the instances that wait for it.
final class ServedModel: Sendable {
    /// The model's name.
    let name: String
    /// Which version of which model it is.
    let identity: VersionIdentity
    /// The words of the classes, where the data that it learned from had words.
    let labels: ClassLabels?
    /// What it takes.
    let inputs: ModelInputs

    private let model: InferenceModel
    private let metrics: BatchMetrics
    private let state = Mutex(State())

    private struct State {
        var waiting: [Piece] = []
        var idle: [IdleWorker] = []
        /// Whether a thread has been told that there is something to do.
        var isAnnounced = false
    }

    /// Rows of a request that have not been taken into a batch yet.
    private struct Piece {
        let request: PendingPrediction
        var range: Range<Int>
    }

    /// Unchecked because a worker is in the list only while no thread uses it, and is taken out under the lock.
    private struct IdleWorker: @unchecked Sendable {
        let worker: InferenceWorker
    }

    init(name: String, identity: VersionIdentity, labels: ClassLabels?, model: InferenceModel, metrics: BatchMetrics) {
        self.name = name
        self.identity = identity
        self.labels = labels
        inputs = ModelInputs(model.plans.network)
        self.model = model
        self.metrics = metrics
    }

    /// The version; 0 for the initial weights.
    var version: Int { identity.number }

    /// The network that answers.
    var network: Network { model.plans.network }

    /// About how many bytes the weights take, and the arenas of one worker.
    var bytes: Int {
        model.bytes + model.plans.greatestBucket * network.activations * MemoryLayout<Float>.stride
    }

    /// Adds a request to what waits; true where a thread must be told.
    func add(_ request: PendingPrediction) -> Bool {
        state.withLock { state in
            state.waiting.append(Piece(request: request, range: 0..<request.rows))
            defer { state.isAnnounced = true }
            return !state.isAnnounced
        }
    }

    /// Answers one batch of what waits, up to the largest bucket, in the calling thread.
    ///
    /// - Parameter moreWaits: Called before the work begins where another thread could take a batch at the same time.
    func answerBatch(moreWaits: () -> Void) {
        let (pieces, more) = takeBatch()
        if more { moreWaits() }
        guard !pieces.isEmpty else { return }
        do {
            try run(pieces)
        } catch {
            for piece in pieces { piece.request.fail(piece.range, with: error) }
        }
    }

    private func takeBatch() -> (pieces: [Piece], more: Bool) {
        state.withLock { state in
            var room = model.plans.greatestBucket
            var pieces: [Piece] = []
            while room > 0, let first = state.waiting.first {
                let count = min(room, first.range.count)
                let middle = first.range.lowerBound + count
                pieces.append(Piece(request: first.request, range: first.range.lowerBound..<middle))
                room -= count
                if middle == first.range.upperBound {
                    state.waiting.removeFirst()
                } else {
                    state.waiting[0].range = middle..<first.range.upperBound
                }
            }
            state.isAnnounced = !state.waiting.isEmpty
            return (pieces, state.isAnnounced)
        }
    }

    private func run(_ pieces: [Piece]) throws {
        let idle = state.withLock { $0.idle.popLast() } ?? IdleWorker(worker: model.makeWorker())
        defer { state.withLock { $0.idle.append(idle) } }
        let (inputWidth, outputWidth) = (network.inputShape.volume, network.outputShape.volume)
        let rows = pieces.reduce(0) { $0 + $1.range.count }
        var inputs: [Float] = []
        inputs.reserveCapacity(rows * inputWidth)
        for piece in pieces {
            let numbers = piece.range.lowerBound * inputWidth..<piece.range.upperBound * inputWidth
            inputs.append(contentsOf: piece.request.inputs[numbers])
        }
        var outputs = [Float](repeating: 0, count: rows * outputWidth)
        try outputs.withUnsafeMutableBufferPointer { outputs in
            try inputs.withUnsafeBufferPointer { try idle.worker.predict(rows: rows, $0, into: outputs) }
        }
        metrics.answered(rows: rows)
        outputs.withUnsafeBufferPointer { outputs in
            var place = 0
            for piece in pieces {
                let end = place + piece.range.count * outputWidth
                piece.request.fulfill(piece.range, with: UnsafeBufferPointer(rebasing: outputs[place..<end]))
                place = end
            }
        }
    }
}
