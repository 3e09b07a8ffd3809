/// What a network's forward pass gave.
public struct Applied: Sendable {
    /// The results, one or more.
    public let outputs: [AppliedOutput]
    /// New values of weights that training updates without a gradient, by their place in the network's parameters.
    public let updates: [(parameter: Int, value: Value)]
    /// What regularizers add to the loss of the batch: a scalar, this graph's share of it; nil where there are none, or
    /// nothing is measured.
    public let penalty: Value?

    /// The first result, `[N, …]`.
    public var output: Value { outputs[0].output }
    /// The function that gave the first result, as the network's `outputActivation`.
    public var activation: ActivationKind { outputs[0].activation }
    /// What that function was applied to, from which some losses can be computed more stably; nil for `linear`.
    public var logits: Value? { outputs[0].logits }
}

/// One result of a network's forward pass.
public struct AppliedOutput: Sendable {
    /// The result, `[N, …]`.
    public let output: Value
    /// The function that gave the result.
    public let activation: ActivationKind
    /// What that function was applied to, from which some losses can be computed more stably; nil for `linear`.
    public let logits: Value?
    /// Which steps count in a loss and in metrics, of ones and zeros: the first axes of the result's shape, all but the
    /// last or fewer, `[N, T]` for a sequence; nil where all do.
    public let mask: Value?
    /// The rows of the whole batch; nil when the network only answers.
    public let batchRows: Int?
}

extension Network {
    /// Appends the forward pass of a network over rows of its inputs to a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph to append to.
    ///   - input: The samples, `[N]` and `inputShape`.
    ///   - values: The weights, in the order and with the shapes of `parameters`.
    ///   - mode: Whether the network is run, measured or trained.
    /// - Returns: The result and what led to it.
    /// - Throws: `ShapeError` where the input or a weight has another shape than the network's.
    public func append(
        to graph: inout Graph,
        input: Value,
        parameters values: [Value],
        mode: Mode
    ) throws(ShapeError) -> Applied {
        let inputs = try unpack(input, in: &graph)
        return try append(to: &graph, inputs: inputs, parameters: values, mode: mode)
    }

    /// Appends the forward pass to a graph.
    ///
    /// - Parameters:
    ///   - graph: The graph to append to.
    ///   - given: The samples of each input, `[N]` and the input's shape.
    ///   - values: The weights, in the order and with the shapes of `parameters`.
    ///   - mode: Whether the network is run, measured or trained.
    /// - Returns: The results and what led to them.
    /// - Throws: `ShapeError` where an input is missing, or one or a weight has another shape than the network's.
    public func append(
        to graph: inout Graph,
        inputs given: [Value],
        parameters values: [Value],
        mode: Mode
    ) throws(ShapeError) -> Applied {
        try appendWhole(to: &graph, inputs: given, parameters: values, mode: mode).applied
    }

    /// Appends the forward pass to a graph, and gives what each layer gave beside the results.
    ///
    /// - Parameters:
    ///   - graph: The graph to append to.
    ///   - given: The samples of each input, `[N]` and the input's shape.
    ///   - values: The weights, in the order and with the shapes of `parameters`.
    ///   - mode: Whether the network is run, measured or trained.
    ///   - replaced: What stands in the place of layers' first results, by their places.
    /// - Returns: The results, what led to them, and each layer's.
    /// - Throws: `ShapeError` where an input is missing, or one or a weight has another shape than the network's.
    func appendWhole(
        to graph: inout Graph,
        inputs given: [Value],
        parameters values: [Value],
        mode: Mode,
        replacing replaced: [Int: Value] = [:]
    ) throws(ShapeError) -> (applied: Applied, results: [LayerResults]) {
        precondition(values.count == parameters.count, "\(values.count) values for \(parameters.count) parameters")
        try check(given, in: graph)
        var pass = ForwardPass(graph: graph, mode: mode, parameters: values)
        let results = try append(nodes[...], to: &pass, inputs: given, parameters: values, replacing: replaced)
        try penalize(values, rows: pass.graph.shape(of: given[0])[0], in: &pass)
        let penalty = try pass.graph.sum(of: pass.penalties)
        graph = pass.graph
        let outputs = outputSources.enumerated().map { number, source in
            let (output, mask) = value(of: source, inputs: given, results: results)
            let activation = pass.activation(of: output)
            return AppliedOutput(
                output: number == 0 && answersLogits ? activation?.logits ?? output : output,
                activation: activation?.kind ?? .linear,
                logits: activation?.logits,
                mask: mask,
                batchRows: pass.batchRows
            )
        }
        return (Applied(outputs: outputs, updates: pass.updates, penalty: penalty), results)
    }

