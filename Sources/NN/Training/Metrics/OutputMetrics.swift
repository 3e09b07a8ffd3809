import JSON

/// What of the rows that a step gives a metric sees: one output's numbers, and of these the steps that count.
struct MetricPart: Sendable {
    /// Its results, or its loss, in a row of predictions.
    let predictions: Range<Int>
    /// The numbers of a row of predictions.
    let predictionWidth: Int
    /// Its targets in a row of targets.
    let targets: Range<Int>
    /// The numbers of a row of targets.
    let targetWidth: Int
    /// The output's number among those that are learned.
    let output: Int
    /// How many steps a row has, where a mask tells those that count, each of which is a row to the metric; nil where
    /// rows count as a whole.
    let steps: Int?
    /// Whether the metric reads the output's mask.
    let readsMask: Bool

    /// Calls `body` with the output's own rows, or those of its steps that count, one after the other.
    ///
    /// - Parameters:
    ///   - all: The rows of predictions.
    ///   - allTargets: The rows of targets.
    ///   - mask: Which steps count, `steps` numbers a row; not read where rows count as a whole.
    ///   - rows: How many rows there are.
    ///   - body: Called once, with the number of rows that it is given.
    func withOwnRows(
        predictions all: UnsafePointer<Float>,
        targets allTargets: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?,
        rows: Int,
        _ body: (_ predictions: UnsafePointer<Float>, _ targets: UnsafePointer<Float>, _ rows: Int) -> Void
    ) {
        let steps = self.steps ?? 1
        let (width, targetWidth) = (predictions.count / steps, targets.count / steps)
        let capacity = rows * steps * (width + targetWidth) + 1
        withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { memory in
            // An allocation of one number or more has an address.
            guard let own = memory.baseAddress else { return }
            let ownTargets = own + rows * steps * width
            var count = 0
            for row in 0..<rows {
                let from = all + row * predictionWidth + predictions.lowerBound
                let fromTargets = allTargets + row * self.targetWidth + targets.lowerBound
                for step in 0..<steps {
                    if self.steps != nil, let mask, mask[row * steps + step] == 0 { continue }
                    (own + count * width).initialize(from: from + step * width, count: width)
                    (ownTargets + count * targetWidth).initialize(
                        from: fromTargets + step * targetWidth,
                        count: targetWidth
                    )
                    count += 1
                }
            }
            body(own, ownTargets, count)
        }
    }
}

/// The loss of one of several outputs, not multiplied by its weight (Keras's `NAME_loss`).
struct OutputLossMetric: MeanMetric {
    static let isHigherBetter = false

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        (0..<rows).reduce(0) { $0 + Double(predictions[$1]) }
    }
}

extension Outcome {
    /// What an output gives, and what that is held against; of one whose mask tells steps that count, what one of them
    /// gives.
    ///
    /// - Parameters:
    ///   - output: The output.
    ///   - learned: How it is learned.
    ///   - words: The text of each class, where the data has texts.
    ///   - isWhole: Whether rows are looked at as a whole, for all that a mask tells of their steps.
    fileprivate init(of output: NetworkOutput, learned: LearnedOutput, words: [String]?, isWhole: Bool) {
        let steps = isWhole ? 0 : learned.maskShape?.rank ?? 0
        self.init(
            prediction: output.shape.dropping(steps),
            activation: output.activation,
            target: TargetRule(
                shape: learned.target.shape.dropping(steps),
                allowed: learned.target.allowed,
                isAligned: learned.target.isAligned
            ),
            mask: isWhole ? learned.mask : nil,
            words: words,
            areLogits: output.activation == .linear && learned.loss.logitsActivation == .softmax
        )
    }
}

extension [NamedMetric] {
    /// The metrics of a run, those of several outputs under the output's name, as in `digit_accuracy`.
    ///
    /// - Parameters:
    ///   - options: What is to be measured.
    ///   - network: The network.
    ///   - learned: The outputs that have a loss.
    ///   - words: For each of these the text of each class, where the data has texts.
    ///   - faults: Where what doesn't fit is added.
    /// - Returns: The metrics, the losses of several outputs first.
    static func resolve(
        _ options: TrainingOptions,
        _ network: Network,
        _ learned: [LearnedOutput],
        words: [[String]?],
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
            for (index, choice) in entry.choices.enumerated() {
                let name = choice.name
                do throws(MetricRequirement) {
                    let isOfRows = choice.kind.comparesSequences
                    let texts = words.indices.contains(number) ? words[number] : nil
                    let outcome = Outcome(of: output, learned: learned[number], words: texts, isWhole: isOfRows)
                    let metric = try choice.metric(for: outcome)
                    let full = network.outputs.count > 1 ? "\(output.name)_\(name)" : name
                    let mask = isOfRows ? learned[number].mask : learned[number].maskShape
                    let isWhole = learned.count == 1 && mask == nil
                    let part = isWhole ? nil : isOfRows ? parts[number].whole : parts[number].result
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
    ) -> [(choices: [MetricChoice], pointer: String, isList: Bool)?] {
        guard network.outputs.count > 1, case .all(let choices) = options.metrics else {
            return options.metrics.resolved(for: network.outputs, at: "/metrics", &faults).map { entry in
                entry.map { ($0.item, $0.pointer, network.outputs.count == 1 || $0.item.count > 1) }
            }
        }
        guard choices.count == network.outputs.count || choices.isEmpty else {
            let outputs = network.outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
            faults.add(
                "/metrics",
                "expected an object by output name, or an entry for each of the outputs \(outputs), found "
                    + "\(choices.count) names"
            )
            return []
        }
        return choices.enumerated().map { ([$1], "/metrics/\($0)", false) }
    }

    /// Where each output's results and losses lie, as `LearningTask.appendLoss` lays them out.
    private static func parts(
        of learned: [LearnedOutput],
        in network: Network
    ) -> [(result: MetricPart, whole: MetricPart, loss: MetricPart)] {
        let volumes = learned.map { network.outputs[$0.place].shape.volume }
        let results = volumes.reduce(0, +)
        let width = learned.count == 1 ? results : results + learned.count
        let targetWidth = learned.last?.targetRange.upperBound ?? 0
        var start = 0
        return zip(learned, volumes).enumerated().map { number, output in
            let (output, volume) = output
            defer { start += volume }
            func part(_ predictions: Range<Int>, steps: Int? = nil, readsMask: Bool = false) -> MetricPart {
                MetricPart(
                    predictions: predictions,
                    predictionWidth: width,
                    targets: output.targetRange,
                    targetWidth: targetWidth,
                    output: number,
                    steps: steps,
                    readsMask: readsMask
                )
            }
            // A row's loss leaves out already what doesn't count.
            let loss = part(results + number..<results + number + 1)
            let (own, steps) = (start..<start + volume, output.maskShape?.volume)
            let whole = part(own, readsMask: output.mask != nil)
            return (part(own, steps: steps, readsMask: steps != nil), whole, loss)
        }
    }
}
