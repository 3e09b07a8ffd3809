/// A network cut so that it goes on from one step of a sequence to the next: a step costs the same wherever it stands.
///
/// What follows from the other inputs alone, as an encoder does, is computed once (`context`). The rest (`step`) takes a
/// row of one step, the context and the states, and gives a row of the answer and of what becomes of the states
/// (`SequenceStates`). Both have the weights of the whole.
public struct SteppedNetwork: Sendable {
    /// The number of the input that comes step by step.
    public let input: Int
    /// Computes what every step takes from the other inputs; nil where there is nothing.
    public let context: Network?
    /// Computes one step: `[step, context, states] → [answer, changes of the states]`, each a row.
    public let step: Network
    /// Computes what becomes of the states through `partLength` steps at once, with the bits that the steps give one by
    /// one: `[steps, context, states] → [states]`, each a row; nil where a layer takes one at a time.
    public let part: Network?
    /// How many numbers one step of the input has.
    public let stepWidth: Int
    /// How many numbers of the context's row every step takes; those behind them are what states begin with.
    public let contextWidth: Int
    /// How many numbers the answer to a step has.
    public let answerWidth: Int
    /// How many numbers are remembered of a sequence.
    public var stateWidth: Int { states.reduce(0) { $0 + $1.volume } }

    /// How many steps a sequence can have, as far as layers remember them; nil where there is no end.
    public let greatestLength: Int?

    /// How many steps a part has.
    public static let partLength = 32

    /// The states, in the order in which they stand in a row.
    private let states: [SequenceStates.Part]
    /// Where states lie that the context gives: their place among the states, and in the context's row.
    private let given: [(state: Range<Int>, context: Range<Int>)]

    /// Cuts a network.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - place: The number of the input that comes step by step; nil for the last one that can.
    /// - Throws: `SteppingFault` where a layer needs more than the steps before.
    public init(_ network: Network, input place: Int? = nil) throws {
        let places = place.map { [$0] } ?? Array(network.inputs.indices.reversed())
        var fault: SteppingFault?
        for place in places {
            do {
                try self.init(cutting: network, at: place)
                return
            } catch let error as SteppingFault {
                fault = fault ?? error
            }
        }
        throw fault ?? SteppingFault("the model has no input")
    }

    private init(cutting network: Network, at place: Int) throws {
        let cut = try StepCut(network, at: place)
        input = place
        context = cut.makeContext()
        step = cut.makeStep()
        part = (try? StepCut(network, at: place, steps: Self.partLength))?.makePart()
        greatestLength = cut.greatestLength
        stepWidth = step.inputs[0].shape.volume
        answerWidth = step.outputs[0].shape.volume
        contextWidth = cut.crossingWidth
        states = cut.states.map { SequenceStates.Part($0.state.shape, axis: $0.state.axis) }
        var (state, taken) = (0, contextWidth)
        var given: [(Range<Int>, Range<Int>)] = []
        for remembered in cut.states {
            let width = remembered.state.shape.volume
            if remembered.begin != nil {
                given.append((state..<state + width, taken..<taken + width))
                taken += width
            }
            state += width
        }
        self.given = given
    }

    /// The states before the first step, one row: zeros, and what the context gives.
    public func firstStates(context row: some RandomAccessCollection<Float>) -> SequenceStates {
        var first = SequenceStates(states)
        let numbers = Array(row)
        for (state, context) in given { first.begin(state, with: numbers[context]) }
        return first
    }
}

/// Why a network can't go on step by step.
public struct SteppingFault: Error, CustomStringConvertible {
    /// The reason, to stand behind the model's name.
    public let description: String

    /// A reason.
    init(_ description: String) { self.description = description }
}
