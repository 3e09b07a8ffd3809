public import JSON

/// How the learning rate falls once a measurement hasn't become better for a while.
///
/// Keras's `ReduceLROnPlateau`, in a request as `"reduce_lr_on_plateau": {"monitor": "val_loss", "factor": 0.5, …}`.
/// Source: keras.io/api/callbacks/reduce_lr_on_plateau.
public struct PlateauReduction: Sendable, Equatable {
    /// What is watched.
    public let monitor: Monitor
    /// What the learning rate is multiplied by, 0 to below 1.
    public let factor: Double
    /// After how many epochs in a row that are no better.
    public let patience: Int
    /// How many epochs after a reduction aren't watched.
    public let cooldown: Int
    /// Below what the learning rate doesn't fall.
    public let minRate: Double

    /// Keras's defaults.
    public enum Standard {
        /// By how much it has to be better to count.
        public static let minDelta = 1e-4
        /// What the learning rate is multiplied by.
        public static let factor = 0.1
        /// After how many epochs in a row that are no better.
        public static let patience = 10
        /// How many epochs after a reduction aren't watched.
        public static let cooldown = 0
        /// Below what the learning rate doesn't fall.
        public static let minRate = 0.0
    }

    /// What a number of epochs may be.
    public static let patiences = 0...1_000_000

    /// What has been seen.
    struct State: Sendable, Equatable {
        var best: Double?
        var wait = 0
        var cooldown = 0
    }

    /// Reads Keras's arguments.
    init(reading reader: inout ObjectReader) {
        monitor = Monitor(reading: &reader, minDelta: Standard.minDelta)
        factor = reader.double("factor", in: .from(0, below: 1), default: Standard.factor)
        patience = reader.int("patience", in: Self.patiences, default: Standard.patience)
        cooldown = reader.int("cooldown", in: Self.patiences, default: Standard.cooldown)
        minRate = reader.double("min_lr", in: .from(0), default: Standard.minRate)
        reader.accept("verbose")
    }

    /// Takes note of an epoch that is over.
    ///
    /// - Parameters:
    ///   - record: What the epoch came to.
    ///   - state: What has been seen before.
    ///   - metrics: The metrics of the run.
    ///   - rate: The learning rate now.
    /// - Returns: The learning rate from now on; nil where it stays.
    func observe(_ record: EpochRecord, _ state: inout State, metrics: [NamedMetric], rate: Double) -> Double? {
        guard let value = monitor.value(in: record) else { return nil }
        if state.cooldown > 0 {
            state.cooldown -= 1
            state.wait = 0
        }
        if monitor.isBetter(value, than: state.best, metrics) {
            state.best = value
            state.wait = 0
            return nil
        }
        guard state.cooldown == 0 else { return nil }
        state.wait += 1
        guard state.wait >= patience, rate > minRate else { return nil }
        state.cooldown = cooldown
        state.wait = 0
        return max(rate * factor, minRate)
    }
}

extension PlateauReduction: JSONWritable {
    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            monitor.writeFields(to: &json)
            json.field("factor", factor)
            json.field("patience", patience)
            json.field("cooldown", cooldown)
            json.field("min_lr", minRate)
        }
    }
}
