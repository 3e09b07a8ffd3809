import JSON

/// Which measurement of an epoch is watched, and when it counts as better, as Keras's callbacks do.
public struct Monitor: Sendable, Equatable {
    /// Which way is better.
    public enum Mode: String, CaseIterable, Sendable {
        /// Down for a loss or an error, up for an accuracy and its like.
        case auto
        /// Down.
        case min
        /// Up.
        case max
    }

    /// The measurement that is watched where none is named, Keras's default.
    public static let standardName = "val_loss"
    /// Which way is better where nothing is said, Keras's default.
    public static let standardMode = Mode.auto

    /// The measurement's name, as in `val_loss`.
    public let name: String
    /// Which way is better.
    public let mode: Mode
    /// By how much it has to be better to count, 0 or more.
    public let minDelta: Double

    /// Reads `monitor`, `mode` and `min_delta`.
    init(reading reader: inout ObjectReader, minDelta standard: Double) {
        name = reader.string("monitor", default: Self.standardName)
        mode = reader.choice("mode", default: Self.standardMode)
        minDelta = reader.double("min_delta", in: .from(0), default: standard)
    }

    /// Writes what `init(reading:)` reads.
    func writeFields(to json: inout JSONWriter) {
        json.field("monitor", name)
        json.field("mode", mode.rawValue)
        json.field("min_delta", minDelta)
    }

    /// The value of an epoch; nil where it isn't measured, which is refused before a run starts.
    func value(in record: EpochRecord) -> Double? { record.measurements.first { $0.name == name }?.value }

    /// Whether a value is better than another one, which is nil before the first.
    func isBetter(_ value: Double, than best: Double?, _ metrics: [NamedMetric]) -> Bool {
        guard let best else { return true }
        return isHigherBetter(metrics) ? value - minDelta > best : value + minDelta < best
    }

    private func isHigherBetter(_ metrics: [NamedMetric]) -> Bool {
        switch mode {
        case .min: false
        case .max: true
        case .auto: metrics.first { $0.name == name || "val_" + $0.name == name }.map(\.isHigherBetter) ?? false
        }
    }

    /// Adds a fault where the measurement isn't among those of a run.
    func check(_ known: [String], validates: Bool, at pointer: String, _ faults: inout Faults) {
        guard !known.contains(name) else { return }
        let hint =
            validates || !name.hasPrefix("val_")
            ? "" : " (those that start with val_ need a validation_split or validation_data)"
        faults.add(
            pointer + "/monitor",
            "\"\(name)\" isn't measured, the run measures \(known.joined(separator: ", "))\(hint)"
        )
    }
}
