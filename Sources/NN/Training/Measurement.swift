public import JSON

/// A number under its name, as in `val_accuracy`.
public struct Measurement: Sendable, Equatable {
    /// The name: `loss` or a metric's, after `val_` or `test_` where it wasn't measured on the training rows.
    public let name: String
    /// The number; of a table, what its metric makes of it; of a list, the mean.
    public let value: Double
    /// The table, row after row, of a metric such as a confusion matrix; nil for those that are one number.
    public let matrix: [[Int]]?
    /// The numbers of a metric that has several, such as one for each threshold; nil for those that are one number.
    public let list: [Double]?

    /// A number, a table or a list of numbers, under a name.
    public init(_ name: String, _ value: Double, matrix: [[Int]]? = nil, list: [Double]? = nil) {
        self.name = name
        self.value = value
        self.matrix = matrix
        self.list = list
    }

    /// Writes the table, the list or the number as a field of the object that is being written; what isn't finite is null.
    public func writeField(to json: inout JSONWriter) {
        if let matrix {
            json.field(name, matrix)
        } else if let list {
            json.field(name, list)
        } else {
            json.field(name, value)
        }
    }
}

/// What one epoch came to.
public struct EpochRecord: Sendable, Equatable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// The loss and the metrics over the epoch, then those over the validation rows.
    public let measurements: [Measurement]
    /// The step size of the epoch's last update; nil where it isn't known, as in older checkpoints.
    public let learningRate: Double?
    /// How long it took, validation included, without the time for which it was cut; nil where it isn't known, as in
    /// older checkpoints.
    public let seconds: Double?

    /// What an epoch came to.
    public init(epoch: Int, measurements: [Measurement], learningRate: Double? = nil, seconds: Double? = nil) {
        self.epoch = epoch
        self.measurements = measurements
        self.learningRate = learningRate
        self.seconds = seconds
    }
}

extension EpochRecord: JSONWritable {
    /// Writes `{"epoch": 1, "loss": …, "learning_rate": …, "seconds": …}`; what isn't finite is null.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", epoch)
            for measurement in measurements { measurement.writeField(to: &json) }
            json.field("learning_rate", ifPresent: learningRate)
            json.field("seconds", ifPresent: seconds)
        }
    }
}

/// Sums over rows, from which means come.
struct RowSums: Sendable, Equatable {
    /// How many rows were added up.
    var rows = 0
    /// The sum of the rows' losses.
    var loss = 0.0
    /// What the metrics add up, one after the other.
    var metrics: [Double]

    /// Sums of nothing, for so many numbers of metrics.
    init(count: Int) { metrics = Array(repeating: 0, count: count) }

    /// Sums of nothing for these metrics.
    init(_ named: [NamedMetric]) { self.init(count: named.sumCount) }

    /// The loss and the metrics, under their names after a prefix.
    func means(_ named: [NamedMetric], prefix: String = "") -> [Measurement] {
        guard rows > 0 else { return [] }
        var measurements = [Measurement(prefix + "loss", loss / Double(rows))]
        var place = 0
        for named in named {
            let own = metrics[place..<place + named.sumCount]
            measurements.append(named.measurement(of: own, rows: rows, prefix: prefix))
            place += own.count
        }
        return measurements
    }
}
