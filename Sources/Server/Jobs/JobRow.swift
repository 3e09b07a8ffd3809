import JSON
import ModelStore

/// What a list shows of a job: a thousand of them are a fifth of what the jobs themselves are.
struct JobRow: JSONWritable {
    let job: Job

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", job.id.description)
            json.field("kind", job.kind.rawValue)
            json.field("state", job.state.rawValue)
            json.field("model", job.model)
            json.field("dataset", job.shownDataset)
            json.field("progress", job.progress.map(StoredJSON.init))
            json.key("metrics")
            json.object { json in
                for (name, value) in metrics { json.field(name, value) }
            }
            json.field("created_at", job.createdAt.description)
            json.field("started_at", job.startedAt?.description)
            json.field("finished_at", job.finishedAt?.description)
            json.field("experiment", ifPresent: job.experiment)
        }
    }

    /// Those that are numbers, or null where one isn't finite.
    private var metrics: [(key: String, value: JSONValue)] {
        guard let text = job.metrics, let document = try? JSONDocument(parsing: text) else { return [] }
        return document.root.members.filter { $0.value.kind == .number || $0.value.kind == .null }
            .map { ($0.key, $0.value) }
    }
}
