import JSON
import ModelStore
import NN

/// What clients see of a job.
struct JobDocument: JSONWritable {
    let job: Job
    /// Its epochs, first to last; nil leaves the history out, as lists do.
    let epochs: [Epoch]?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", job.id.description)
            json.field("state", job.state.rawValue)
            json.field("model", job.model)
            json.field("dataset", job.dataset.flatMap { InlineData.isReserved($0) ? nil : $0 })
            json.field("progress", job.progress.map(StoredJSON.init))
            json.field("metrics", StoredJSON(text: job.metrics ?? "{}"))
            json.field("history", ifPresent: epochs?.map { StoredJSON(text: $0.metrics) })
            json.field("version", job.version)
            json.field("weights_sha256", job.weightsSHA256)
            json.field("error", job.error.map(StoredJSON.init))
            json.field("priority", job.priority)
            json.field("created_at", job.createdAt.description)
            json.field("started_at", job.startedAt?.description)
            json.field("finished_at", job.finishedAt?.description)
        }
    }
}

/// Where a job stands that has not begun.
struct QueuedProgress: JSONWritable {
    private let epochs: Int
    private let steps: Int

    /// The position before the first step.
    ///
    /// - Parameters:
    ///   - options: How the job will train.
    ///   - rows: How many rows it has, those that it will validate with included.
    init(_ options: TrainingOptions, rows: Int) {
        epochs = options.epochs
        let trained = Int((Double(rows) * (1 - options.validationSplit)).rounded(.down))
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
