public import JSON

/// How a network is to be trained, by the names and defaults of Keras's `compile` and `fit`.
public struct TrainingOptions: Sendable, Equatable {
    /// How often every row is visited, at least 1.
    public var epochs: Int
    /// The rows of one step, at least 1; the last step of an epoch has those that remain.
    public var batchSize: Int
    /// The rule that moves the weights.
    public var optimizer: OptimizerConfiguration
    /// What is made small.
    public var loss: Loss
    /// The metrics to report beside the loss, under the names given here.
    public var metrics: [String]
    /// The share of the rows, taken from the end, that is held back to validate after each epoch; 0 to below 1.
    public var validationSplit: Double
    /// Whether each epoch visits the rows in an order of its own.
    public var shuffle: Bool
    /// The seed of the order and of all that is random in the network.
    public var seed: Int
    /// How much the rows of each class count; nil where all count the same.
    public var classWeights: ClassWeights?
    /// When the run ends before its last epoch; nil for never.
    public var earlyStopping: EarlyStopping?
    /// How the learning rate falls when nothing becomes better; nil for not at all.
    public var plateauReduction: PlateauReduction?

    /// Reads the options from the body of a training request, whose other keys the caller reads.
    ///
    /// What is absent gets Keras's default, but there is none for the loss: without one this is nil, and a fault.
    ///
    /// - Parameter reader: The body; what is wrong goes to its faults.
    public init?(reading reader: inout ObjectReader) {
        epochs = reader.int("epochs", in: 1...1_000_000, default: 1)
        batchSize = reader.int("batch_size", in: 1...1_048_576, default: 32)
        optimizer = reader.optimizer("optimizer")
        metrics = reader.metrics("metrics")
        validationSplit = reader.double("validation_split", in: .from(0, below: 1), default: 0)
        shuffle = reader.bool("shuffle", default: true)
        seed = reader.int("seed", in: 0...JSONValue.exactIntegers.upperBound, default: 0)
        classWeights = reader.optionalValue("class_weight").map { ClassWeights($0, &reader.faults) }
        earlyStopping = reader.optionalObject("early_stopping") { EarlyStopping(reading: &$0) }
        plateauReduction = reader.optionalObject("reduce_lr_on_plateau") { PlateauReduction(reading: &$0) }
        guard let loss = reader.value("loss").flatMap({ Loss($0, &reader.faults) }) else { return nil }
        self.loss = loss
    }

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

    /// Writes every option as a field of the object that is being written, defaults too; class weights and callbacks
    /// only where they are used.
    public func writeFields(to json: inout JSONWriter) {
        json.field("epochs", epochs)
        json.field("batch_size", batchSize)
        json.field("optimizer", optimizer)
        json.field("loss", loss)
        json.field("metrics", metrics)
        json.field("validation_split", validationSplit)
        json.field("shuffle", shuffle)
        json.field("seed", seed)
        json.field("class_weight", ifPresent: classWeights)
        json.field("early_stopping", ifPresent: earlyStopping)
        json.field("reduce_lr_on_plateau", ifPresent: plateauReduction)
    }
}

extension ObjectReader {
    fileprivate mutating func optimizer(_ key: String) -> OptimizerConfiguration {
        guard let value = optionalValue(key) else { return .standard }
        return OptimizerConfiguration(value, &faults) ?? .standard
    }

    fileprivate mutating func metrics(_ key: String) -> [String] {
        guard has(key) else { return [] }
        var seen = Set<String>()
        return array(key) { value, faults in
            faults.collect { () throws(Fault) in
                let name = try value.string()
                guard MetricRegistry.names.contains(name) else {
                    let detail = Suggestion.unknown("metric", name, known: MetricRegistry.names)
                    throw Fault(pointer: value.pointer, detail: detail)
                }
                guard seen.insert(name).inserted else {
                    throw Fault(pointer: value.pointer, detail: "\"\(name)\" is listed twice")
                }
                return name
            } ?? ""
        }
    }
}
