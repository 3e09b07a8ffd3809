import HTTP
import Synchronization

/// Counts the batches that answer predictions.
final class BatchMetrics: Sendable {
    /// Batches by the instances in them, whose sum is how many instances were answered.
    private let sizes = Mutex(Histogram(bounds: (0...10).map { Double(1 << $0) }))

    /// Counts a batch that was computed.
    func answered(rows: Int) { sizes.withLock { $0.add(Double(rows)) } }

    /// Adds the metrics.
    func write(to text: inout PrometheusText) {
        let sizes = sizes.withLock { $0 }
        text.single("trainyard_predictions_total", .counter, "Instances that were answered.", sizes.sum)
        text.begin("trainyard_prediction_batch_size", .histogram, "Instances that were computed at once.")
        text.samples("trainyard_prediction_batch_size", of: sizes)
    }
}
