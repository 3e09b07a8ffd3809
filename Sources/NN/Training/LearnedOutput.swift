public import JSON

/// One output of a network that a run learns: its loss, what that weighs, and where its targets lie in a row.
struct LearnedOutput: Sendable {
    /// Its place among the network's outputs.
    let place: Int
    /// Its name.
    let name: String
    /// What is made small.
    let loss: Loss
    /// By what the loss is multiplied in the sum over the outputs (Keras's `loss_weights`).
    let weight: Double
    /// A row's target, as the loss takes it.
    let target: TargetRule
    /// Where its target lies among the numbers of a row's targets.
    let targetRange: Range<Int>
    /// The shape of a row's steps, of which a mask tells those that count; nil where all of a result counts.
    let mask: Shape?

    /// The same, where each step has a target of its own and counts by itself; nil where a row's target is one sequence.
    var maskShape: Shape? { target.isAligned ? mask : nil }
}

extension [LearnedOutput] {
    /// Finds the outputs that have a loss, and checks that the data has the targets of each.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - options: The losses and their weights.
    ///   - targets: What the data has, one for each output with a loss.
    ///   - faults: Where what doesn't fit is added.
    /// - Returns: The outputs in the network's order; none that has a fault.
    static func resolve(
        _ network: Network,
        _ options: TrainingOptions,
        _ targets: [TargetDescription],
        _ faults: inout Faults
    ) -> [LearnedOutput] {
        let losses = options.losses.resolved(for: network.outputs, at: "/loss", &faults)
        let weights = options.lossWeights?.resolved(for: network.outputs, at: "/loss_weights", &faults)
        let places = losses.indices.filter { losses[$0] != nil }
        let masks: [Shape?]
        do throws(ShapeError) {
            masks = try network.maskShapes()
        } catch {
            faults.add("", "\(error)")
            return []
        }
        guard places.count == targets.count else {
            let names = places.map { "\"\(network.outputs[$0].name)\"" }.joined(separator: ", ")
            let found = targets.count == 1 ? "one target" : "\(targets.count) targets"
            faults.add(
                "",
                "the data has \(found) a row, the model \"\(network.definition.name)\" learns \(places.count) outputs: "
                    + "\(names); send \"data\" whose y is an object with the targets of each"
            )
            return []
        }
        var outputs: [LearnedOutput] = []
        var end = 0
        for (place, target) in zip(places, targets) {
            guard let (loss, pointer) = losses[place] else { continue }
            let output = network.outputs[place]
            do throws(TargetMismatch) {
                let rule = try loss.rule(for: target, output: output.shape)
                let range = end..<end + rule.shape.volume
                end = range.upperBound
                outputs.append(
                    LearnedOutput(
                        place: place,
                        name: output.name,
                        loss: loss,
                        weight: weights?[place]?.item ?? 1,
                        target: rule,
                        targetRange: range,
                        mask: masks[place]
                    )
                )
            } catch {
                let output = network.outputs.count > 1 ? "output \"\(output.name)\": " : ""
                faults.add(pointer, output + error.description)
            }
        }
        return outputs
    }

    /// A row's targets one after the other; the single output's own where there is one.
    var packedTarget: TargetRule {
        if count == 1 { return self[0].target }
        return TargetRule(shape: [reduce(0) { $0 + $1.target.shape.volume }], allowed: .anyNumber)
    }
}

extension TrainingOptions {
    /// The outputs of a network that have a loss, in the network's order; the data has the targets of each.
    public func learnedOutputs(of network: Network) -> [NetworkOutput] {
        learned(of: network).map(\.output)
    }

    /// The loss of each of `learnedOutputs`.
    public func losses(of network: Network) -> [Loss] { learned(of: network).map(\.loss) }

    /// By what each of `losses` is multiplied in their sum.
    public func lossWeights(of network: Network) -> [Double] {
        var ignored = Faults()
        let weights = lossWeights?.resolved(for: network.outputs, at: "/loss_weights", &ignored)
        let named = Dictionary(
            zip(network.outputs.map(\.name), weights ?? []).compactMap { name, weight in weight.map { (name, $0.item) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        return learnedOutputs(of: network).map { named[$0.name] ?? 1 }
    }

    /// The function that makes probabilities of each output's result where its loss takes logits; nil for every other.
    public func logitsActivations(of network: Network) -> [ActivationKind?] {
        let learned = learned(of: network)
        return network.outputs.map { output in
            learned.first { $0.output.name == output.name }.flatMap { $0.loss.logitsActivation }
        }
    }

    /// What the targets of each output that has a loss are to that loss.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - describe: Called with the place among these outputs, the loss and the output.
    /// - Returns: One description an output.
    public func targets(
        of network: Network,
        _ describe: (Int, Loss, NetworkOutput) -> TargetDescription
    ) -> [TargetDescription] {
        learned(of: network).enumerated().map { describe($0, $1.loss, $1.output) }
    }

    /// What the loss of each output that has one asks of the data's targets.
    ///
    /// - Throws: `FaultyInput` where network, options and data don't fit together.
    public func targetRules(of network: Network, for data: any TrainingData) throws(FaultyInput) -> [TargetRule] {
        try LearningTask(network, self, on: data).outputs.map(\.target)
    }

    private func learned(of network: Network) -> [(loss: Loss, output: NetworkOutput)] {
        // What is wrong with the names is told where a run is checked.
        var ignored = Faults()
        let losses = losses.resolved(for: network.outputs, at: "/loss", &ignored)
        return zip(losses, network.outputs).compactMap { loss, output in loss.map { ($0.item, output) } }
    }
}
