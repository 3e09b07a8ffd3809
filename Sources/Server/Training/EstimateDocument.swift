import JSON
import NN

/// What clients see of a training request that was only tried.
struct EstimateDocument: JSONWritable, Sendable {
    let model: DefinedModel
    let estimate: TrainingEstimate
    /// What the client should know of how its numbers were taken.
    let notes: [String]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("model", ModelSummary(checked: model))
            json.field("parameters", model.network.parameterCount)
            json.field("operations_per_sample", estimate.operationsPerSample)
            json.field("peak_bytes", estimate.peakBytes)
            json.field("seconds_per_epoch", estimate.secondsPerEpoch)
            json.field("useful_ranks", RankLeader.useful(ranks: estimate.partsPerBatch))
            if !notes.isEmpty { json.field("notes", notes) }
        }
    }
}
