import JSON
import NN

/// Where a job stands that has not begun.
struct QueuedProgress: JSONWritable {
    private let epochs: Int
    private let steps: Int

    /// The position before the first step.
    ///
    /// - Parameters:
    ///   - options: How the job will train.
    ///   - rows: How many rows it has, those that it will validate with included.
    ///   - gap: How many rows before those that validate are left out.
    init(_ options: TrainingOptions, rows: Int, gap: Int) {
        epochs = options.epochs
        let trained = options.trainingRows(of: rows, gap: gap)
        steps = (trained + options.batchSize - 1) / options.batchSize
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", 0)
            json.field("epochs", epochs)
            json.field("step", 0)
            json.field("steps", steps)
            json.field("samples_per_second", Double?.none)
            json.field("eta_seconds", Double?.none)
        }
    }
}
