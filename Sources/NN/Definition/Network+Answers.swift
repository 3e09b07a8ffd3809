/// What a network's result is, as its graph shows it.
enum AnswerKind {
    /// What a softmax gave, whose argument can be had.
    case softmax
    /// What a softmax gave inside of a layer.
    case probabilities
    /// Any other.
    case other
}

extension Network {
    /// The same network, whose first result is what its softmax is applied to, where it ends with one.
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public func answeringLogits() throws -> Network {
        let trace = try trace()
        guard trace.answers[0] == .softmax else { return self }
        let first = NetworkOutput(name: outputs[0].name, shape: outputs[0].shape, activation: .linear)
        return Network(
            partOf: self,
            nodes.indices.map { (nodes[$0], layers[$0], trace.shapes[$0]) },
            inputs: inputs,
            outputs: Array(zip([first] + outputs.dropFirst(), outputSources)),
            answersLogits: true
        )
    }

    /// Whether its first result are probabilities whose logits can't be had (`answeringLogits`).
    ///
    /// - Throws: `ShapeError` where the layers don't fit together, which a network has been checked for.
    public func answersProbabilities() throws -> Bool { try trace().answers[0] == .probabilities }

    /// Whether a layer, or an input, says of steps that they don't count.
    public var hasMasks: Bool { inputs.contains { $0.mask != nil } || nodes.contains { $0.layer.makesMask } }

    /// The shapes of each layer's results, those of their masks, nil where all of a result counts, and what the outputs are.
    func trace() throws -> (shapes: [[Shape]], masks: [[Shape?]], answers: [AnswerKind]) {
        var (pass, given, values) = try passOverOneRow()
        let results = try append(nodes[...], to: &pass, inputs: given, parameters: values)
        let answers = outputSources.map { source -> AnswerKind in
            let output = value(of: source, inputs: given, results: results).value
            if pass.activation(of: output)?.kind == .softmax { return .softmax }
            // Layers that only training makes random pass their input on as it is.
            let maker = results.firstIndex { $0.values[0] == output }
            return maker.map { nodes[$0].layer.endsWithSoftmax } == true ? .probabilities : .other
        }
        return (
            results.map { $0.values.map { pass.graph.shape(of: $0).dropping(1) } },
            results.map { $0.masks.map { mask in mask.map { pass.graph.shape(of: $0).dropping(1) } } },
            answers
        )
    }
}

extension Layer {
    /// Whether each step of its first result is what a softmax gives inside of the layer.
    fileprivate var endsWithSoftmax: Bool {
        if let wrapper = self as? TimeDistributedLayer { return wrapper.innerActivation == .softmax }
        return (self as? SimpleRNNLayer)?.recurrence.stateActivation == .softmax
    }
}
