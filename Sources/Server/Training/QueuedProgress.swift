import JSON
import ModelStore
import NN

/// Where a job stands that has not begun.
struct QueuedProgress: JSONWritable {
    private let epoch: Int
    private let epochs: Int
    private let steps: Int

    /// The position before the first step.
    ///
    /// - Parameters:
    ///   - options: How the job will train.
    ///   - rows: How many rows it has, those that it will validate with included.
    ///   - gap: How many rows before those that validate are left out.
    ///   - epoch: The epochs that are over, where it goes on behind another job's.
    init(_ options: TrainingOptions, rows: Int, gap: Int, epoch: Int = 0) {
        self.epoch = epoch
        epochs = options.epochs
        let trained = options.trainingRows(of: rows, gap: gap)
        steps = (trained + options.batchSize - 1) / options.batchSize
    }

    /// The position before the first step of a job that does again what another one has done.
    ///
    /// - Parameters:
    ///   - progress: How far that one came, as it is stored.
    ///   - fork: Where it began; nil for the start.
    /// - Throws: What is wrong with the text, which this program wrote.
    init(again progress: String, from fork: KeptEpoch?) throws {
        let known = try JSONDocument(parsing: progress).root
        epoch = fork?.epoch ?? 0
        epochs = try known["epochs"]?.int() ?? 0
        steps = try known["steps"]?.int() ?? 0
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("epoch", epoch)
            json.field("epochs", epochs)
            json.field("step", 0)
            json.field("steps", steps)
            json.field("samples_per_second", Double?.none)
            json.field("eta_seconds", Double?.none)
        }
    }
}
