/// The walk through a network that parts what follows from one input, step by step, from what doesn't.
struct StepCut {
    private let network: Network
    private let place: Int
    /// How many steps are taken at once.
    private let steps: Int
    /// Whether each layer's results depend on the input that comes step by step.
    private let isChanging: [Bool]
    /// The shapes of each layer's results in the whole network, and of the masks of these.
    private let shapes: [[Shape]]
    private let masks: [[Shape?]]
    /// What the whole network's outputs are.
    private let answers: [AnswerKind]
    private var pieces: [Int: Piece] = [:]

    /// How many steps can be remembered; nil where there is no end.
    private(set) var greatestLength: Int?
    /// What each step takes of the context, with the shape of its mask.
    private var crossing: [(source: Network.Source, shape: Shape, mask: Shape?)] = []
    /// What is remembered from step to step, and where it begins; nil for zeros.
    private(set) var states: [(state: SteppedLayer.State, begin: Network.Source?)] = []

    /// A layer that the steps go through.
    private struct Piece {
        let stepped: SteppedLayer
        let sources: [Network.Source]
        let states: Range<Int>
        /// The shapes of its inputs and results, for the steps that are taken at once.
        let inputs: [Shape]
        let results: [Shape]
    }

    /// Cuts a network at one of its inputs.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - place: The number of the input.
    ///   - steps: How many steps are taken at once.
    /// - Throws: `SteppingFault` where a layer needs more than the steps before, or takes no more than one at once.
    init(_ network: Network, at place: Int, steps: Int = 1) throws {
        (self.network, self.place, self.steps) = (network, place, steps)
        var isChanging: [Bool] = []
        for node in network.nodes { isChanging.append(node.sources.contains { $0.follows(place, isChanging) }) }
        self.isChanging = isChanging
        (shapes, masks, answers) = try network.trace()
        for (index, node) in network.nodes.enumerated() where isChanging[index] { try cut(node, index) }
        guard let answer, case .layer(let last, let result) = answer.source, let piece = pieces[last],
            piece.results[result].rank > 1, piece.results[result][0] == steps
        else {
            throw SteppingFault("gives no answer for each step of \"\(network.inputs[place].name)\"")
        }
    }

    /// The first output that follows from the steps, where it comes from, and what it is.
    private var answer: (output: NetworkOutput, source: Network.Source, kind: AnswerKind)? {
        let number = network.outputSources.firstIndex { $0.follows(place, isChanging) }
        return number.map { (network.outputs[$0], network.outputSources[$0], answers[$0]) }
    }

    /// The shape of the steps of the input that are taken at once.
    private var stepShape: Shape { network.inputs[place].shape.replacing(axis: 0, with: steps) }

    private mutating func cut(_ node: Network.Node, _ index: Int) throws {
        let changing = node.sources.map { $0.follows(place, isChanging) }
        let whole = node.sources.map { shape(of: $0) }
        guard let stepped = node.layer.stepped(inputs: whole, changing: changing) else {
            let layer = network.layers[index]
            throw SteppingFault(
                "can't go on step by step: \"\(layer.name)\" (\(layer.type)) needs more of \"\(network.inputs[place].name)\" than the steps so far"
            )
        }
        guard steps == 1 || stepped.takesParts else {
            throw SteppingFault("takes one step at a time: \"\(network.layers[index].name)\" does")
        }
        let taken = Array(node.sources.prefix(stepped.takenInputs ?? node.sources.count))
        for (source, isChanging) in zip(taken, changing) where !isChanging { cross(source) }
        if let length = stepped.greatestLength { greatestLength = min(length, greatestLength ?? length) }
        let first = states.count
        for state in stepped.states { states.append((state, state.input.map { node.sources[$0] })) }
        var inputs: [Shape] = []
        for source in taken {
            guard source.follows(place, isChanging) else {
                inputs.append(shape(of: source))
                continue
            }
            guard case .layer(let maker, let result) = source, let piece = pieces[maker] else {
                inputs.append(stepShape)
                continue
            }
            if let given = piece.stepped.givenResults, result >= given {
                let (name, taker) = (network.layers[maker].name, network.layers[index].name)
                throw SteppingFault(
                    "can't go on step by step: \"\(taker)\" takes \"\(name):\(result)\", which is of all steps"
                )
            }
            inputs.append(piece.results[result])
        }
        let results = try stepped.layer.outputShapes(for: inputs + stepped.states.map(\.shape))
        pieces[index] = Piece(
            stepped: stepped,
            sources: taken,
            states: first..<states.count,
            inputs: inputs,
            results: results
        )
    }

    private mutating func cross(_ source: Network.Source) {
        guard !crossing.contains(where: { $0.source == source }) else { return }
        var mask: Shape?
        if case .layer(let index, let result) = source { mask = masks[index][result] }
        crossing.append((source, shape(of: source), mask))
    }

