import JSON

/// What is learned: a network, a loss and metrics, checked to fit together and to fit the data.
struct LearningTask: Sendable {
    /// The network.
    let network: Network
    /// The outputs that are learned, each with its loss, in the network's order.
    let outputs: [LearnedOutput]
    /// The metrics in the order of the request.
    let metrics: [NamedMetric]
    /// How a decoder is judged by what it says by itself; nil where it isn't.
    let freeRunning: FreeRunning?
    /// How much a row or a step counts by its class; nil where all count the same.
    let classWeights: ClassWeights.Rule?
    /// The steps of a row that the data weighs one by one; nil where it weighs none, or whole rows.
    let weightedSteps: Shape?
    /// A row's target, as the loss takes it; of several outputs their targets one after the other.
    let target: TargetRule
    /// The most parts that a batch is cut into.
    let microBatches: Int
    /// What the products of a training step round their operands to; evaluation is in float32, as answers are.
    let precision: ProductPrecision
    /// Where each weight lies in the flat buffers.
    let layout: ParameterLayout
    /// The rows that are trained on: Keras takes them from the start, before any shuffling.
    let trainingRows: Range<Int>
    /// The rows that are held back to validate.
    let validationRows: Range<Int>

    /// What the task for batches of other sizes is made of; nil where all have one.
    private(set) var sizing: Sizing?

    /// Checks that a network can learn from data as the options say.
    ///
    /// - Throws: `FaultyInput` with every option that doesn't fit, by its pointer in the body of a training request.
    init(_ network: Network, _ options: TrainingOptions, on data: any TrainingData) throws(FaultyInput) {
        guard let networks = network.sized else {
            try self.init(ofOneSize: network, options, on: data)
            return
        }
        if options.freeRunning {
            let detail = "does not go with an extent of any length; give the model's inputs numbers in place of null"
            throw FaultyInput(Fault(pointer: "/free_running", detail: detail))
        }
        let sizing = Sizing(rows: try SizedRows(networks, of: network, options, data), options: options, data: data)
        try self.init(sizing, try sizing.rows.greatest)
    }

    /// The task for batches of a size.
    init(_ sizing: Sizing, _ size: BatchSize) throws(FaultyInput) {
        let network = try sizing.rows.networks.network(for: size)
        let data = SizedDescription(
            data: sizing.data,
            inputShapes: network.inputs.map(\.shape),
            targetShapes: size.targets
        )
        try self.init(ofOneSize: network, sizing.options, on: data)
        self.sizing = sizing
    }

    private init(
        ofOneSize network: Network,
        _ options: TrainingOptions,
        on data: any TrainingData
    ) throws(FaultyInput) {
        var faults = Faults()
        network.check(data, &faults)
        let outputs = [LearnedOutput].resolve(network, options, data.targets, &faults)
        let metrics =
            outputs.isEmpty ? [] : [NamedMetric].resolve(options, network, outputs, words: data.classWords, &faults)
        var classWeights: ClassWeights.Rule?
        if let weights = options.classWeights, let output = outputs.first {
            if outputs.count == 1 {
                let words = data.classWords.first ?? nil
                classWeights = weights.rule(for: output.target, words: words, at: "/class_weight", &faults)
            } else {
                faults.add("/class_weight", "goes with one output, but \(outputs.count) are learned")
            }
        }
        if let classWeights, classWeights.steps.rank > 0, let loss = outputs.first?.loss, !loss.kind.isOfSteps {
            faults.add("/class_weight", "weighs each step by its class, and \"\(loss.name)\" is of whole rows")
        }
        weightedSteps = data.weightedSteps(in: network, outputs, &faults)
        if let weightedSteps, let classWeights, classWeights.steps.rank > 0, classWeights.steps != weightedSteps {
            faults.add(
                "/class_weight",
                "weighs steps of \(classWeights.steps) a row, \"sample_weight\" steps of \(weightedSteps); send one of the two"
            )
        }
        freeRunning =
            options.freeRunning && !outputs.isEmpty ? FreeRunning(network, outputs, metrics, &faults) : nil
        if !outputs.isEmpty { options.checkCallbacks(metrics, freeRunning, &faults) }
        let split = options.trainingRows(of: data.rows, gap: data.gap)
        let firstValidationRow = options.firstValidationRow(of: data.rows)
        if data.rows == 0 {
            faults.add("", "the data has no rows to train on")
        } else if options.validationRows > 0, split == 0 {
            faults.add("/validation_rows", "\(options.validationRows) of \(data.rows) rows leaves none to train on")
        } else if options.validationSplit > 0, split == 0 || split == data.rows {
            let part = split == 0 ? "train on" : "validate with"
            let shared =
                split == 0 && firstValidationRow > 0
                ? ", since the \(data.gap) before those that validate share targets with them" : ""
            faults.add(
                "/validation_split",
                "\(options.validationSplit) of \(data.rows) rows leaves none to \(part)\(shared)"
            )
        }
        options.checkBatch(of: network, rows: split, &faults)
        if let obstacle = options.precision.obstacle {
            let instead = ProductPrecision.float32.rawValue
            faults.add("/precision", "\"\(options.precision.rawValue)\" \(obstacle); train with \"\(instead)\"")
        }
        try faults.check()
        precondition(!outputs.isEmpty, "no output to learn is a fault")
        self.outputs = outputs
        self.network = network
        self.metrics = metrics
        target = outputs.packedTarget
        self.classWeights = classWeights
        microBatches = options.microBatches
        precision = options.precision
        trainingRows = 0..<split
        validationRows = firstValidationRow..<data.rows
        layout = network.layout
    }
}

