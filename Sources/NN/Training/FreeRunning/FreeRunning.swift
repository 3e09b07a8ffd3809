import JSON

/// How a decoder is judged that goes on from its own answers (`"free_running": true`).
///
/// So it will where it is used; while it learns, it goes on from the sequence that it should say.
struct FreeRunning: Sendable {
    /// The network, cut so that it goes on step by step.
    let stepped: SteppedNetwork
    /// The metrics that compare sequences, each under its name behind `free_running_`.
    let metrics: [NamedMetric]
    /// How many tokens the decoder may say.
    let steps: Int
    /// How many classes it has.
    let classes: Int
    /// Whether class 0 stands for nothing and is never said.
    let masksZero: Bool
    /// Where a row's decoder input begins among the numbers of all inputs.
    let decoderStart: Int
    /// The numbers of the other inputs, in a row of all.
    let others: [Range<Int>]

    /// The name of a metric of a sequence that the network has said by itself.
    static func name(of metric: String) -> String { "free_running_" + metric }

    /// Cuts a network for its validation.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - outputs: What is learned.
    ///   - metrics: What the run measures.
    ///   - faults: Where it is said why this network can't be judged so.
    init?(_ network: Network, _ outputs: [LearnedOutput], _ metrics: [NamedMetric], _ faults: inout Faults) {
        func refuse(_ reason: String) { faults.add("/free_running", reason) }
        guard outputs.count == 1, network.outputs.count == 1, let output = outputs.first, output.target.isAligned else {
            refuse("goes with one output that has a target for each step")
            return nil
        }
        self.metrics = metrics.compactMap { named in
            guard named.metric is any SequenceMetric else { return nil }
            return NamedMetric(name: Self.name(of: named.name), metric: named.metric)
        }
        guard !self.metrics.isEmpty else {
            let names = MetricRegistry.ofSequences
            refuse("needs a metric that compares sequences: \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
            return nil
        }
        guard network.inputs.count > 1 else {
            refuse("needs a decoder and another input that its sequence follows from; the model has one input")
            return nil
        }
        do {
            stepped = try SteppedNetwork(network)
        } catch {
            refuse((error as? SteppingFault)?.description ?? "\(error)")
            return nil
        }
        let decoder = network.inputs[stepped.input]
        classes = network.outputs[output.place].shape.last
        guard let rule = network.indexRules.first(where: { [stepped] in $0.input == stepped.input }),
            decoder.shape.rank == 1, stepped.stepWidth == 1, classes <= rule.count, classes > 1
        else {
            refuse("needs tokens that an Embedding looks up at \"\(decoder.name)\", as many as the output has classes")
            return nil
        }
        masksZero = network.hasMasks
        steps = min(decoder.shape[0], stepped.greatestLength ?? decoder.shape[0])
        var (start, ranges): (Int, [Range<Int>]) = (0, [])
        for input in network.inputs {
            ranges.append(start..<start + input.shape.volume)
            start += input.shape.volume
        }
        decoderStart = ranges[stepped.input].lowerBound
        others = ranges.indices.filter { [stepped] in $0 != stepped.input }.map { ranges[$0] }
    }
}
