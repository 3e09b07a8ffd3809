import JSON

/// What is learned: a network, a loss and metrics, checked to fit together and to fit the data.
struct LearningTask: Sendable {
    /// The network.
    let network: Network
    /// The loss.
    let loss: Loss
    /// The metrics in the order of the request.
    let metrics: [NamedMetric]
    /// How much a row counts by its class; nil where all count the same.
    let classWeights: ClassWeights.Rule?
    /// A row's target, as the loss takes it.
    let target: TargetRule
    /// Where each weight lies in the flat buffers.
    let layout: ParameterLayout
    /// The rows that are trained on: Keras takes them from the start, before any shuffling.
    let trainingRows: Range<Int>
    /// The rows that are held back to validate.
    let validationRows: Range<Int>

    /// Checks that a network can learn from data as the options say.
    ///
    /// - Throws: `FaultyInput` with every option that doesn't fit, by its pointer in the body of a training request.
    init(_ network: Network, _ options: TrainingOptions, on data: any TrainingData) throws(FaultyInput) {
        var faults = Faults()
        if network.inputs.count > 1 || network.outputs.count > 1 {
            faults.add(
                "",
                "the model \"\(network.definition.name)\" has \(network.inputs.count) inputs and "
                    + "\(network.outputs.count) outputs, training takes models with one of each"
            )
        } else if data.inputShape != network.inputShape {
            faults.add(
                "",
                "the data's rows are \(data.inputShape), the model \"\(network.definition.name)\" takes "
                    + "\(network.inputShape)"
            )
        }
        var target: TargetRule?
        do throws(TargetMismatch) {
            target = try options.loss.rule(for: data.target, output: network.outputShape)
        } catch {
            faults.add("/loss", error.description)
        }
        var metrics: [NamedMetric] = []
        if let target {
            let outcome = Outcome(
                prediction: network.outputShape,
                activation: network.outputActivation,
                target: target
            )
            for (place, name) in options.metrics.enumerated() {
                do throws(MetricRequirement) {
                    metrics.append(
                        NamedMetric(name: name, metric: try MetricRegistry.metric(named: name, for: outcome))
                    )
                } catch {
                    faults.add("/metrics/\(place)", "\"\(name)\" \(error.text)")
                }
            }
        }
        var classWeights: ClassWeights.Rule?
        if let target, let weights = options.classWeights {
            do throws(TargetMismatch) {
                classWeights = try weights.rule(for: target)
            } catch {
                faults.add("/class_weight", error.description)
            }
        }
        options.checkCallbacks(&faults)
        let split = Int((Double(data.rows) * (1 - options.validationSplit)).rounded(.down))
        if data.rows == 0 {
            faults.add("", "the data has no rows to train on")
        } else if options.validationSplit > 0, split == 0 || split == data.rows {
            let part = split == 0 ? "train on" : "validate with"
            faults.add("/validation_split", "\(options.validationSplit) of \(data.rows) rows leaves none to \(part)")
        }
        try faults.check()
        guard let target else { preconditionFailure("a loss without a rule has a fault") }
        self.network = network
        self.metrics = metrics
        self.target = target
        self.classWeights = classWeights
        loss = options.loss
        trainingRows = 0..<split
        validationRows = split..<data.rows
        layout = network.layout
    }
}

extension LearningTask {
    /// The floating-point operations of one row's training step, about: backward is twice the work of forward.
    var trainingOperations: Int {
        let (operations, overflow) = network.operations.multipliedReportingOverflow(by: 3)
        return overflow ? Int.max : operations
    }
}

extension TrainingOptions {
    /// Adds a fault for every callback that can't work in a run with these options.
    fileprivate func checkCallbacks(_ faults: inout Faults) {
        let validates = validationSplit > 0
        earlyStopping?.monitor.check(metrics, validates: validates, at: "/early_stopping", &faults)
        plateauReduction?.monitor.check(metrics, validates: validates, at: "/reduce_lr_on_plateau", &faults)
        if plateauReduction != nil, case .schedule = optimizer.rule.learningRate {
            faults.add(
                "/reduce_lr_on_plateau",
                "needs a learning_rate that is a number, found a schedule, which sets the learning rate itself"
            )
        }
    }
}