extension LearningTask {
    /// What the task for batches of a size is made of.
    struct Sizing: Sendable {
        /// The rows and their sizes.
        let rows: SizedRows
        /// How the network is trained.
        let options: TrainingOptions
        /// Where the rows come from.
        let data: any TrainingData
    }

    /// The same task for batches of another size; itself where all have one.
    func resized(to size: BatchSize?) throws(FaultyInput) -> LearningTask {
        guard let sizing, let size else { return self }
        return try LearningTask(sizing, size)
    }

    /// The metrics of an epoch, those of what the network says by itself included.
    var allMetrics: [NamedMetric] { metrics + (freeRunning?.metrics ?? []) }

    /// The network as it was defined, its open extents open.
    var definedNetwork: Network { sizing?.rows.network ?? network }

    /// The steps of a row that count each by itself in a step plan: by the data's weights, or by their classes'.
    func weighedSteps(_ purpose: StepPlan.Purpose) -> Shape? {
        if let weightedSteps { return weightedSteps }
        guard purpose == .training, let classWeights, classWeights.steps.rank > 0 else { return nil }
        return classWeights.steps
    }

    /// The floating-point operations of one row's training step, about: backward is twice the work of forward.
    var trainingOperations: Int {
        let (operations, overflow) = network.operations.multipliedReportingOverflow(by: 3)
        return overflow ? Int.max : operations
    }
}

extension TrainingOptions {
    /// Adds a fault for every callback that can't work in a run with these options.
    fileprivate func checkCallbacks(_ metrics: [NamedMetric], _ free: FreeRunning?, _ faults: inout Faults) {
        var known = ["loss"] + metrics.map(\.name)
        if validates { known += (known + (free?.metrics.map(\.name) ?? [])).map { "val_" + $0 } }
        earlyStopping?.monitor.check(known, validates: validates, at: "/early_stopping", &faults)
        plateauReduction?.monitor.check(known, validates: validates, at: "/reduce_lr_on_plateau", &faults)
        if plateauReduction != nil, case .schedule = optimizer.rule.learningRate {
            faults.add(
                "/reduce_lr_on_plateau",
                "needs a learning_rate that is a number, found a schedule, which sets the learning rate itself"
            )
        }
    }
}

extension TrainingOptions {
    /// Adds a fault where a batch's results would take more memory than the limit.
    fileprivate func checkBatch(of network: Network, rows: Int, _ faults: inout Faults) {
        let size = min(batchSize, max(rows, 1))
        let (numbers, overflow) = size.multipliedReportingOverflow(by: network.activations)
        guard overflow || numbers > network.limits.batchActivations else { return }
        let estimate = overflow ? "more than \(Int.max)" : "\(numbers) (\(memoryText(ofNumbers: numbers)))"
        faults.add(
            "/batch_size",
            "the layers' results for a batch of \(size) rows hold \(estimate) numbers; the limit is "
                + "\(network.limits.batchActivations); use a batch_size of at most "
                + "\(network.limits.batchActivations / max(network.activations, 1))"
        )
    }
}

