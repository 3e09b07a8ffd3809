import JSON

/// Keras's `Bidirectional`: a recurrent layer over a sequence and another over it from the end, their results merged.
///
/// Weights are `forward/…` and `backward/…`. Further inputs are the initial states of the one, then of the other; with
/// `return_state` so are the further results. Source: Schuster and Paliwal 1997.
struct BidirectionalLayer: Layer {
    static let names = ["Bidirectional"]

    /// How the two results become one.
    private enum Merge: String, CaseIterable {
        case concat, sum, mul, ave
    }

    private let merge: Merge?
    private let forward: any RecurrentLayer
    private let backward: any RecurrentLayer
    private let hasOwnBackward: Bool

    init(reading arguments: inout ObjectReader) {
        if arguments.has("merge_mode"), arguments.optionalValue("merge_mode") == nil {
            merge = nil
        } else {
            merge = arguments.choice("merge_mode", default: .concat)
        }
        let given = Self.recurrent("layer", reading: &arguments)
        let first = given ?? SimpleRNNLayer.standIn
        hasOwnBackward = arguments.optionalValue("backward_layer") != nil
        let second = hasOwnBackward ? Self.recurrent("backward_layer", reading: &arguments) : nil
        let isReversed = first.recurrence.goBackwards
        forward = Self.directed(first, backwards: isReversed)
        backward = Self.directed(second ?? first, backwards: second?.recurrence.goBackwards ?? !isReversed)
        checkDirections(&arguments)
    }

    private static func recurrent(_ key: String, reading arguments: inout ObjectReader) -> (any RecurrentLayer)? {
        guard let inner = InnerLayer(key, reading: &arguments) else { return nil }
        if let layer = inner.layer as? any RecurrentLayer { return layer }
        arguments.fault(
            at: key,
            "expected a recurrent layer, SimpleRNN, LSTM or GRU, found \(Swift.type(of: inner.layer).type)"
        )
        return nil
    }

    private static func directed(_ layer: any RecurrentLayer, backwards: Bool) -> any RecurrentLayer {
        layer.with(RecurrentArguments(layer.recurrence, backwards: backwards))
    }

    private func checkDirections(_ arguments: inout ObjectReader) {
        let (one, two) = (forward.recurrence, backward.recurrence)
        if one.goBackwards == two.goBackwards {
            arguments.fault(at: "backward_layer", "expected another go_backwards than the layer's, \(one.goBackwards)")
        }
        if one.returnSequences != two.returnSequences || one.returnState != two.returnState {
            arguments.fault(at: "backward_layer", "expected the layer's return_sequences and return_state")
        }
        if one.units != two.units, merge != .concat, merge != nil {
            arguments.fault(at: "backward_layer", "expected the layer's units, \(one.units), found \(two.units)")
        }
    }

    func write(to json: inout JSONWriter) {
        if let merge { json.field("merge_mode", merge.rawValue) } else { json.key("merge_mode"); json.null() }
        json.field("layer", InnerLayer(forward))
        if hasOwnBackward { json.field("backward_layer", InnerLayer(backward)) }
    }

    static func == (left: BidirectionalLayer, right: BidirectionalLayer) -> Bool {
        left.merge == right.merge && left.forward.isEqual(to: right.forward)
            && left.backward.isEqual(to: right.backward)
    }

    /// The inputs of the two directions: the sequence with the first and the second half of the states.
    private func split<Input>(_ inputs: [Input]) -> (forward: [Input], backward: [Input]) {
        let half = (inputs.count - 1) / 2
        return ([inputs[0]] + inputs[1..<1 + half], [inputs[0]] + inputs[(1 + half)...])
    }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        let (first, second) = split(inputs)
        let one = try forward.outputShapes(for: first)
        let two = try backward.outputShapes(for: second)
        let states = one.dropFirst() + two.dropFirst()
        switch merge {
        case nil: return [one[0], two[0]] + states
        case .concat: return [one[0].replacing(axis: one[0].rank - 1, with: one[0].last + two[0].last)] + states
        case .sum, .mul, .ave: return [one[0]] + states
        }
    }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let (first, second) = split(inputs)
        return forward.parameters(for: first).map { $0.of(layer: "forward") }
            + backward.parameters(for: second).map { $0.of(layer: "backward") }
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        let (first, second) = split(inputs)
        return forward.operations(inputs: first, output: output) + backward.operations(inputs: second, output: output)
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let (first, second) = split(inputs)
        let count = parameters.count / 2
        let one = try forward.appendResults(to: &pass, inputs: first, parameters: Array(parameters[..<count]))
        let two = try backward.appendResults(to: &pass, inputs: second, parameters: Array(parameters[count...]))
        // Both in the order of the input's steps.
        let ordered = try [
            inOrder(one[0], of: forward, in: &pass.graph), inOrder(two[0], of: backward, in: &pass.graph),
        ]
        let results = try merged(ordered, in: &pass.graph)
        if forward.recurrence.returnSequences {
            for result in results { pass.setMask(pass.mask(of: inputs[0]), of: result) }
        }
        return results + one.dropFirst() + two.dropFirst()
    }

    private func inOrder(
        _ result: Value,
        of layer: any RecurrentLayer,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        guard layer.recurrence.goBackwards, layer.recurrence.returnSequences else { return result }
        return try graph.reverse(result, axis: 1)
    }

    private func merged(_ results: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        switch merge {
        case nil: results
        case .concat: [try graph.concatenate(results, axis: graph.shape(of: results[0]).rank - 1)]
        case .sum: [try graph.add(results[0], results[1])]
        case .mul: [try graph.multiply(results[0], results[1])]
        case .ave: [try graph.scale(graph.add(results[0], results[1]), by: 0.5)]
        }
    }
}