    /// Appends some layers from the first on and gives each one's results.
    func append(
        _ nodes: ArraySlice<Node>,
        to pass: inout ForwardPass,
        inputs: [Value],
        parameters values: [Value],
        replacing replaced: [Int: Value] = [:]
    ) throws(ShapeError) -> [LayerResults] {
        var results: [LayerResults] = []
        for (place, node) in zip(nodes.indices, nodes) {
            let taken = node.sources.map { value(of: $0, inputs: inputs, results: results) }
            let given = try pass.append(
                node.layer,
                inputs: taken.map(\.value),
                masks: taken.map(\.mask),
                parameters: node.parameters.map { values[$0] },
                isTrainable: node.trainable
            )
            if let regularizer = node.activityRegularizer { try pass.penalize(given.activities, regularizer) }
            results.append(replaced[place].map { given.replacing($0) } ?? given)
        }
        return results
    }

    /// The value that a source means, and which of its steps count.
    func value(
        of source: Source,
        inputs: [Value],
        results: [LayerResults]
    ) -> (value: Value, mask: Value?) {
        switch source {
        case .input(let number): return (inputs[number], self.inputs[number].mask.map { inputs[$0] })
        case .layer(let place, let result): return (results[place].values[result], results[place].masks[result])
        case .mask(let place, let result):
            guard let mask = results[place].masks[result] else { preconditionFailure("a mask that isn't there") }
            return (mask, nil)
        }
    }

    private func check(_ given: [Value], in graph: Graph) throws(ShapeError) {
        guard given.count == inputs.count else {
            let names = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw ShapeError(definition.name, "takes \(inputs.count) inputs, \(names), and was given \(given.count)")
        }
        for (input, value) in zip(inputs, given) {
            guard graph.shape(of: value).extents.dropFirst().elementsEqual(input.shape.extents) else {
                throw ShapeError(definition.name, "\(graph.shape(of: value)) isn't a batch of \(input.shape)")
            }
        }
    }

    /// Adds the penalties of the weights, of which a graph that sees a part of the batch bears that part.
    private func penalize(_ values: [Value], rows: Int, in pass: inout ForwardPass) throws(ShapeError) {
        guard let batchRows = pass.batchRows else { return }
        for (parameter, value) in zip(parameters, values) {
            guard let regularizer = parameter.regularizer, parameter.trainable else { continue }
            let whole = try regularizer.append(to: &pass.graph, pass.latest(value))
            let share = rows == batchRows ? whole : try pass.graph.scale(whole, by: Float(rows) / Float(batchRows))
            pass.penalize(share)
        }
    }
}

extension LayerResults {
    /// The same with another first result.
    fileprivate func replacing(_ first: Value) -> LayerResults {
        LayerResults(
            values: [first] + values.dropFirst(),
            masks: masks,
            activities: activities,
            traces: traces,
            attention: attention,
            nodes: nodes
        )
    }
}

extension ForwardPass {
    /// Adds the penalties of a layer's results, each divided by the rows of the batch, as Keras 3 does, so that it doesn't
    /// grow with the batch.
    mutating func penalize(_ results: [Value], _ regularizer: Regularizer) throws(ShapeError) {
        guard let batchRows else { return }
        for result in results {
            penalize(try graph.scale(regularizer.append(to: &graph, result), by: 1 / Float(batchRows)))
        }
    }
}

extension Network {
    /// A pass over one row, as the network answers, before its first layer.
    ///
    /// - Returns: The pass, the row of each input, and the parameters.
    /// - Throws: `ShapeError` where the graph takes no such shapes, which a network has been checked for.
    func passOverOneRow() throws(ShapeError) -> (pass: ForwardPass, inputs: [Value], parameters: [Value]) {
        var graph = Graph()
        var given: [Value] = []
        for input in inputs { given.append(try graph.input(input.name, shape: input.shape.batched(1))) }
        var values: [Value] = []
        for parameter in parameters { values.append(try graph.input(parameter.name, shape: parameter.shape)) }
        return (ForwardPass(graph: graph, mode: .inference, parameters: values), given, values)
    }

    /// The shape of the mask of each result, without the batch; nil where all of it counts.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    func maskShapes() throws(ShapeError) -> [Shape?] {
        guard hasMasks else { return outputs.map { _ in nil } }
        var graph = Graph()
        let input = try graph.input("x", shape: inputShape.batched(1))
        var values: [Value] = []
        for parameter in parameters { values.append(try graph.input(parameter.name, shape: parameter.shape)) }
        let applied = try append(to: &graph, input: input, parameters: values, mode: .inference)
        return applied.outputs.map { output in output.mask.map { graph.shape(of: $0).dropping(1) } }
    }
}