extension Network {
    /// Adds a fault where the data has another number of inputs.
    func checkInputCount(of data: any TrainingData, _ faults: inout Faults) {
        guard inputs.count == data.inputShapes.count else {
            let names = inputs.map { "\"\($0.name)\" \($0.shape)" }.joined(separator: ", ")
            let takes = inputs.count == 1 ? "one input" : "\(inputs.count) inputs"
            let found = data.inputShapes.count == 1 ? "one" : "\(data.inputShapes.count)"
            faults.add(
                "",
                "the model \"\(definition.name)\" takes \(takes), \(names), and the data has \(found); send \"data\" whose x "
                    + "is an object with the rows of each"
            )
            return
        }
    }

    /// Adds a fault for every input that the data doesn't have in its shape.
    fileprivate func check(_ data: any TrainingData, _ faults: inout Faults) {
        checkInputCount(of: data, &faults)
        if let sizes = data.sizes, let other = sizes.ofRow.firstIndex(where: { $0 != 0 }) {
            let (one, two) = (sizes.kinds[0].inputs, sizes.kinds[1].inputs)
            let what = one == two ? "targets" : "inputs"
            let shapes = one == two ? (sizes.kinds[0].targets, sizes.kinds[1].targets) : (one, two)
            let differing = zip(shapes.0, shapes.1).first { $0 != $1 }
            faults.add(
                "",
                "the data's rows differ in size: the \(what) of row 0 are \(differing?.0 ?? []), those of row \(other) "
                    + "\(differing?.1 ?? []); the model \"\(definition.name)\" takes \(inputs[0].shape); give its "
                    + "\"input_shape\" null where rows differ, as in [null, 64]"
            )
            return
        }
        for (input, shape) in zip(inputs, data.inputShapes) where input.shape != shape {
            let rows = inputs.count == 1 ? "rows" : "rows of \"\(input.name)\""
            faults.add(
                "",
                "the data's \(rows) are \(shape), the model \"\(definition.name)\" takes \(input.shape)"
            )
        }
    }
}

extension TrainingData {
    /// The steps of a row that have a weight each; nil where rows have one, or none.
    fileprivate func weightedSteps(in network: Network, _ outputs: [LearnedOutput], _ faults: inout Faults) -> Shape? {
        let steps = weightShape
        guard isWeighted, steps.rank > 0, let output = outputs.first else { return nil }
        let result = network.outputs[output.place].shape
        guard outputs.count == 1 else {
            faults.add("/data/sample_weight", "a weight a step goes with one output, but \(outputs.count) are learned")
            return nil
        }
        guard output.target.isAligned, output.loss.kind.isOfSteps else {
            faults.add(
                "/data/sample_weight",
                "\"\(output.loss.name)\" is of whole rows, expected a number a row, found \(steps) a row"
            )
            return nil
        }
        guard steps.rank < result.rank, steps == result.prefix(steps.rank) else {
            faults.add(
                "/data/sample_weight",
                "expected a number a row, or one for each of a row's steps, the first axes of \(result), found "
                    + "\(steps) a row"
            )
            return nil
        }
        return steps
    }
}

/// Data as it is to a network for rows of one size, to be checked against it.
private struct SizedDescription: TrainingData {
    let data: any TrainingData
    let inputShapes: [Shape]
    let targetShapes: [Shape]

    var rows: Int { data.rows }
    var inputShape: Shape { Shape(rowOf: inputShapes) }
    var target: TargetDescription { targets.count == 1 ? targets[0] : .values(shape: Shape(rowOf: targetShapes)) }
    var targets: [TargetDescription] { zip(data.targets, targetShapes).map { $0.sized($1) } }
    var isWeighted: Bool { data.isWeighted }
    /// Of a row of this size; in the data those of the largest have room.
    var weightShape: Shape { targetShapes.first.map { $0.prefix(min(data.weightShape.rank, $0.rank)) } ?? [] }
    var classWords: [[String]?] { data.classWords }
    var gap: Int { data.gap }

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {
        preconditionFailure("a description has no rows")
    }
}

extension TargetDescription {
    /// The same targets in another size.
    ///
    /// Where nothing differs but axes of 1, they stay as they are described.
    fileprivate func sized(_ shape: Shape) -> TargetDescription {
        guard shape.withoutOnes != self.shape.withoutOnes else { return self }
        return switch self {
        case .labels(let classes, _): .labels(classes: classes, shape: shape)
        case .values(_, let look): .values(shape: shape, look: look)
        }
    }
}
