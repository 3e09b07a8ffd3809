import NN

/// What one sequence has behind it: the states of a network that goes on step by step, or the steps of a window.
struct SequenceMemory: Sendable {
    /// What stands in the next step's row behind the step and the context; nil where a window is looked back over.
    fileprivate var states: SequenceStates?
    /// The last steps, where the network looks back over a window.
    fileprivate var window: [Float] = []
    /// The context, the same for all steps.
    fileprivate var context: [Float] = []
}

/// Takes sequences of a model on by one step, in a batch with whatever else waits for the model.
struct GenerationSteps: Sendable {
    let model: GeneratingModel
    let predictor: Predictor

    /// The memory of a sequence before its first step.
    ///
    /// - Parameter row: The numbers of the network's other inputs, one after the other.
    /// - Returns: The memory: zeros, and what the context gives.
    /// - Throws: `CancellationError` where the client has left.
    func begin(_ row: [Float]) async throws -> SequenceMemory {
        var memory = SequenceMemory()
        guard case .stepped(let stepped, let context, _, _) = model.way else { return memory }
        var given: [Float] = []
        if let context { given = try await predictor.answers(rows: 1, row, of: context) }
        memory.context = Array(given.prefix(stepped.contextWidth))
        memory.states = stepped.firstStates(context: given)
        return memory
    }

    /// Takes sequences on by a step each.
    ///
    /// - Parameters:
    ///   - memories: What each has behind it; afterwards the step too.
    ///   - steps: The numbers of each one's step.
    /// - Returns: The model's answer to each.
    /// - Throws: `CancellationError` where the client has left, `FaultyInput` for answers that the front can't take.
    func advance(_ memories: inout [SequenceMemory], by steps: [[Float]]) async throws -> [[Float]] {
        switch model.way {
        case .stepped(let stepped, _, let network, _):
            let answers = try await answers(to: steps, behind: memories, of: network)
            let width = network.network.outputShape.volume
            return memories.indices.map { place in
                let answer = answers[place * width..<(place + 1) * width]
                memories[place].states?.advance(by: answer.dropFirst(stepped.answerWidth))
                return Array(answer.prefix(stepped.answerWidth))
            }
        case .windowed(let network, let length, _):
            let room = length * model.stepWidth
            var rows: [Float] = []
            for place in memories.indices {
                memories[place].window = (memories[place].window + steps[place]).suffix(room)
                let window = memories[place].window
                rows += try model.row(of: window + [Float](repeating: 0, count: room - window.count))
            }
            let answers = try await predictor.answers(rows: memories.count, rows, of: network)
            let width = network.network.outputShape.volume
            return memories.indices.map { Array(answers[$0 * width..<($0 + 1) * width]) }
        }
    }

    /// What a network answers to a step of each sequence; nothing holds what these remember when it has answered.
    private func answers(
        to steps: [[Float]],
        behind memories: [SequenceMemory],
        of network: ServedNetwork
    ) async throws -> [Float] {
        var parts: [[Float]] = []
        for (memory, step) in zip(memories, steps) {
            parts.append(try model.row(of: step))
            parts.append(memory.context)
            parts.append(memory.states?.numbers ?? [])
        }
        return try await predictor.answers(rows: memories.count, RowNumbers(parts), of: network)
    }

    /// Takes one sequence through all the steps that it begins with.
    ///
    /// - Returns: The answer to the last of them.
    /// - Throws: As for a single step.
    func advance(_ memory: inout SequenceMemory, through steps: Beginning) async throws -> [Float] {
        var answer: [Float] = []
        var memories = [memory]
        if case .windowed = model.way {
            // Only the last window is asked for anything.
            memories[0].window = steps.numbers.dropLast(steps.width)
            answer = try await advance(&memories, by: [steps[steps.count - 1]])[0]
        } else {
            let gone = try await advance(&memories, throughPartsOf: steps)
            for step in gone..<steps.count { answer = try await advance(&memories, by: [steps[step]])[0] }
        }
        memory = memories[0]
        return answer
    }

    /// Takes one sequence through as many of the steps that it begins with as can be taken in parts, but the last, which
    /// is to be answered.
    ///
    /// - Returns: How many steps it has gone.
    /// - Throws: As for a single step.
    private func advance(_ memories: inout [SequenceMemory], throughPartsOf steps: Beginning) async throws -> Int {
        guard case .stepped(_, _, _, let part?) = model.way else { return 0 }
        let length = SteppedNetwork.partLength
        var gone = 0
        while steps.count - gone > length {
            let numbers = Array(steps.numbers[gone * steps.width..<(gone + length) * steps.width])
            let states = try await answers(to: [numbers], behind: memories, of: part)
            memories[0].states?.advance(by: states[...])
            gone += length
        }
        return gone
    }
}
