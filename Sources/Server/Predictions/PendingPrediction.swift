import Synchronization

/// Instances that wait for their answers: one request, which may be cut over several batches.
final class PendingPrediction: Sendable {
    /// How many instances there are, at least one.
    let rows: Int
    /// Where they wait.
    var lane: PredictionLane { PredictionLane(rows: rows) }
    /// What goes before what, the smallest number first.
    let priority: Int
    /// When it began to wait.
    let submitted = ContinuousClock.now

    private let outputWidth: Int
    private let state: Mutex<State>

    private struct State {
        /// The instances' numbers, row after row, as long as some of them have no answer.
        var inputs: RowNumbers?
        var outputs: [Float]
        var rowsLeft: Int
        var error: (any Error)?
        var continuation: CheckedContinuation<[Float], any Error>?
    }

    /// Instances that have `outputWidth` numbers for an answer each.
    init(rows: Int, inputs: RowNumbers, outputWidth: Int, priority: Int = .max) {
        precondition(rows > 0, "a prediction needs an instance")
        self.rows = rows
        self.outputWidth = outputWidth
        self.priority = priority
        let outputs = [Float](repeating: 0, count: rows * outputWidth)
        state = Mutex(State(inputs: inputs, outputs: outputs, rowsLeft: rows))
    }

    /// Their numbers, row after row; nil once all are answered or nobody waits for them any more.
    var inputs: RowNumbers? { state.withLock { $0.inputs } }

    /// Says where the answers go; false where the wait has been cancelled already, and nothing is to be computed.
    func begin(_ continuation: CheckedContinuation<[Float], any Error>) -> Bool {
        let isCancelled = state.withLock { state in
            if state.error == nil { state.continuation = continuation }
            return state.error != nil
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        return !isCancelled
    }

    /// Whether nobody waits for the answers any more: what is left of them need not be computed.
    var isOver: Bool { state.withLock { $0.continuation == nil } }

    /// Ends the wait, since the client has gone.
    func cancel() {
        let continuation = state.withLock { state in
            (state.inputs, state.outputs, state.error) = (nil, [], CancellationError())
            return exchange(&state.continuation, with: nil)
        }
        continuation?.resume(throwing: CancellationError())
    }

    /// Takes the answers to some of the rows; the last ones send all on their way.
    func fulfill(_ range: Range<Int>, with answers: UnsafeBufferPointer<Float>) {
        finish(range.count) { state in
            guard state.error == nil else { return }
            state.outputs.replaceSubrange(
                range.lowerBound * outputWidth..<range.upperBound * outputWidth,
                with: answers
            )
        }
    }

    /// Notes why some of the rows have no answer.
    func fail(_ range: Range<Int>, with error: any Error) {
        finish(range.count) { state in state.error = state.error ?? error }
    }

    private func finish(_ count: Int, _ change: (inout State) -> Void) {
        let done = state.withLock { state -> (CheckedContinuation<[Float], any Error>, Result<[Float], any Error>)? in
            change(&state)
            state.rowsLeft -= count
            guard state.rowsLeft == 0, let continuation = state.continuation else { return nil }
            (state.inputs, state.continuation) = (nil, nil)
            if let error = state.error { return (continuation, .failure(error)) }
            return (continuation, .success(state.outputs))
        }
        if let (continuation, result) = done { continuation.resume(with: result) }
    }
}
