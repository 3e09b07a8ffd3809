public import JSON

/// When a run ends before its last epoch: once a measurement hasn't become better for a while.
///
/// Keras's `EarlyStopping`, in a request as `"early_stopping": {"monitor": "val_loss", "patience": 3, …}`. Source:
/// keras.io/api/callbacks/early_stopping.
public struct EarlyStopping: Sendable, Equatable {
    /// What is watched.
    public let monitor: Monitor
    /// How many epochs in a row may be no better; the run ends after one more than 0, or as many.
    public let patience: Int
    /// A value that has to be beaten before the patience starts anew; nil for none.
    public let baseline: Double?
    /// Whether the run ends with the weights of its best epoch, also where it isn't cut short.
    public let restoresBestWeights: Bool
    /// The epochs, counted from 0, that aren't watched yet.
    public let startFromEpoch: Int

    /// Keras's defaults.
    public enum Standard {
        /// By how much it has to be better to count.
        public static let minDelta = 0.0
        /// How many epochs in a row may be no better.
        public static let patience = 0
        /// Whether the run ends with the weights of its best epoch.
        public static let restoresBestWeights = false
        /// The epochs that aren't watched yet.
        public static let startFromEpoch = 0
    }

    /// What a number of epochs may be.
    public static let patiences = 0...1_000_000

    /// What has been seen.
    struct State: Sendable, Equatable {
        var best: Double?
        var wait = 0
        var isOver = false
        var bestWeights: [Tensor]?
        /// The epoch after which the watch began; 0 for the start of the run.
        var since = 0
    }

    /// Reads Keras's arguments.
    init(reading reader: inout ObjectReader) {
        monitor = Monitor(reading: &reader, minDelta: Standard.minDelta)
        patience = reader.int("patience", in: Self.patiences, default: Standard.patience)
        baseline = reader.optionalDouble("baseline")
        restoresBestWeights = reader.bool("restore_best_weights", default: Standard.restoresBestWeights)
        startFromEpoch = reader.int("start_from_epoch", in: Self.patiences, default: Standard.startFromEpoch)
        reader.accept("verbose")
    }

    /// Takes note of an epoch that is over.
    ///
    /// - Parameters:
    ///   - record: What the epoch came to.
    ///   - state: What has been seen before.
    ///   - metrics: The metrics of the run.
    ///   - weights: The weights after the epoch.
    func observe(
        _ record: EpochRecord,
        _ state: inout State,
        metrics: [NamedMetric],
        weights: @autoclosure () -> [Tensor]
    ) {
        guard record.epoch > startFromEpoch, let value = monitor.value(in: record) else { return }
        let isBetter = monitor.isBetter(value, than: state.best, metrics)
        if restoresBestWeights, isBetter || state.bestWeights == nil { state.bestWeights = weights() }
        state.wait += 1
        if isBetter {
            state.best = value
            if monitor.isBetter(value, than: baseline, metrics) { state.wait = 0 }
        } else if state.wait >= patience, record.epoch > 1 {
            state.isOver = true
        }
    }
}

extension EarlyStopping {
    /// The epoch whose weights a run with this history ends with; nil where it keeps those of the last one.
    func keptEpoch(of history: [EpochRecord], metrics: [NamedMetric]) -> EpochRecord? {
        var state = State()
        var kept: EpochRecord?
        func keep(_ record: EpochRecord) -> [Tensor] {
            kept = record
            return []
        }
        for record in history { observe(record, &state, metrics: metrics, weights: keep(record)) }
        return kept
    }
}

extension EarlyStopping: JSONWritable {
    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            monitor.writeFields(to: &json)
            json.field("patience", patience)
            json.field("baseline", baseline)
            json.field("restore_best_weights", restoresBestWeights)
            json.field("start_from_epoch", startFromEpoch)
        }
    }
}
