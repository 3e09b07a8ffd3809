import Synchronization

/// Instances that wait for their answers: one request, which may be cut over several batches.
final class PendingPrediction: Sendable {
    /// How many instances there are, at least one.
    let rows: Int
    /// Their inputs, row after row.
    let inputs: [Float]

    private let outputWidth: Int
    private let state: Mutex<State>

    private struct State {
        var outputs: [Float]
        var rowsLeft: Int
        var error: (any Error)?
        var continuation: CheckedContinuation<[Float], any Error>?
    }

    /// Instances whose answers go to a continuation, `outputWidth` numbers a row.
    init(rows: Int, inputs: [Float], outputWidth: Int, continuation: CheckedContinuation<[Float], any Error>) {
        precondition(rows > 0, "a prediction needs an instance")
        self.rows = rows
        self.inputs = inputs
        self.outputWidth = outputWidth
        let outputs = [Float](repeating: 0, count: rows * outputWidth)
        state = Mutex(State(outputs: outputs, rowsLeft: rows, continuation: continuation))
    }

    /// Takes the answers to some of the rows; the last ones send all on their way.
    func fulfill(_ range: Range<Int>, with answers: UnsafeBufferPointer<Float>) {
        finish(range.count) { state in
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
            state.continuation = nil
            if let error = state.error { return (continuation, .failure(error)) }
            return (continuation, .success(state.outputs))
        }
        if let (continuation, result) = done { continuation.resume(with: result) }
    }
}
