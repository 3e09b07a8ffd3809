/// What a recurrent layer computes on its way along a sequence, for who looks inside.
struct RecurrentTrace {
    /// Which part of the layer it is: empty for the layer itself, else `forward`, `backward` or a cell's name.
    var path: [String] = []
    /// The recurrence, with its arguments.
    let layer: any RecurrentLayer
    /// All states, each `[T + 1, N, H]` in the order in which steps are taken.
    let states: [Value]
    /// The gates, in the same order.
    let gates: RecurrentGates
    /// Which steps count, `[N, T]`; nil where all do.
    let mask: Value?
    /// Whether the last step is taken first.
    let isReversed: Bool

    /// The same as a part of another layer.
    func within(_ name: String) -> RecurrentTrace {
        var copy = self
        copy.path.insert(name, at: 0)
        return copy
    }
}

/// What the gates of a recurrent layer came to.
enum RecurrentGates {
    /// All in one value, `[T, N, G·H]`, in the order of the layer's `gateNames`.
    case packed(Value)
    /// Of each step each gate, `[N, H]`.
    case steps([[Value]])
    /// There are none.
    case none
}

/// What a recurrent layer computes from its projected inputs.
struct RecurrentSteps {
    /// All states, each `[T + 1, N, H]` with the initial one first.
    let states: [Value]
    /// The gates.
    let gates: RecurrentGates
}

extension ForwardPass {
    /// Notes what the recurrent layer that appends itself computes on its way.
    mutating func trace(_ steps: RecurrentSteps, of layer: any RecurrentLayer, in part: [String] = [], reversed: Bool) {
        self.layer.traces.append(
            RecurrentTrace(
                path: part,
                layer: layer,
                states: steps.states,
                gates: steps.gates,
                mask: mask(ofInput: 0),
                isReversed: reversed
            )
        )
    }

    /// Notes what a layer within the one that appends itself has noted.
    mutating func trace(_ inner: LayerResults, as name: String) {
        layer.traces += inner.traces.map { $0.within(name) }
    }
}
