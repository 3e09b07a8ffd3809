import JSON

extension TrainingOptions {
    /// What counts where a request says nothing: Keras's defaults of `compile` and `fit`.
    ///
    /// That of the optimizer is `OptimizerConfiguration.standard`; there is none for the loss.
    public enum Standard {
        /// How often every row is visited.
        public static let epochs = 1
        /// The rows of one step.
        public static let batchSize = 32
        /// The most parts of a batch.
        ///
        /// Results depend on it: it never changes.
        public static let microBatches = 8
        /// The share of the rows that is held back to validate.
        public static let validationSplit = 0.0
        /// How many rows are held back to validate.
        public static let validationRows = 0
        /// Whether each epoch visits the rows in an order of its own.
        public static let shuffle = true
        /// The seed of the order and of all that is random in the network.
        public static let seed = 0
        /// Whether a decoder is also judged by the sequences that it says by itself.
        public static let freeRunning = false
        /// What products are computed in.
        public static let precision = ProductPrecision.float32
    }

    /// What the integers among the options may be.
    public enum Bounds {
        /// How often every row is visited.
        public static let epochs = 1...1_000_000
        /// The rows of one step.
        public static let batchSize = 1...1_048_576
        /// The most parts of a batch: powers of two, so that they are the leaves of a whole tree of sums.
        public static let microBatchCounts = [1, 2, 4, 8, 16, 32, 64]
        /// How many rows are held back to validate.
        public static let validationRows = 0...Int(UInt32.max)
        /// The seed.
        public static let seed = 0...JSONValue.exactIntegers.upperBound
    }

    /// Every metric that a request may name.
    public static var metricNames: [String] { Registry.metrics.names }
}
