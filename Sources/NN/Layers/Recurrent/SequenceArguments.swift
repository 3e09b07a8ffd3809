import JSON

/// How a recurrent layer goes along a sequence and what it gives of it, by Keras's arguments.
struct SequenceArguments: Sendable, Equatable {
    /// Whether the state after every step is given, not the last alone.
    let returnSequences: Bool
    /// Whether the last states are given as further results.
    private(set) var returnState: Bool
    /// Whether the sequence runs from its last step to its first.
    let goBackwards: Bool
    /// Whether a masked step gives zeros in place of the state before it.
    let zeroOutputForMask: Bool
    /// Whether it goes on, in a client's session, from the states in which the last request left it.
    let isStateful: Bool

    init(reading arguments: inout ObjectReader) {
        returnSequences = arguments.bool("return_sequences", default: false)
        returnState = arguments.bool("return_state", default: false)
        goBackwards = arguments.bool("go_backwards", default: false)
        zeroOutputForMask = arguments.bool("zero_output_for_mask", default: false)
        isStateful = arguments.bool("stateful", default: false)
        arguments.only(.bool(false), for: "time_major")
        // This chooses how Keras computes the same numbers.
        arguments.accept("unroll")
    }

    /// Keras's defaults.
    init() {
        (returnSequences, returnState, goBackwards, zeroOutputForMask) = (false, false, false, false)
        isStateful = false
    }

    /// The same arguments for the direction that a bidirectional layer wants.
    ///
    /// There, as in Keras, a masked step of a sequence always gives zeros.
    init(_ other: SequenceArguments, backwards: Bool) {
        returnSequences = other.returnSequences
        returnState = other.returnState
        goBackwards = backwards
        zeroOutputForMask = other.returnSequences
        isStateful = other.isStateful
    }

    /// The same arguments for a layer that gives its last states too.
    var returningState: SequenceArguments {
        var copy = self
        copy.returnState = true
        return copy
    }

    func write(to json: inout JSONWriter) {
        json.field("return_sequences", returnSequences)
        json.field("return_state", returnState)
        json.field("go_backwards", goBackwards)
        json.field("zero_output_for_mask", zeroOutputForMask)
        if isStateful { json.field("stateful", true) }
    }
}

/// A layer that goes along a sequence from either end, as `Bidirectional` wants it: `[T, …] → […, H]` or `[T, …, H]`.
///
/// Further inputs are its initial states; with `return_state` its last ones are further results.
protocol DirectedLayer: Layer {
    /// How it goes along the sequence.
    var sequence: SequenceArguments { get }
    /// H, the features of its first result.
    var units: Int { get }
    /// How many states it has.
    var stateTensors: Int { get }

    /// The layer with its arguments for another direction.
    func with(_ sequence: SequenceArguments) -> Self

    /// The shapes of the states over a sequence of a shape, in the order in which they are given and taken.
    func stateShapes(over sequence: Shape) throws(ShapeRequirement) -> [Shape]
}

extension DirectedLayer {
    /// The layer with its states as further inputs and results, where it remembers; nil where it doesn't.
    var carrying: Self? { sequence.isStateful ? with(sequence.returningState) : nil }
}

/// A layer that goes along a sequence of vectors: `[T, D] → [H]` or `[T, H]`.
protocol SequenceLayer: DirectedLayer {
    /// The extents of the states, in the order in which they are given and taken.
    var stateUnits: [Int] { get }
}

extension SequenceLayer {
    var stateTensors: Int { stateUnits.count }

    func stateShapes(over sequence: Shape) throws(ShapeRequirement) -> [Shape] { stateUnits.map { [$0] } }

    /// The shapes of the results for a sequence, alone or with the initial states.
    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        guard inputs[0].rank == 2 else { throw ShapeRequirement("[steps, features]") }
        let states = stateUnits.map { Shape([$0]) }
        guard inputs.count == 1 || inputs.dropFirst().elementsEqual(states) else {
            let each = states.count == 1 ? "an initial state" : "\(states.count) initial states"
            let isOneShape = states.allSatisfy { $0 == states[0] }
            let shapes = isOneShape ? "\(states[0])" : states.map { "\($0)" }.joined(separator: ", ")
            throw ShapeRequirement("[steps, features] alone or with \(each) of \(shapes)")
        }
        let result: Shape = sequence.returnSequences ? [inputs[0][0], units] : [units]
        return [result] + (sequence.returnState ? states : [])
    }

    /// A step from the states that the one before left.
    func stepped(inputs: [Shape], changing: [Bool]) -> SteppedLayer? {
        guard sequence.returnSequences, !sequence.goBackwards, changing[0], !changing.dropFirst().contains(true)
        else { return nil }
        let states = stateUnits.enumerated().map { number, units in
            SteppedLayer.State(shape: [units], input: inputs.count > 1 ? number + 1 : nil)
        }
        return SteppedLayer(layer: with(sequence.returningState), states: states, takenInputs: 1)
    }
}
