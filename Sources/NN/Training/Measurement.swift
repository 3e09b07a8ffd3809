public import JSON

/// A number under its name, as in `val_accuracy`.
public struct Measurement: Sendable, Equatable {
    /// The name: `loss` or a metric's, after `val_` or `test_` where it wasn't measured on the training rows.
    public let name: String
    /// The number.
    public let value: Double

    /// A number under a name.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// What one epoch came to.
public struct EpochRecord: Sendable, Equatable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The loss and the metrics over the epoch, then those over the validation rows.
    public let measurements: [Measurement]
}

extension EpochRecord: JSONWritable {
    /// Writes `{"epoch": 1, "loss": …}`; what isn't finite is null.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", epoch)
            for measurement in measurements { json.field(measurement.name, measurement.value) }
        }
    }
}

/// Sums over rows, from which means come.
struct RowSums: Sendable, Equatable {
    /// How many rows were added up.
    var rows = 0
    /// The sum of the rows' losses.
    var loss = 0.0
    /// The sum of what each metric gave the rows.
    var metrics: [Double]

    /// Sums of nothing.
    init(metrics count: Int) { metrics = Array(repeating: 0, count: count) }

    /// The means, under the metrics' names after a prefix.
    func means(_ named: [NamedMetric], prefix: String = "") -> [Measurement] {
        guard rows > 0 else { return [] }
        return [Measurement(prefix + "loss", loss / Double(rows))]
            + zip(named, metrics).map { Measurement(prefix + $0.name, $1 / Double(rows)) }
    }
}
