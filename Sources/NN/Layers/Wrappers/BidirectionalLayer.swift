import JSON

/// Keras's `Bidirectional`: a recurrent layer over a sequence and another over it from the end, their results merged.
///
/// Weights are `forward/…` and `backward/…`. Further inputs are the initial states of the one, then of the other; with
/// `return_state` so are the further results. An `activity_regularizer` of the inner layer counts for both directions.
/// Source: Schuster and Paliwal 1997.
struct BidirectionalLayer: Layer {
    static let names = ["Bidirectional"]

    /// How the two results become one.
    private enum Merge: String, CaseIterable {
        case concat, sum, mul, ave
    }

    /// One of the two layers.
    private struct Direction: Sendable, Equatable {
        let layer: any DirectedLayer
        /// Whether training changes its weights, where it changes those of the wrapper.
        let trainable: Bool
        let activityRegularizer: Regularizer?

        /// A layer that runs from one end or from the other.
        init(_ layer: any DirectedLayer, like inner: InnerLayer?, backwards: Bool) {
            self.layer = layer.with(SequenceArguments(layer.sequence, backwards: backwards))
            trainable = inner?.trainable ?? true
            activityRegularizer = inner?.activityRegularizer
        }

        var sequence: SequenceArguments { layer.sequence }

        /// The layer as the wrapper's argument says it.
        var inner: InnerLayer { InnerLayer(layer, trainable: trainable, activityRegularizer: activityRegularizer) }

        static func == (left: Direction, right: Direction) -> Bool {
            left.layer.isEqual(to: right.layer) && left.trainable == right.trainable
                && left.activityRegularizer == right.activityRegularizer
        }

        func parameters(for inputs: [Shape], named name: String) -> [Parameter] {
            layer.parameters(for: inputs).map { $0.of(layer: name, trainable: trainable) }
        }

        func append(
            to pass: inout ForwardPass,
            inputs: [Value],
            masks: [Value?],
            parameters: [Value],
            named name: String
        ) throws(ShapeError) -> [Value] {
            let given = try pass.append(
                layer,
                inputs: inputs,
                masks: masks,
                parameters: parameters,
                isTrainable: trainable
            )
            if let activityRegularizer { try pass.penalize(given.values, activityRegularizer) }
            pass.trace(given, as: name)
            return given.values
        }
    }

    private let merge: Merge?
    private let forward: Direction
    private let backward: Direction
    private let hasOwnBackward: Bool

    init(reading arguments: inout ObjectReader) {
        if arguments.has("merge_mode"), arguments.optionalValue("merge_mode") == nil {
            merge = nil
        } else {
            merge = arguments.choice("merge_mode", default: .concat)
        }
        let given = Self.recurrent("layer", reading: &arguments)
        let first = given?.layer ?? SimpleRNNLayer.standIn
        hasOwnBackward = arguments.optionalValue("backward_layer") != nil
        let second = hasOwnBackward ? Self.recurrent("backward_layer", reading: &arguments) : nil
        let isReversed = first.sequence.goBackwards
        forward = Direction(first, like: given?.inner, backwards: isReversed)
        backward = Direction(
            second?.layer ?? first,
            like: second?.inner ?? given?.inner,
            backwards: second?.layer.sequence.goBackwards ?? !isReversed
        )
        checkDirections(&arguments)
        if forward.sequence.isStateful || backward.sequence.isStateful {
            arguments.fault(
                at: "layer",
                "a layer that runs from both ends needs a whole sequence, and can't be stateful"
            )
        }
    }

    private static func recurrent(
        _ key: String,
        reading arguments: inout ObjectReader
    ) -> (layer: any DirectedLayer, inner: InnerLayer)? {
        guard let inner = InnerLayer(key, reading: &arguments) else { return nil }
        if let layer = inner.layer as? any DirectedLayer { return (layer, inner) }
        arguments.fault(
            at: key,
            "expected a recurrent layer, SimpleRNN, LSTM, GRU, RNN or ConvLSTM1D to 3D, found \(Swift.type(of: inner.layer).type)"
        )
        return nil
    }

