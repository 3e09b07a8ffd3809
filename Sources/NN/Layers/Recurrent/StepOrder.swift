/// The order in which a recurrent layer takes the steps of its input, and the way back to the result's.
///
/// Where a mask leaves steps out, those that count are brought to the front of the sequence, so that the layer runs
/// over sequences without gaps; afterwards every step gets the state that belongs to it.
struct StepOrder {
    private let steps: Int
    private let isReversed: Bool
    private let givesSequence: Bool
    private let rows: (sources: Value, states: Value, last: Value)?

    /// The order of a batch `[N, T, D]` with this mask.
    init(
        of mask: Value?,
        steps: Int,
        sequence: SequenceArguments,
        in graph: inout Graph
    ) throws(ShapeError) {
        self.steps = steps
        isReversed = sequence.goBackwards
        givesSequence = sequence.returnSequences
        rows = try mask.map { mask throws(ShapeError) in
            try graph.maskedSteps(mask, reversed: sequence.goBackwards, zeroesMasked: sequence.zeroOutputForMask)
        }
    }

    /// A batch `[N, T, D]` with the steps in order, `[T, N, D]`.
    func arranged(_ batch: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: batch)
        if let rows {
            return try graph.gather(graph.reshape(batch, to: [shape[0] * shape[1], shape[2]]), rows: rows.sources)
        }
        let timeMajor = try graph.transpose(batch, permutation: [1, 0, 2])
        return isReversed ? try graph.reverse(timeMajor, axis: 0) : timeMajor
    }

    /// The layer's result from all states `[T + 1, N, H]`: that after every step, `[N, T, H]`, or after the last.
    func result(_ states: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        givesSequence ? try sequence(states, in: &graph) : try lastResult(states, in: &graph)
    }

    /// The result after every step, `[N, T, H]`, from all states `[T + 1, N, H]`.
    private func sequence(_ states: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        if let rows { return try graph.gather(flat(states, in: &graph), rows: rows.states) }
        let results = try graph.slice(states, axis: 0, 1..<steps + 1)
        return try graph.transpose(results, permutation: [1, 0, 2])
    }

    /// The result after the last step, `[N, H]`; zeros where no step counts.
    private func lastResult(_ states: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        guard let rows else { return try lastState(states, in: &graph) }
        let batch = graph.shape(of: rows.states)[0]
        let last = try graph.slice(rows.states, axis: 1, steps - 1..<steps)
        return try graph.gather(flat(states, in: &graph), rows: graph.reshape(last, to: [batch]))
    }

    /// The state after the last step that counts, `[N, H]`; the initial one where none does.
    func lastState(_ states: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        if let rows { return try graph.gather(flat(states, in: &graph), rows: rows.last) }
        let shape = graph.shape(of: states)
        let last = try graph.slice(states, axis: 0, steps..<steps + 1)
        return try graph.reshape(last, to: [shape[1], shape[2]])
    }

    private func flat(_ states: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: states)
        return try graph.reshape(states, to: [shape[0] * shape[1], shape[2]])
    }
}
