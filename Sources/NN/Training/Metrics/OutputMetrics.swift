import JSON

/// Where one output's numbers lie in the rows that the metrics of a model of several outputs see.
struct MetricPart: Sendable {
    /// Its results, or its loss, in a row of predictions.
    let predictions: Range<Int>
    /// The numbers of a row of predictions.
    let predictionWidth: Int
    /// Its targets in a row of targets.
    let targets: Range<Int>
    /// The numbers of a row of targets.
    let targetWidth: Int

    /// Calls `body` with the output's own rows, one after the other.
    func withOwnRows(
        predictions all: UnsafePointer<Float>,
        targets allTargets: UnsafePointer<Float>,
        rows: Int,
        _ body: (_ predictions: UnsafePointer<Float>, _ targets: UnsafePointer<Float>) -> Void
    ) {
        let (width, targetWidth) = (predictions.count, targets.count)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * (width + targetWidth) + 1) { memory in
            // An allocation of one number or more has an address.
            guard let own = memory.baseAddress else { return }
            let ownTargets = own + rows * width
            for row in 0..<rows {
                let from = all + row * predictionWidth + predictions.lowerBound
                (own + row * width).initialize(from: from, count: width)
                let fromTargets = allTargets + row * self.targetWidth + targets.lowerBound
                (ownTargets + row * targetWidth).initialize(from: fromTargets, count: targetWidth)
            }
            body(own, ownTargets)
        }
    }
}

/// The loss of one of several outputs, not multiplied by its weight (Keras's `NAME_loss`).
struct OutputLossMetric: MeanMetric {
    static let names = ["loss"]
    static let isHigherBetter = false

    init() {}

    init(for outcome: Outcome) {}

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        (0..<rows).reduce(0) { $0 + Double(predictions[$1]) }
    }
}

extension [NamedMetric] {
    /// The metrics of a run, those of several outputs under the output's name, as in `digit_accuracy`.
    ///
    /// - Parameters:
    ///   - options: What is to be measured.
    ///   - network: The network.
    ///   - learned: The outputs that have a loss.
    ///   - faults: Where what doesn't fit is added.
    /// - Returns: The metrics, the losses of several outputs first.
    static func resolve(
        _ options: TrainingOptions,
        _ network: Network,
        _ learned: [LearnedOutput],
        _ faults: inout Faults
    ) -> [NamedMetric] {
        let parts = parts(of: learned, in: network)
        var metrics: [NamedMetric] = []
        if learned.count > 1 {
            for (output, part) in zip(learned, parts) {
                metrics.append(NamedMetric(name: "\(output.name)_loss", metric: OutputLossMetric(), part: part.loss))
            }
        }
        for (place, entry) in wanted(options, network, &faults).enumerated() {
            guard let entry else { continue }
            let output = network.outputs[place]
            guard let number = learned.firstIndex(where: { $0.place == place }) else {
                faults.add(
                    entry.pointer,
                    "output \"\(output.name)\" has no loss, so there are no targets to hold it against"
                )
                continue
            }
            let target = learned[number].target
            let outcome = Outcome(prediction: output.shape, activation: output.activation, target: target)
            for (index, name) in entry.names.enumerated() {
                do throws(MetricRequirement) {
                    let metric = try MetricRegistry.metric(named: name, for: outcome)
                    let full = network.outputs.count > 1 ? "\(output.name)_\(name)" : name
                    let part = learned.count > 1 ? parts[number].result : nil
                    metrics.append(NamedMetric(name: full, metric: metric, part: part))
                } catch {
                    let pointer = entry.isList ? "\(entry.pointer)/\(index)" : entry.pointer
                    faults.add(pointer, "\"\(name)\" \(error.text)")
                }
            }
        }
        return metrics
    }

    /// The names for each output with their place in the request.
    private static func wanted(
        _ options: TrainingOptions,
        _ network: Network,
        _ faults: inout Faults
    ) -> [(names: [String], pointer: String, isList: Bool)?] {
        guard network.outputs.count > 1, case .all(let names) = options.metrics else {
            return options.metrics.resolved(for: network.outputs, at: "/metrics", &faults).map { entry in
                entry.map { ($0.item, $0.pointer, network.outputs.count == 1 || $0.item.count > 1) }
            }
        }
        guard names.count == network.outputs.count || names.isEmpty else {
            let outputs = network.outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            faults.add(
                "/metrics",
                "expected an object by output name, or an entry for each of the outputs \(outputs), found "
                    + "\(names.count) names"
            )
            return []
        }
        return names.enumerated().map { ([$1], "/metrics/\($0)", false) }
    }

    /// Where each output's results and losses lie, as `LearningTask.appendLoss` lays them out.
    private static func parts(
        of learned: [LearnedOutput],
        in network: Network
    ) -> [(result: MetricPart, loss: MetricPart)] {
        let volumes = learned.map { network.outputs[$0.place].shape.volume }
        let results = volumes.reduce(0, +)
        let width = results + learned.count
        let targetWidth = learned.last?.targetRange.upperBound ?? 0
        var start = 0
        return zip(learned, volumes).enumerated().map { number, output in
            let (output, volume) = output
            defer { start += volume }
            func part(_ predictions: Range<Int>) -> MetricPart {
                MetricPart(
                    predictions: predictions,
                    predictionWidth: width,
                    targets: output.targetRange,
                    targetWidth: targetWidth
                )
            }
            return (part(start..<start + volume), part(results + number..<results + number + 1))
        }
    }
}