    private func checkDirections(_ arguments: inout ObjectReader) {
        let (one, two) = (forward.sequence, backward.sequence)
        if one.goBackwards == two.goBackwards {
            arguments.fault(at: "backward_layer", "expected another go_backwards than the layer's, \(one.goBackwards)")
        }
        if one.returnSequences != two.returnSequences || one.returnState != two.returnState {
            arguments.fault(at: "backward_layer", "expected the layer's return_sequences and return_state")
        }
        let (units, found) = (forward.layer.units, backward.layer.units)
        if units != found, merge != .concat, merge != nil {
            arguments.fault(at: "backward_layer", "expected the layer's units, \(units), found \(found)")
        }
    }

    func write(to json: inout JSONWriter) {
        if let merge { json.field("merge_mode", merge.rawValue) } else { json.key("merge_mode"); json.null() }
        json.field("layer", forward.inner)
        if hasOwnBackward { json.field("backward_layer", backward.inner) }
    }

    /// The inputs of the two directions: the sequence with the states of each.
    private func split<Input>(_ inputs: [Input]) -> (forward: [Input], backward: [Input]) {
        let states = inputs.dropFirst()
        let count = forward.layer.stateTensors
        return ([inputs[0]] + states.prefix(count), [inputs[0]] + states.dropFirst(count))
    }

    func outputShapes(for inputs: [Shape]) throws(ShapeRequirement) -> [Shape] {
        let (ahead, back) = (forward.layer.stateTensors, backward.layer.stateTensors)
        guard inputs.count == 1 || inputs.count == 1 + ahead + back else {
            throw ShapeRequirement(
                "a sequence alone or with \(ahead + back) initial states, \(ahead) forward and then \(back) "
                    + "backward"
            )
        }
        let (first, second) = split(inputs)
        let one = try forward.layer.outputShapes(for: first)
        let two = try backward.layer.outputShapes(for: second)
        let states = one.dropFirst() + two.dropFirst()
        switch merge {
        case nil: return [one[0], two[0]] + states
        case .concat: return [one[0].replacing(axis: one[0].rank - 1, with: one[0].last + two[0].last)] + states
        case .sum, .mul, .ave: return [one[0]] + states
        }
    }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let (first, second) = split(inputs)
        return forward.parameters(for: first, named: "forward") + backward.parameters(for: second, named: "backward")
    }

    func operations(inputs: [Shape], output: Shape) -> Int {
        let (first, second) = split(inputs)
        return forward.layer.operations(inputs: first, output: output)
            + backward.layer.operations(inputs: second, output: output)
    }

    func appendResults(
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters: [Value]
    ) throws(ShapeError) -> [Value] {
        let (first, second) = split(inputs)
        let (masks, otherMasks) = split(inputs.indices.map { pass.mask(ofInput: $0) })
        let count = forward.layer.parameters(for: first.map { pass.graph.shape(of: $0).dropping(1) }).count
        let (own, others) = (Array(parameters[..<count]), Array(parameters[count...]))
        let one = try forward.append(to: &pass, inputs: first, masks: masks, parameters: own, named: "forward")
        let two = try backward.append(
            to: &pass,
            inputs: second,
            masks: otherMasks,
            parameters: others,
            named: "backward"
        )
        // Both in the order of the input's steps.
        let ordered = try [
            inOrder(one[0], of: forward, in: &pass.graph), inOrder(two[0], of: backward, in: &pass.graph),
        ]
        let results = try merged(ordered, in: &pass.graph)
        if forward.sequence.returnSequences {
            for place in results.indices { pass.setMask(masks[0], ofResult: place) }
        }
        return results + one.dropFirst() + two.dropFirst()
    }

    private func inOrder(
        _ result: Value,
        of layer: Direction,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        guard layer.sequence.goBackwards, layer.sequence.returnSequences else { return result }
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