    private func shape(of source: Network.Source) -> Shape {
        switch source {
        case .input(let number): network.inputs[number].shape
        case .layer(let index, let result): shapes[index][result]
        case .mask(let index, let result): masks[index][result] ?? []
        }
    }

    // MARK: Parts

    /// What the context gives: what crosses, each with its mask, then what states begin with.
    private var contextResults: [(source: Network.Source, shape: Shape)] {
        var results: [(Network.Source, Shape)] = []
        for (source, shape, mask) in crossing {
            results.append((source, shape))
            if let mask, case .layer(let index, let result) = source {
                results.append((.mask(index, result: result), mask))
            }
        }
        for case (let state, let begin?) in states { results.append((begin, state.shape)) }
        return results
    }

    /// How many numbers of the context each step takes.
    var crossingWidth: Int { crossing.reduce(0) { $0 + $1.shape.volume + ($1.mask?.volume ?? 0) } }

    /// The part that the steps don't change; nil where nothing of it is needed.
    func makeContext() -> Network? {
        let results = contextResults
        guard !results.isEmpty else { return nil }
        let kept = network.nodes.indices.filter { !isChanging[$0] }
        let numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        func moved(_ source: Network.Source) -> Network.Source {
            switch source {
            case .input(let number): .input(number > place ? number - 1 : number)
            case .layer(let index, let result): .layer(numbers[index] ?? index, result: result)
            case .mask(let index, let result): .mask(numbers[index] ?? index, result: result)
            }
        }
        var inputs = network.inputs
        inputs.remove(at: place)
        return Network(
            partOf: network,
            kept.map { index in
                let node = network.nodes[index]
                let part = network.layers[index]
                return (node.taking(node.layer, from: node.sources.map(moved)), part, shapes[index])
            },
            inputs: inputs,
            outputs: results.enumerated().map { number, result in
                (
                    NetworkOutput(name: "context:\(number)", shape: result.shape, activation: .linear),
                    moved(result.source)
                )
            }
        )
    }

    /// The part of the steps that are taken at once: what it answers to them, and what becomes of the states.
    func makeStep() -> Network { make(answers: true) }

    /// The same without the answer; nil where nothing is remembered.
    func makePart() -> Network? { states.isEmpty ? nil : make(answers: false) }

    private func make(answers: Bool) -> Network {
        var inputs = [NetworkInput(name: network.inputs[place].name, shape: stepShape)]
        var places: [Network.Source: Network.Source] = [.input(place): .input(0)]
        for (source, shape, mask) in crossing {
            let number = inputs.count
            places[source] = .input(number)
            inputs.append(NetworkInput(name: "context:\(number)", shape: shape, mask: mask.map { _ in number + 1 }))
            if let mask { inputs.append(NetworkInput(name: "mask:\(number)", shape: mask)) }
        }
        let firstState = inputs.count
        for (number, state) in states.enumerated() {
            inputs.append(NetworkInput(name: "state:\(number)", shape: state.state.shape))
        }
        var parts: [(Network.Node, LayerSummary, [Shape])] = []
        var newStates: [(NetworkOutput, Network.Source)] = []
        for (index, node) in network.nodes.enumerated() {
            guard let piece = pieces[index] else { continue }
            let number = parts.count
            for result in piece.results.indices {
                places[.layer(index, result: result)] = .layer(number, result: result)
            }
            let sources = piece.sources.map { places[$0] ?? $0 } + piece.states.map { .input(firstState + $0) }
            let summary = LayerSummary(
                of: network.layers[index],
                outputShape: piece.results[0],
                operations: node.layer.operations(inputs: piece.inputs, output: piece.results[0])
            )
            parts.append((node.taking(piece.stepped.layer, from: sources), summary, piece.results))
            for (place, state) in piece.states.enumerated() {
                let source = Network.Source.layer(number, result: piece.stepped.firstState + place)
                let name = "state:\(state)"
                let output = NetworkOutput(name: name, shape: states[state].state.given, activation: .linear)
                newStates.append((output, source))
            }
        }
        guard answers else { return Network(partOf: network, parts, inputs: inputs, outputs: newStates) }
        guard let answer, case .layer(let last, let result) = answer.source, let piece = pieces[last] else {
            preconditionFailure("a cut without an answer")
        }
        // What a softmax is applied to says more than what it gives.
        let isSoftmax = answer.kind == .softmax
        let output = NetworkOutput(
            name: answer.output.name,
            shape: piece.results[result],
            activation: isSoftmax ? .linear : answer.output.activation
        )
        return Network(
            partOf: network,
            parts,
            inputs: inputs,
            outputs: [(output, places[answer.source] ?? answer.source)] + newStates,
            answersLogits: isSoftmax
        )
    }
}

extension Network.Source {
    /// Whether a value depends on an input, by what is known of the layers before.
    fileprivate func follows(_ place: Int, _ isChanging: [Bool]) -> Bool {
        switch self {
        case .input(let number): number == place
        case .layer(let index, _), .mask(let index, _): isChanging[index]
        }
    }
}
