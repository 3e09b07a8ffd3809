public import JSON

/// How a network is to be trained, by the names and defaults of Keras's `compile` and `fit`.
public struct TrainingOptions: Sendable, Equatable {
    /// How often every row is visited, at least 1.
    public var epochs: Int
    /// The rows of one step, at least 1; the last step of an epoch has those that remain.
    public var batchSize: Int
    /// The most parts that the gradients of a batch are summed of, each by one thread at a time; a power of two.
    public var microBatches: Int
    /// The rule that moves the weights.
    public var optimizer: OptimizerConfiguration
    /// What is made small, for each output that is learned; at least one.
    public var losses: PerOutput<Loss>
    /// By what each output's loss is multiplied in their sum; nil for 1.
    public var lossWeights: PerOutput<Double>?
    /// The metrics to report beside the loss, under the names given here.
    public var metrics: PerOutput<[MetricChoice]>
    /// The share of the rows, taken from the end, that is held back to validate after each epoch; 0 to below 1.
    public var validationSplit: Double
    /// How many rows, taken from the end, are held back to validate, where it isn't a share of them.
    public var validationRows: Int
    /// Whether each epoch visits the rows in an order of its own.
    public var shuffle: Bool
    /// The seed of the order and of all that is random in the network.
    public var seed: Int
    /// How much the rows of each class count; nil where all count the same.
    public var classWeights: ClassWeights?
    /// Whether layers that learn from the training rows before the first step do so (Keras's `adapt`); nil where that
    /// follows from the weights: initial ones are adapted, those of a version stay.
    public var adapts: Bool?
    /// When the run ends before its last epoch; nil for never.
    public var earlyStopping: EarlyStopping?
    /// How the learning rate falls when nothing becomes better; nil for not at all.
    public var plateauReduction: PlateauReduction?
    /// Whether a decoder is also judged by the sequences that it says by itself.
    public var freeRunning: Bool
    /// What the products of a training step are computed in.
    public var precision: ProductPrecision

    /// Reads the options from the body of a training request, whose other keys the caller reads.
    ///
    /// What is absent gets Keras's default, but there is none for the loss: without one this is nil, and a fault.
    ///
    /// - Parameter reader: The body; what is wrong goes to its faults.
    public init?(reading reader: inout ObjectReader) {
        epochs = reader.int("epochs", in: Bounds.epochs, default: Standard.epochs)
        batchSize = reader.int("batch_size", in: Bounds.batchSize, default: Standard.batchSize)
        microBatches = reader.int("micro_batches", default: Standard.microBatches)
        if !Bounds.microBatchCounts.contains(microBatches) {
            reader.fault(at: "micro_batches", "\(microBatches), expected 1, 2, 4, 8, 16, 32 or 64")
        }
        optimizer = reader.optimizer("optimizer")
        metrics = reader.optionalValue("metrics").map { PerOutput(metrics: $0, &reader.faults) } ?? .all([])
        lossWeights = reader.optionalValue("loss_weights").map { PerOutput<Double>($0, &reader.faults) }
        validationSplit = reader.double(
            "validation_split",
            in: .from(0, below: 1),
            default: Standard.validationSplit
        )
        validationRows = reader.int(
            "validation_rows",
            in: Bounds.validationRows,
            default: Standard.validationRows
        )
        if validationRows > 0, validationSplit > 0 {
            reader.fault(at: "validation_rows", "does not go with \"validation_split\"; send one of the two")
        }
        shuffle = reader.bool("shuffle", default: Standard.shuffle)
        seed = reader.int("seed", in: Bounds.seed, default: Standard.seed)
        classWeights = reader.optionalValue("class_weight").map { ClassWeights($0, &reader.faults) }
        adapts = reader.optionalBool("adapt")
        earlyStopping = reader.optionalObject("early_stopping") { EarlyStopping(reading: &$0) }
        plateauReduction = reader.optionalObject("reduce_lr_on_plateau") { PlateauReduction(reading: &$0) }
        freeRunning = reader.bool("free_running", default: Standard.freeRunning)
        precision = reader.choice("precision", default: Standard.precision)
        guard let losses = reader.value("loss").flatMap({ PerOutput<Loss>($0, &reader.faults) }) else { return nil }
        self.losses = losses
    }

    /// Whether each epoch ends with a validation.
    public var validates: Bool { validationSplit > 0 || validationRows > 0 }

    /// How many of some rows are trained on: Keras takes them from the start, before any shuffling.
    ///
    /// - Parameters:
    ///   - rows: How many rows there are.
    ///   - gap: How many rows before those that validate are left out.
    /// - Returns: The first rows, so many.
    public func trainingRows(of rows: Int, gap: Int = 0) -> Int {
        let begin = firstValidationRow(of: rows)
        return begin < rows ? max(begin - gap, 0) : rows
    }

    /// Which of some rows is the first that validates; their number where none does.
    public func firstValidationRow(of rows: Int) -> Int {
        validationRows > 0 ? max(rows - validationRows, 0) : Int((Double(rows) * (1 - validationSplit)).rounded(.down))
    }

    /// The loss of a model of one output; of several the first that is named.
    public var loss: Loss { losses.items[0] }

    /// Reads options that stand alone, as `write(to:)` wrote them.
    ///
    /// - Throws: `FaultyInput` with every fault, unknown keys too.
    public init(_ json: JSONValue) throws(FaultyInput) {
        let options = try json.read { reader in TrainingOptions(reading: &reader) }
        guard let options else { preconditionFailure("options without a loss have a fault") }
        self = options
    }
}

extension TrainingOptions: JSONWritable {
    /// Writes the options as an object.
    public func write(to json: inout JSONWriter) { json.object { json in writeFields(to: &json) } }

    /// Writes every option as a field of the object that is being written, defaults too; class weights, `adapt`,
    /// callbacks, `free_running` and a `precision` other than float32 only where they were given.
    public func writeFields(to json: inout JSONWriter) {
        json.field("epochs", epochs)
        json.field("batch_size", batchSize)
        json.field("micro_batches", microBatches)
        json.field("optimizer", optimizer)
        json.field("loss", losses)
        json.field("loss_weights", ifPresent: lossWeights)
        json.field("metrics", metrics)
        json.field("validation_split", validationSplit)
        if validationRows > 0 { json.field("validation_rows", validationRows) }
        json.field("shuffle", shuffle)
        json.field("seed", seed)
        json.field("class_weight", ifPresent: classWeights)
        json.field("adapt", ifPresent: adapts)
        json.field("early_stopping", ifPresent: earlyStopping)
        json.field("reduce_lr_on_plateau", ifPresent: plateauReduction)
        if freeRunning { json.field("free_running", true) }
        if precision != Standard.precision { json.field("precision", precision.rawValue) }
    }
}

extension ObjectReader {
    fileprivate mutating func optimizer(_ key: String) -> OptimizerConfiguration {
        guard let value = optionalValue(key) else { return .standard }
        return OptimizerConfiguration(value, &faults) ?? .standard
    }
}
